// Opens the board without a server. The build writes the version and the list of files into this file, so
// every build is a new worker with a cache of its own. It answers for the page and the files of the build
// and for nothing else: the API and the channels always go to the server.
const VERSION = "__VERSION__";
const FILES = __FILES__;

const PREFIX = "pitwall-";
const NAME = PREFIX + VERSION;
const known = new Set(FILES);

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    // The page must be the one of this build; files with a hash in their name can not be another.
    await cache.addAll(FILES.map((path) => new Request(path, { cache: path.startsWith("/_next/static/") ? "default" : "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // The build before stays until the next one comes: a page of it may still be open.
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
    await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

async function answer(request, path) {
  const own = await (await caches.open(NAME)).match(path, { ignoreVary: true });
  if (own) return own;
  return (path === "/" ? undefined : await caches.match(path, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (known.has(url.pathname) || url.pathname.startsWith("/_next/static/")) event.respondWith(answer(event.request, url.pathname));
});
