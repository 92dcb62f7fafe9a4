// A node server on an inherited listener, descriptor 3, which loses no request at its stop: see docs/RECIPES.md.
'use strict';
const http = require('node:http');
const net = require('node:net');

let stopping = false;
const body = `worker ? (pid ${process.pid})\n`;
const server = http.createServer({ keepAliveTimeout: 60000 }, (request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.setHeader('Content-Length', body.length);
  if (stopping) response.setHeader('Connection', 'close');
  response.end(body);
});
server.listen({ fd: 3 });
process.on('SIGTERM', () => {
  stopping = true;
  // Not server.close(), which closes idle connections at once, with requests on their way.
  net.Server.prototype.close.call(server, () => process.exit(0));
});
