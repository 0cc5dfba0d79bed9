// Injected by name: the compiler emits no types that Nest could inject by.
export const DATABASE = Symbol('Database');
export const LOGGER = Symbol('Logger');
