// Loaded into a server with `node --import burn.js?MICROSECONDS`: each request then costs so much more.
import { subscribe } from 'node:diagnostics_channel';

const ms = Number(new URL(import.meta.url).search.slice(1)) / 1000;

subscribe('http.server.request.start', () => {
  const until = performance.now() + ms;
  while (performance.now() < until);
});
