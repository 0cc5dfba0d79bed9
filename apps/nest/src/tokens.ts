// What is injected by name: an interface is nothing that Nest could inject by.
export const DATABASE = Symbol('Database');
export const LOGGER = Symbol('Logger');
