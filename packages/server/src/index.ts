export type { Logger } from 'pino';
export { clientTimeouts } from './client-timeouts.js';
export { type Config, ConfigError, readConfig } from './config.js';
export { drain } from './drain.js';
export { drainable } from './drain-fetch.js';
export { createLogger, type Framework, type Listening, serve } from './serve.js';
