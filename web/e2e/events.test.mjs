// Events on the board: they come when they are known, say why, are taken back, and have an address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, browser, open, simulated, start } from "./pitwall.mjs";

let chrome;
let race;
let key;
let all; // every event of the session, in its newest version
let entry;

const clock = (change) => api(race.base, "/api/v1/clocks/default", "PATCH", change);
const at = (ms) => clock({ at: new Date(ms).toISOString(), paused: true });
const why = (id, query = `?clock=default`) => api(race.base, `/api/v1/sessions/${key}/events/${id}/why${query}`);
const line = (id) => `[data-testid=event][data-event="${id}"]`;
/** When the event could first be told, by its first version. */
const firstKnown = async (id) => {
  await at(Date.parse(entry.end));
  return Date.parse((await why(id)).versions[0].known);
};
const shownNow = (page, t) => page.waitForFunction((ms) => Math.abs(Date.parse(document.querySelector("[data-testid=now]").dateTime) - ms) < 1500, t);
/** The list once the page has the whole events of the clock. */
const listed = (page) => page.waitForSelector("[data-testid=event]");
const params = (page) => new URL(page.url()).searchParams;
/** A pass that nothing else stands beside: the nth of those after the first minute. */
const passes = () => all.filter((e) => e.kind === "overtake.on_track" && e.status === "confirmed" && e.lap_number > 2);

before(async () => {
  chrome = await browser();
  race = await start("replay", simulated("race", 25));
  [entry] = (await api(race.base, "/api/v1/sessions")).sessions;
  key = entry.session.key;
  all = (await api(race.base, `/api/v1/sessions/${key}/events?at=${entry.end}&limit=5000`)).events;
  assert.ok(passes().length > 5, "the simulated race has passes");
});
after(async () => {
  await chrome?.close();
  await race?.stop();
});

