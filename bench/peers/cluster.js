// A node cluster: a primary that replaces workers, and workers that share a listener. Arguments: port, workers.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');

const port = Number(process.argv[2]);
if (cluster.isPrimary) {
  for (let i = 0; i < Number(process.argv[3]); i++) cluster.fork();
  let stopping = false;
  cluster.on('exit', () => { if (!stopping) cluster.fork(); });
  process.on('SIGTERM', () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
    cluster.disconnect(() => process.exit(0));
  });
} else {
  const body = `worker ${cluster.worker.id} (pid ${process.pid})\n`;
  const server = http.createServer({ keepAliveTimeout: 60000 }, (request, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.setHeader('Content-Length', body.length);
    response.end(body);
  });
  server.listen(port, '127.0.0.1');
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
