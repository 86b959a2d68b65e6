// A room on uWebSockets: its own publish/subscribe does the broadcast, in C++.
// usage: node uwebsockets.mjs PORT
import { createRequire } from 'node:module';

const uws = createRequire(import.meta.url)('uwebsockets');
const decoder = new TextDecoder();
const app = uws.App();
app.ws('/*', {
  compression: uws.DISABLED,
  maxBackpressure: 64 * 1024 * 1024,
  upgrade: (response, request, context) => response.upgrade(
    { room: request.getUrl() },
    request.getHeader('sec-websocket-key'), request.getHeader('sec-websocket-protocol'),
    request.getHeader('sec-websocket-extensions'), context),
  open: (socket) => {
    socket.subscribe(socket.getUserData().room);
    socket.send('{"type":"connected","message":"Connected to chat"}');
  },
  message: (socket, data) => {
    const frame = JSON.parse(decoder.decode(data));
    frame.timestamp = new Date().toISOString();
    app.publish(socket.getUserData().room, JSON.stringify(frame));
  },
});
app.listen('127.0.0.1', Number(process.argv[2]), (socket) => {
  if (!socket) process.exit(1);
  console.log(`Listening on ws://127.0.0.1:${uws.us_socket_local_port(socket)}/chat`);
});
