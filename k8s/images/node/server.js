const http = require('http');
const net = require('net');

let stopping = false;
const server = http.createServer((request, response) => {
  if (stopping) response.setHeader('Connection', 'close');
  response.end('hello\n');
});
server.listen({ fd: 3 });

process.on('SIGTERM', () => {
  stopping = true;
  // Not server.close(), which closes idle connections at once, with requests on their way.
  net.Server.prototype.close.call(server, () => process.exit(0));
});
