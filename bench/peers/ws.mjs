// A room on node's `ws`: JSON parsed, stamped and sent to each member.
// usage: node ws.mjs PORT
import { WebSocketServer } from 'ws';

const rooms = new Map();
const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096, perMessageDeflate: false });
server.on('connection', (socket, request) => {
  const members = rooms.get(request.url) ?? rooms.set(request.url, new Set()).get(request.url);
  members.add(socket);
  socket.send('{"type":"connected","message":"Connected to chat"}');
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    frame.timestamp = new Date().toISOString();
    const text = JSON.stringify(frame);
    for (const member of members) member.send(text);
  });
  socket.on('close', () => members.delete(socket));
});
server.on('listening', () => console.log(`Listening on ws://127.0.0.1:${server.address().port}/chat`));
