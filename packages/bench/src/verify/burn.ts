// Loaded into a server with `node --import burn.js?STEPS`: each request then costs so many steps of work more.
import { subscribe } from 'node:diagnostics_channel';
import { burn } from './work.js';

const steps = Number(new URL(import.meta.url).search.slice(1));

subscribe('http.server.request.start', () => burn(steps));