test("an event comes when it is known, says who, where and when, and its row carries its sign", async () => {
  const [e] = passes();
  const known = await firstKnown(e.event_id);
  await at(known - 4000);
  const page = await open(chrome, race.base);
  await page.waitForSelector("[data-testid=events]");
  await shownNow(page, known - 4000);
  assert.equal(await page.locator(line(e.event_id)).count(), 0);
  await clock({ speed: 1, paused: false });
  await page.waitForSelector(line(e.event_id));
  await clock({ paused: true });
  const { cars } = await api(race.base, `/api/v1/sessions/${key}/board?clock=default`);
  const text = (await page.innerText(line(e.event_id))).replace(/\s+/g, " ");
  for (const part of [`L${e.lap_number}`, "PASS", cars[e.driver_number].tla, cars[e.other_driver_number].tla, `P${e.position_from} → P${e.position_to}`]) {
    assert.ok(text.includes(part), `${text}: ${part}`);
  }
  await page.waitForSelector(`[data-testid=row][data-car="${e.driver_number}"] [data-testid=row-sign]`);
  const rows = await page.locator("[data-testid=row]").evaluateAll((list) => new Set(list.map((r) => Math.round(r.getBoundingClientRect().height))).size);
  assert.equal(rows, 1, "the sign moves no row");
  assert.equal(await page.locator("[data-testid=event]").first().getAttribute("data-fresh"), "true");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("an event that is taken back is struck through, then leaves, and a filter keeps it", async () => {
  const gone = all.find((e) => e.status === "retracted" && e.priority !== "P3");
  assert.ok(gone, "the simulated race has an event that is taken back");
  await at(Date.parse(entry.end));
  const { versions } = await why(gone.event_id);
  const known = Date.parse(versions.at(-1).known);
  await at(known - 2500);
  const page = await open(chrome, race.base);
  await page.waitForSelector(`${line(gone.event_id)}:not([data-status=retracted])`);
  assert.equal(await page.locator(`${line(gone.event_id)} s`).count(), 0);
  const provisional = versions.at(-2).status === "provisional";
  assert.equal(await page.locator(`${line(gone.event_id)} [aria-label="not confirmed yet"]`).count(), provisional ? 1 : 0);
  await clock({ speed: 1, paused: false });
  await page.waitForSelector(`${line(gone.event_id)}[data-status=retracted] s`);
  assert.equal(await page.locator(`${line(gone.event_id)} s`).evaluate((s) => getComputedStyle(s).textDecorationLine), "line-through");
  await clock({ speed: 10 });
  await page.waitForSelector(line(gone.event_id), { state: "detached" });
  await clock({ paused: true });
  await page.getByRole("button", { name: "+ Taken back" }).click();
  await page.waitForSelector(`${line(gone.event_id)}[data-status=retracted]`);
  assert.equal(params(page).get("events"), "retracted");
  await page.context().close();
});

test("why: the rule, the verdict, and the messages of the cited offsets with the subjects' lines", async () => {
  const e = passes().at(-1);
  await at(Date.parse(entry.end));
  const want = await why(e.event_id);
  const page = await open(chrome, `${race.base}/?events=passes`);
  await listed(page);
  await page.locator(`${line(e.event_id)}`).click();
  await page.waitForSelector("[data-testid=rule]");
  assert.equal(params(page).get("why"), e.event_id);
  assert.equal(await page.innerText("[data-testid=rule]"), want.rule);
  assert.equal(want.holds, true);
  assert.equal(await page.getAttribute("[data-testid=verdict]", "data-holds"), "yes");
  assert.equal(await page.innerText("[data-testid=why-status]"), "Confirmed");
  const offsets = await page.locator("[data-testid=cited]").evaluateAll((list) => list.map((li) => Number(li.dataset.offset)));
  assert.deepEqual(offsets, e.evidence);
  const marked = await page.locator("[data-testid=cited] mark").allInnerTexts();
  assert.ok(marked.some((text) => text.includes(`"${e.driver_number}": {`)), "the lines of the car are marked");
  for (const m of want.messages) {
    const keys = Object.keys(m.payload);
    const shown = await page.locator(`[data-testid=cited][data-offset="${m.offset}"]`).innerText();
    assert.ok(shown.includes(m.topic) && (keys.length === 0 || shown.includes(`"${keys[0]}"`)), `${m.topic} ${m.offset}`);
  }
  await page.goBack();
  await page.waitForSelector("[data-testid=why]", { state: "detached" });
  assert.equal(params(page).get("why"), null);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("by keyboard: into the list, along it, open, stay inside, close, and back to the row", async () => {
  await at(Date.parse(entry.end));
  const page = await open(chrome, race.base);
  await listed(page);
  const focused = () => page.evaluate(() => document.activeElement.dataset.why ?? null);
  const ids = await page.locator("[data-testid=event]").evaluateAll((list) => list.slice(0, 3).map((li) => li.dataset.event));
  await page.keyboard.press("e");
  assert.equal(await focused(), ids[0]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), ids[2]);
  assert.equal(await page.locator("[data-why][tabindex='0']").count(), 1, "the list is one stop of the tab key");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-testid=rule]");
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") != null), "the focus stays in the dialog");
  }
  await page.keyboard.press("Escape");
  await page.waitForSelector("[data-testid=why]", { state: "detached" });
  assert.equal(await focused(), ids[2], "focus returns to the row");
  assert.equal(params(page).get("why"), null);
  await page.keyboard.press("w");
  await page.waitForSelector("[data-testid=rule]");
  await page.context().close();
});

test("a link opens the reasons, on a phone too, and they can be copied", async () => {
  const [e] = passes();
  await at(Date.parse(entry.end));
  const page = await open(chrome, `${race.base}/?why=${e.event_id}`, { viewport: { width: 390, height: 844 }, hasTouch: true, permissions: ["clipboard-read", "clipboard-write"] });
  await page.waitForSelector("[data-testid=rule]");
  await page.getByRole("button", { name: "Copy link" }).tap();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  const first = page.locator("[data-testid=cited]").first();
  await first.getByRole("button", { name: "Copy" }).tap();
  await first.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).offset, e.evidence[0]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `${wide} px`);
  await page.getByRole("button", { name: "Close" }).tap();
  await page.waitForSelector("[data-testid=why]", { state: "detached" });
  await page.context().close();
});

test("filters: what is minor is hidden until asked for, groups and the chosen car, and all of it is in the address", async () => {
  await at(Date.parse(entry.end));
  const minor = all.find((e) => e.priority === "P3");
  assert.ok(minor);
  const page = await open(chrome, race.base);
  await listed(page);
  const kinds = () => page.locator("[data-testid=event]").evaluateAll((list) => list.map((li) => [li.dataset.kind, li.dataset.priority]));
  assert.ok((await kinds()).every(([, p]) => p !== "P3"));
  await page.getByRole("button", { name: "+ Minor" }).click();
  await page.waitForSelector("[data-testid=event][data-priority=P3]");
  const few = (await kinds()).length;
  await page.locator("[data-testid=events] ol").evaluate((ol) => ol.scrollTo(0, 200));
  await page.waitForFunction((n) => document.querySelectorAll("[data-testid=event]").length > n, few);
  assert.ok((await kinds()).length <= 202, "the list is bounded");
  await page.getByRole("button", { name: "Passes", exact: true }).click();
  await page.waitForFunction(() => [...document.querySelectorAll("[data-testid=event]:not([data-pin])")].every((li) => /^(overtake\.on_track|order\.|lead\.|start\.|lapped|unlapped)/.test(li.dataset.kind)));
  assert.equal(params(page).get("events"), "passes,minor");
  await page.context().close();

  const [e] = passes();
  const car = await open(chrome, `${race.base}/?events=car,passes&car=${e.driver_number}`);
  await listed(car);
  await car.waitForTimeout(300);
  const want = all.filter((o) => o.priority !== "P3" && o.status !== "retracted" && /^(overtake\.on_track|order\.|lead\.|start\.|lapped|unlapped)/.test(o.kind) && [o.driver_number, o.other_driver_number, ...(o.driver_numbers ?? [])].includes(e.driver_number));
  const got = await car.locator("[data-testid=event]:not([data-pin])").evaluateAll((list) => list.map((li) => li.dataset.event));
  assert.deepEqual([...got].sort(), want.map((o) => o.event_id).sort());
  await car.context().close();
});

