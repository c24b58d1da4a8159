// How the board is used: keys, fingers, and a wall that nobody touches.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, browser, open, settled, simulated, start } from "./pitwall.mjs";

let chrome;
let race;
let qualifying;
let axis;

const clock = (server, change) => api(server.base, "/api/v1/clocks/default", "PATCH", change);

before(async () => {
  chrome = await browser();
  race = await start("replay", simulated("race", 12));
  qualifying = await start("replay", simulated("qualifying", 12));
  const { sessions: [{ session: { key } }] } = await api(race.base, "/api/v1/sessions");
  axis = await api(race.base, `/api/v1/sessions/${key}/timeline`);
});
after(async () => {
  await chrome?.close();
  await race?.stop();
  await qualifying?.stop();
});

test("the tower by keyboard: move, menu, choose, and back to the row", async () => {
  await clock(race, { lap: 6, paused: true });
  const page = await open(chrome, race.base);
  const row = (n) => page.locator("[data-testid=row]").nth(n);
  await row(0).focus();
  await page.keyboard.press("ArrowDown");
  const car = await row(1).getAttribute("data-car");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.car), car);
  await page.keyboard.press("ContextMenu");
  await page.waitForSelector("[role=menu]");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=menu]", { state: "detached" });
  const query = new URL(page.url()).searchParams;
  assert.deepEqual([query.get("car"), query.get("gaps")], [car, "car"]);
  assert.match(await page.innerText("[data-head=gap]"), /^to [A-Z]{3}$/);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.car), car, "focus returns to the row");
  assert.equal(await row(1).getAttribute("aria-current"), "true");
  assert.equal(await row(1).getAttribute("aria-rowindex"), "3");
  await page.context().close();
});

test("a chosen car that is not in the session changes nothing", async () => {
  await clock(race, { lap: 6, paused: true });
  const page = await open(chrome, `${race.base}/?car=999&gaps=car`);
  assert.equal(await page.innerText("[data-head=gap]"), "Gap");
  assert.match(await page.locator("[data-testid=row]").nth(2).locator("[data-col=gap]").innerText(), /^[+]/);
  await page.context().close();
});

test("a long press opens the menu and chooses nothing", async () => {
  await clock(race, { lap: 6, paused: true });
  const page = await open(chrome, race.base, { viewport: { width: 390, height: 844 }, hasTouch: true });
  const box = await page.locator("[data-testid=row]").nth(3).boundingBox();
  const touch = await page.context().newCDPSession(page);
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: box.x + 80, y: box.y + 20 }] });
  await page.waitForSelector("[role=menu]");
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  assert.equal(new URL(page.url()).searchParams.get("car"), null);
  await page.keyboard.press("Escape");
  await page.locator("[data-testid=row]").nth(3).tap();
  assert.notEqual(new URL(page.url()).searchParams.get("car"), null);
  await page.context().close();
});

test("steps from event to event", async () => {
  await clock(race, { lap: 1, paused: true });
  const page = await open(chrome, race.base);
  await page.waitForSelector("[data-testid=strip]");
  const at = () => page.evaluate(() => Date.parse(document.querySelector("[data-testid=now]").dateTime));
  const events = axis.periods.filter((p) => ["yellow", "sc", "vsc", "red", "finished"].includes(p.status)).map((p) => Date.parse(p.from)).sort((a, b) => a - b);
  const next = events.find((t) => t > Date.parse(axis.laps[0].time) + 1000);
  await page.keyboard.press("Shift+N");
  await page.waitForFunction((t) => Math.abs(Date.parse(document.querySelector("[data-testid=now]").dateTime) - t) < 1500, next);
  const there = await at();
  await page.click("[data-testid=event-back]");
  await page.waitForFunction((t) => Date.parse(document.querySelector("[data-testid=now]").dateTime) < t - 2500, there);
  // Without shift also to passes, stops and penalties.
  const { sessions: [{ session: { key } }] } = await api(race.base, "/api/v1/sessions");
  const told = (await api(race.base, `/api/v1/sessions/${key}/events?at=${axis.end}&limit=5000&priority=P1`)).events;
  const from = await at();
  const step = [...events, ...axis.periods.filter((p) => p.status === "started").map((p) => Date.parse(p.from)), ...told.filter((e) => e.status !== "retracted").map((e) => Date.parse(e.time))].filter((t) => t > from + 500).sort((a, b) => a - b)[0];
  await page.keyboard.press("n");
  await page.waitForFunction((t) => Math.abs(Date.parse(document.querySelector("[data-testid=now]").dateTime) - t) < 300, step);
  await page.context().close();
});

