// Copies the static export to dist, which the Go binary embeds, with the service worker told what this build
// is made of, and a gzip copy of every text file.
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const text = new Set([".html", ".js", ".css", ".txt", ".json", ".svg", ".webmanifest"]);

for (const name of await readdir(dist)) {
  if (name !== "placeholder.html") await rm(join(dist, name), { recursive: true });
}
await cp(join(root, "out"), dist, { recursive: true });

// The page, its hashed files and the icons are what the board needs to open without a server.
const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
  .filter((e) => e.isFile())
  .map((e) => relative(dist, join(e.parentPath, e.name)))
  .filter((f) => f === "index.html" || f.startsWith("_next/static/") || /^(icon.*|manifest)\.(svg|png|webmanifest)$/.test(f))
  .sort();
const sum = createHash("sha256");
for (const f of files) sum.update(f).update(await readFile(join(dist, f)));
const worker = await readFile(join(dist, "sw.js"), "utf8");
sum.update(worker);
await writeFile(
  join(dist, "sw.js"),
  worker.replace("__VERSION__", sum.digest("hex").slice(0, 16)).replace("__FILES__", JSON.stringify(files.map((f) => (f === "index.html" ? "/" : `/${f}`)))),
);

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