test("a private clock shows nothing before its time, and has no reasons for it", async () => {
  const e = passes().at(-1);
  const known = await firstKnown(e.event_id);
  await at(Date.parse(entry.end));
  const made = await api(race.base, "/api/v1/clocks", "POST", { session_key: key, at: new Date(known - 3000).toISOString(), paused: true });
  const page = await open(chrome, `${race.base}/?clock=${made.id}`);
  await listed(page);
  await shownNow(page, known - 3000);
  assert.equal(await page.locator(line(e.event_id)).count(), 0);
  const told = await page.locator("[data-testid=event]").evaluateAll((list) => list.map((li) => li.dataset.event));
  const early = new Set((await api(race.base, `/api/v1/sessions/${key}/events?clock=${made.id}&limit=5000`)).events.map((o) => o.event_id));
  assert.ok(told.length > 0 && told.every((id) => early.has(id)), "nothing of the future");
  const other = await open(chrome, `${race.base}/?clock=${made.id}&why=${e.event_id}`);
  await other.waitForSelector("[data-testid=why] p");
  await other.waitForFunction(() => /Nothing is known of this event/.test(document.querySelector("[data-testid=why]").innerText));
  assert.equal(await other.locator("[data-testid=cited]").count(), 0);
  await other.context().close();
  await api(race.base, `/api/v1/clocks/${made.id}`, "PATCH", { speed: 1, paused: false });
  await page.waitForSelector(line(e.event_id));
  await page.context().close();
});

test("the strip has a mark for what matters; a press on it goes there", async () => {
  await at(Date.parse(entry.start) + 60_000);
  const page = await open(chrome, race.base);
  await page.waitForSelector("[data-testid=marks] [data-first]");
  const marks = await page.locator("[data-testid=marks] path").evaluateAll((list) => list.map((p) => p.dataset.mark));
  const important = all.filter((e) => e.status !== "retracted" && e.priority <= "P1").map((e) => e.event_id);
  assert.ok(marks.every((id) => important.includes(id)));
  const e = all.find((o) => o.event_id === marks.find((id) => all.find((x) => x.event_id === id)?.kind === "lead.change")) ?? all.find((o) => o.kind === "session.started");
  const mark = page.locator(`[data-testid=marks] [data-mark="${e.event_id}"]`);
  const box = await mark.boundingBox();
  await page.mouse.click(box.x + box.width / 2 + 3, box.y + box.height / 2);
  await shownNow(page, Date.parse(e.time));
  await page.context().close();
});

test("what matters is read out, one thing at a time", async () => {
  const pass = passes().find((e) => e.position_to != null);
  const known = await firstKnown(pass.event_id);
  await at(known - 3000);
  const page = await open(chrome, race.base);
  await listed(page);
  await page.waitForTimeout(300);
  assert.equal(await page.textContent("[data-testid=announcer]"), "", "what was there before is no news");
  const { cars } = await api(race.base, `/api/v1/sessions/${key}/board?clock=default`);
  await clock({ speed: 1, paused: false });
  await page.waitForFunction((code) => document.querySelector("[data-testid=announcer]").textContent.includes(`${code} passes`), cars[pass.driver_number].tla, { timeout: 30_000 });
  await clock({ paused: true });
  await page.context().close();
});

test("a wall shows events without controls", async () => {
  await at(Date.parse(passes()[2].known) + 2000);
  const page = await open(chrome, `${race.base}/?view=wall&why=${passes()[0].event_id}`, { viewport: { width: 1920, height: 1080 } });
  await listed(page);
  assert.equal(await page.locator("[data-testid=events] button").count(), 0);
  assert.equal(await page.locator("[data-testid=why]").count(), 0);
  await page.context().close();
});
