// The board without its server, and when the server comes back.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { api, browser, cuttable, freePort, open, simulated, startAt, tower } from "./pitwall.mjs";

const path = simulated("race", 8);
let chrome;
let port;
let server;

before(async () => {
  chrome = await browser();
  port = await freePort();
});
after(async () => {
  await chrome?.close();
  await stop();
});
beforeEach(async () => {
  server ??= await replay();
});

async function stop() {
  await server?.stop();
  server = null;
}
const replay = () => startAt(port, "replay", path, "--data", mkdtempSync(join(tmpdir(), "pitwall-e2e-")));
const link = (page, state) => page.waitForSelector(`[data-link=${state}]`);
const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller != null);

test("the shell opens without a server, says so, and goes on when it is back", async () => {
  const { sessions: [{ session: { key } }] } = await api(server.base, "/api/v1/sessions");
  await api(server.base, "/api/v1/clocks/default", "PATCH", { lap: 5, paused: true });
  const page = await open(chrome, server.base);
  await controlled(page);
  await page.waitForFunction(() => document.querySelector("[data-testid=laps] b").textContent === "5");
  await page.waitForTimeout(500);
  const shown = await tower(page);
  const now = await page.innerText("[data-testid=now]");
  await stop();

  await page.reload();
  await link(page, "offline");
  assert.match(await page.innerText("[data-testid=link]"), new RegExp(`^No connection · last known state of ${now}$`));
  assert.deepEqual(await tower(page), shown);
  assert.equal(await page.locator("[data-testid=strip]").count(), 1, "the time axis is kept too");
  assert.equal(await page.locator("[data-testid=notice]").count(), 0, "the bar says it once");
  await page.keyboard.press("s");
  assert.match(await page.innerText("[data-testid=kept]"), /No connection/);
  assert.equal(await page.locator(`[data-testid=session][data-key="${key}"]`).count(), 1);
  await page.keyboard.press("Escape");
  // Nothing of the API or the channels is ever answered from the cache.
  assert.equal(await page.evaluate(() => fetch("/api/v1/sessions").then(() => "answered", () => "failed")), "failed");
  const held = await page.evaluate(async () => {
    const urls = [];
    for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) urls.push(new URL(r.url).pathname);
    return urls;
  });
  assert.ok(held.includes("/") && held.some((u) => u.endsWith(".woff2")) && !held.some((u) => /^\/(api|connection|emulation)/.test(u)), held.join(" "));

  server = await replay();
  await link(page, "live");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("a page that was never open before says what is wrong", async () => {
  const page = await open(chrome, server.base);
  await controlled(page);
  await page.evaluate(() => window.addEventListener("pagehide", () => localStorage.clear()));
  await stop();
  await page.reload();
  await page.waitForSelector("[data-testid=empty]");
  assert.match(await page.innerText("[data-testid=empty]"), /No connection to the server, and nothing is kept here/);
  server = await replay();
  await link(page, "live");
  await page.waitForSelector("[data-testid=row]");
  await page.context().close();
});

test("a newer build takes over without a stuck old one", async () => {
  const page = await open(chrome, server.base);
  await controlled(page);
  const before = await page.evaluate(() => caches.keys());
  assert.equal(before.length, 1);
  // The worker of the next build: the same in all but its version.
  await page.context().route("**/sw.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/VERSION = "[^"]+"/, 'VERSION = "next"') });
  });
  const reloaded = page.waitForEvent("load");
  await page.reload();
  await reloaded;
  await page.waitForFunction(async () => (await caches.keys()).includes("pitwall-next"));
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).active?.state === "activated" && !(await navigator.serviceWorker.getRegistration()).waiting);
  await page.waitForSelector("[data-testid=row]");
  await link(page, "live");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("the server restarts: the page goes on without a reload", async () => {
  const page = await open(chrome, server.base);
  await page.evaluate(() => (window.same = true));
  await stop();
  await link(page, "reconnecting");
  server = await replay();
  await link(page, "live");
  await api(server.base, "/api/v1/clocks/default", "PATCH", { lap: 3, speed: 10, paused: false });
  await page.waitForFunction(() => Number(document.querySelector("[data-testid=laps] b").textContent) >= 4);
  assert.equal(await page.evaluate(() => window.same), true);
  await page.click("[data-testid=quality]");
  assert.equal(await page.innerText("[data-testid=missed]"), "0");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("a replay clock that is ended while it is watched says so, and the board is back at its usual clock", async () => {
  const { sessions: [{ session: { key } }] } = await api(server.base, "/api/v1/sessions");
  await api(server.base, "/api/v1/clocks/default", "PATCH", { lap: 6, paused: true });
  const made = await api(server.base, "/api/v1/clocks", "POST", { session_key: key, lap: 4, speed: 1, paused: true });
  const page = await open(chrome, `${server.base}/?clock=${made.id}&at=${made.at}`);
  await page.waitForFunction(() => document.querySelector("[data-testid=laps] b").textContent === "4");
  assert.equal(await page.locator("[data-testid=back-to-live]").count(), 1);
  await api(server.base, `/api/v1/clocks/${made.id}`, "DELETE");
  await page.waitForSelector("[data-testid=notice]");
  assert.equal(await page.innerText("[data-testid=notice]"), "This replay was ended");
  await page.waitForFunction(() => document.querySelector("[data-testid=laps] b").textContent === "6");
  await link(page, "live");
  assert.equal(new URL(page.url()).search, "");
  assert.equal(await page.locator("[data-testid=back-to-live]").count(), 0);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("a replay clock that ended while the line was cut is opened again at its moment", async () => {
  const { sessions: [{ session: { key } }] } = await api(server.base, "/api/v1/sessions");
  const made = await api(server.base, "/api/v1/clocks", "POST", { session_key: key, lap: 4, speed: 1, paused: true });
  const line = await cuttable(server.base);
  const page = await open(chrome, `${line.base}/?clock=${made.id}&at=${made.at}`);
  await page.waitForFunction(() => document.querySelector("[data-testid=laps] b").textContent === "4");
  line.cut();
  await link(page, "reconnecting");
  await api(server.base, `/api/v1/clocks/${made.id}`, "DELETE");
  line.mend();
  await page.waitForSelector("[data-testid=notice]");
  assert.match(await page.innerText("[data-testid=notice]"), /This replay had ended on the server/);
  await page.waitForFunction((old) => new URL(location.href).searchParams.get("clock") !== old, made.id);
  await link(page, "live");
  assert.equal(await page.innerText("[data-testid=laps] b"), "4");
  // A link to a clock that is gone opens at the moment it names.
  const gone = new URL(page.url());
  gone.searchParams.set("clock", "c_0000");
  const second = await open(chrome, gone.href);
  await second.waitForFunction(() => document.querySelector("[data-testid=laps] b").textContent === "4");
  assert.deepEqual([...page.errors, ...second.errors], []);
  await page.context().close();
  await second.context().close();
  await line.close();
});
