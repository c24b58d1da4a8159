// Copies the static export to dist, which the Go binary embeds, with a gzip copy of every text file.
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const text = new Set([".html", ".js", ".css", ".txt", ".json", ".svg", ".webmanifest"]);

for (const name of await readdir(dist)) {
  if (name !== "placeholder.html") await rm(join(dist, name), { recursive: true });
}
await cp(join(root, "out"), dist, { recursive: true });

for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !text.has(extname(entry.name)) || entry.name === "placeholder.html") continue;
  const path = join(entry.parentPath, entry.name);
  const plain = await readFile(path);
  if (plain.length > 1024) await writeFile(`${path}.gz`, gzipSync(plain, { level: 9 }));
}

// What a first visit loads: the page and every script and style it names.
const page = await readFile(join(dist, "index.html"), "utf8");
const named = new Set(page.match(/\/_next\/static\/[^"'\\ ]+\.(?:js|css|woff2)/g) ?? []);
let bytes = gzipSync(page).length;
for (const name of named) {
  const body = await readFile(join(dist, name));
  bytes += name.endsWith(".woff2") ? body.length : gzipSync(body).length;
}
console.log(`dist: first load ${(bytes / 1024).toFixed(1)} kB gzip in ${named.size + 1} files`);
