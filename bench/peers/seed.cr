# A room as the seed's Crystal channel has it: JSON parsed, stamped and sent to each member.
# usage: seed PORT
require "http/server"
require "json"

rooms = Hash(String, Array(HTTP::WebSocket)).new { |hash, path| hash[path] = [] of HTTP::WebSocket }
handler = HTTP::WebSocketHandler.new do |socket, context|
  members = rooms[context.request.path]
  members << socket
  socket.send %({"type":"connected","message":"Connected to chat"})
  socket.on_message do |text|
    frame = JSON.parse(text).as_h
    frame["timestamp"] = JSON::Any.new(Time.utc.to_rfc3339(fraction_digits: 3))
    answer = frame.to_json
    members.each { |member| member.send(answer) }
  end
  socket.on_close { members.delete(socket) }
end
server = HTTP::Server.new([handler])
address = server.bind_tcp("127.0.0.1", ARGV[0].to_i)
puts "Listening on ws://127.0.0.1:#{address.port}/chat"
STDOUT.flush
server.listen
