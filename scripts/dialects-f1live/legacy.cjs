// A client of the legacy SignalR 2 follows a hub: node legacy.cjs URL TOPICS. Its output is that of core.mjs.
const signalR = require("signalr-client");

const [url, topics] = process.argv.slice(2);
const client = new signalR.client(url, ["Streaming"], 10, true);
client.handlers.streaming = { feed: (...message) => process.stdout.write(JSON.stringify(message) + "\n") };
client.serviceHandlers.connected = () => {
  client.call("Streaming", "Subscribe", JSON.parse(topics)).done((error, snapshot) => {
    if (error) throw new Error(error);
    process.stdout.write(JSON.stringify({ snapshot }) + "\n");
  });
};
client.serviceHandlers.disconnected = () => process.exit(1);
client.serviceHandlers.onerror = (error) => {
  console.error(error);
  process.exit(1);
};
client.start();