test("a filter of race control is in the address", async () => {
  await clock(race, { lap: 10, paused: true });
  const page = await open(chrome, `${race.base}/?only=car`);
  assert.equal(await page.locator("[data-testid=race-control] [aria-pressed=true]").innerText(), "Laps deleted");
  await page.locator("[data-testid=race-control] [aria-pressed=true]").click();
  assert.equal(new URL(page.url()).searchParams.get("only"), null);
  await page.context().close();
});

test("a wall says what has just happened, then rests, and nothing below moves", async () => {
  const start = Date.parse(axis.periods.find((p) => p.status === "started").from);
  await clock(race, { at: new Date(start - 8000).toISOString(), speed: 2, paused: false });
  const page = await open(chrome, `${race.base}/?view=wall`, { viewport: { width: 1920, height: 1080 } });
  const list = await page.locator("[data-testid=race-control]").boundingBox();
  await page.waitForSelector("[data-testid=wall-panel][data-moment=flag]");
  assert.match(await page.innerText("[data-testid=wall-panel]"), /Session started/);
  assert.deepEqual(await page.locator("[data-testid=race-control]").boundingBox(), list);
  await clock(race, { paused: true });
  await page.waitForSelector("[data-testid=wall-panel]:not([data-moment])");
  assert.equal(await page.locator("button:visible").count() - await page.locator("[data-testid=pick]:disabled").count(), 0, "a wall has no controls");
  const last = await page.locator("[data-testid=row]").last().boundingBox();
  assert.ok(last.y + last.height <= 1080 - 6, `the last row ends at ${last.y + last.height}`);
  assert.equal(await page.locator("[data-testid=row]").count(), 22);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("qualifying: the gap stays visible beside the status, and is told once", async () => {
  const { sessions: [entry] } = await api(qualifying.base, "/api/v1/sessions");
  const line = await api(qualifying.base, `/api/v1/sessions/${entry.session.key}/timeline`);
  await clock(qualifying, { at: new Date(Date.parse(line.periods.find((p) => p.status === "part_2").from) - 60_000).toISOString(), paused: true });
  const page = await open(chrome, qualifying.base);
  const { order, rows } = await settled(page, qualifying.base);
  for (const id of order.slice(1, 6)) {
    assert.match(rows[id].gap, /^[+]\d/, `car ${id}`);
    assert.match(rows[id].status, /PIT|OUT|HOT|slow|^$/);
  }
  const phone = await open(chrome, qualifying.base, { viewport: { width: 390, height: 844 }, hasTouch: true });
  const small = await settled(phone, qualifying.base);
  assert.match(small.rows[order[1]].gap, /^(PIT ?)?[+]\d/);
  await page.context().close();
  await phone.context().close();
});

test("every dash has a reason", async () => {
  await clock(race, { at: new Date(Date.parse(axis.periods.find((p) => p.status === "started").from) - 20_000).toISOString(), paused: true });
  const page = await open(chrome, race.base);
  await settled(page, race.base);
  const bare = await page.evaluate(() => [...document.querySelectorAll("[data-testid=row] [data-col]")]
    .filter((c) => c.innerText.trim() === "—" && !c.querySelector("[title]"))
    .map((c) => c.dataset.col));
  assert.deepEqual([...new Set(bare)], []);
  await page.context().close();
});
