// The official JavaScript client of SignalR Core follows a hub: node core.mjs URL TOPICS. Standard output gets a line for
// the snapshot, {"snapshot": …}, and one for each message, [topic, payload, time].
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";

const [url, topics] = process.argv.slice(2);
const connection = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.Warning).build();
connection.on("feed", (...message) => {
  process.stdout.write(JSON.stringify(message) + "\n"); // gives back nothing: the hub wants no result
});
connection.onclose((error) => {
  console.error(`closed: ${error ?? "in good order"}`);
  process.exit(1);
});
await connection.start();
const snapshot = await connection.invoke("Subscribe", JSON.parse(topics));
process.stdout.write(JSON.stringify({ snapshot }) + "\n");
const unknown = await connection.invoke("Unknown").catch((error) => String(error));
if (!String(unknown).includes("unknown method")) {
  console.error(`an unknown method gives ${unknown}`);
  process.exit(1);
}
