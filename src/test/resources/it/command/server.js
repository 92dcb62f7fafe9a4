// An HTTP server on an inherited descriptor, as Node's documentation of server.listen describes it.
const http = require('http');

const server = http.createServer((request, response) => {
  response.setHeader('Connection', 'close');
  response.end(`${process.env.PREFORK_SLOT} ${process.pid} 3`);
});
server.listen({ fd: 3 });
process.on('SIGTERM', () => server.close(() => process.exit(0)));
