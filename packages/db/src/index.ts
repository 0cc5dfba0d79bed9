export { createDatabase, type Database, type DatabaseOptions } from './database.js';
export { DatabaseUnavailable } from './unavailable.js';
