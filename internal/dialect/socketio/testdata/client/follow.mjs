// The official client, told what to do by the test and telling it what happens, each as a line of JSON.
// Usage: node follow.mjs URL OPTIONS
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { io } from "socket.io-client";

const [url, options] = process.argv.slice(2);
const socket = io(url, JSON.parse(options));
const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const transport = () => socket.io.engine.transport.name;

socket.on("connect", () => {
  tell({ what: "connect", id: socket.id, recovered: socket.recovered });
});
socket.io.on("open", () => {
  tell({ what: "open", transport: transport() });
  socket.io.engine.once("upgrade", () => tell({ what: "upgrade", transport: transport() }));
});
socket.on("disconnect", (reason) => tell({ what: "disconnect", reason }));
socket.on("connect_error", (error) => tell({ what: "connect_error", reason: error.message }));
socket.onAny((name, message) => {
  if (Buffer.isBuffer(message)) {
    const packed = message.length;
    tell({ what: "message", name, packed, message: JSON.parse(gunzipSync(message)) });
  } else {
    tell({ what: "message", name, message });
  }
});

const ack = (name) => (reply) => tell({ what: "ack", name, message: reply });
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { do: wish, args } = JSON.parse(line);
    switch (wish) {
      case "emit":
        socket.emit(...args, ack(args[0]));
        break;
      case "disconnect":
        socket.disconnect();
        break;
      case "cut": // as a network does
        socket.io.engine.close();
        break;
    }
  })
  .on("close", () => process.exit(0));
