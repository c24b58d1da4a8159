// The panels beside the tower: the strategy picture as the server has it, and the cars on the ground.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, browser, open, simulated, start } from "./pitwall.mjs";

let chrome;
let race;
let key;
let laps;

const clock = (change) => api(race.base, "/api/v1/clocks/default", "PATCH", change);
const picture = () => api(race.base, `/api/v1/sessions/${key}/strategy`);
const shownNow = (page, t) => page.waitForFunction((ms) => Math.abs(Date.parse(document.querySelector("[data-testid=now]").dateTime) - ms) < 1500, t);

before(async () => {
  chrome = await browser();
  race = await start("replay", simulated("race", 20));
  key = (await api(race.base, "/api/v1/sessions")).sessions[0].session.key;
  laps = (await api(race.base, `/api/v1/sessions/${key}/timeline`)).laps;
});
after(async () => {
  await chrome?.close();
  await race?.stop();
});

test("windows, places after a stop and threats are those of the server", async () => {
  const at = Date.parse(laps[14].time) + 20_000;
  await clock({ at: new Date(at).toISOString(), paused: true });
  const want = await picture();
  const page = await open(chrome, `${race.base}/?panel=strategy`);
  await shownNow(page, at);
  await page.waitForSelector("[data-testid=strategy-car]");
  const { cars } = await api(race.base, `/api/v1/sessions/${key}/board?clock=default`);
  const rows = await page.locator("[data-testid=strategy-car]").evaluateAll((list) => list.map((r) => [r.dataset.car, r.innerText.replace(/\s+/g, " ")]));
  assert.deepEqual(rows.map(([id]) => id), Object.values(cars).sort((a, b) => (a.line || 1000) - (b.line || 1000)).map((c) => String(c.driver_number)).filter((id) => want.cars[id]));
  let windows = 0;
  for (const [id, text] of rows) {
    const c = want.cars[id];
    assert.ok(text.startsWith(cars[id].tla), text);
    if (c.rejoin) assert.match(text, new RegExp(`P${c.rejoin.position}\\b`), `car ${id}`);
    if (c.window?.stops > 0) {
      windows++;
      assert.ok(text.includes(c.window.earliest === c.window.latest ? String(c.window.earliest) : `${c.window.earliest}–${c.window.latest}`), `${id}: ${text}`);
    }
    if (c.rejoin?.ahead) assert.ok(text.includes(`${cars[c.rejoin.ahead].tla} ${(c.rejoin.gap_ahead_ms / 1000).toFixed(1)}`), text);
    for (const t of c.threats.slice(0, 1)) assert.ok(text.includes(cars[t.driver_number].tla), text);
  }
  assert.ok(windows > 0, "somebody is to stop");
  assert.match(await page.innerText("[data-testid=strategy]"), new RegExp((want.pit_loss.green.median_ms / 1000).toFixed(1)));
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("a chosen car has its stints and the ledger of its stops, whose parts are what the gap changed by", async () => {
  const at = Date.parse(laps[17].time);
  await clock({ at: new Date(at).toISOString(), paused: true });
  const want = await picture();
  const pairs = Object.values(want.undercuts);
  assert.ok(pairs.length > 0, "the simulated race has pairs of stops");
  const car = String(pairs[0].first);
  const page = await open(chrome, `${race.base}/?panel=strategy`);
  await shownNow(page, at);
  await page.locator(`[data-testid=strategy-car][data-car="${car}"] button`).click();
  await page.waitForSelector("[data-testid=stints]");
  assert.equal(new URL(page.url()).searchParams.get("car"), car);
  assert.equal(new URL(page.url()).searchParams.get("panel"), "strategy", "the panel stays");
  assert.equal(await page.locator("[data-testid=stints] tbody tr").count(), want.cars[car].stints.length);
  const own = pairs.filter((u) => String(u.first) === car || String(u.second) === car);
  assert.equal(await page.locator("[data-testid=pair]").count(), Math.min(20, own.length));
  const bars = await page.locator("[data-testid=pair]").first().evaluate((li) => {
    const whole = li.querySelector("[role=img]").getBoundingClientRect();
    const sum = li.querySelector("u").getBoundingClientRect();
    return {
      parts: [...li.querySelectorAll("[data-part]")].map((i) => i.getBoundingClientRect()).map((r) => [r.left - whole.left - whole.width / 2, r.right - whole.left - whole.width / 2]),
      sum: sum.left + sum.width / 2 - whole.left - whole.width / 2,
    };
  });
  const signedSum = bars.parts.reduce((n, [l, r]) => n + ((l + r) / 2 >= 0 ? r - l : l - r), 0);
  assert.ok(Math.abs(signedSum - bars.sum) < 2, `the parts add up to ${signedSum} px, the sum stands at ${bars.sum}`);
  await page.context().close();
});

test("the strategy is followed only while it is shown, and goes on with the clock", async () => {
  await clock({ at: laps[12].time, speed: 20, paused: false });
  const page = await open(chrome, `${race.base}/?panel=strategy`);
  await page.waitForSelector("[data-testid=strategy-car]");
  const text = () => page.innerText("[data-testid=strategy] table:last-of-type");
  const was = await text();
  await page.waitForFunction((t) => document.querySelector("[data-testid=strategy] table:last-of-type").innerText !== t, was);
  await page.getByRole("tab", { name: "Messages" }).click();
  await page.waitForSelector("[data-testid=events]");
  await page.getByRole("tab", { name: "Strategy" }).click();
  await page.waitForSelector("[data-testid=strategy-car]");
  await clock({ paused: true });
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("the map shows the cars where they are sent, and a press on one chooses it", async () => {
  await clock({ at: laps[8].time, speed: 1, paused: false });
  const page = await open(chrome, `${race.base}/?panel=map`);
  await page.waitForFunction(() => Number(document.querySelector("[data-testid=map]").dataset.cars) >= 20);
  assert.equal(await page.getAttribute("[data-testid=map]", "data-estimated"), null);
  await page.waitForTimeout(4000);
  await clock({ paused: true });
  // The ink of the discs: whoever is pressed is chosen.
  const spot = await page.evaluate(() => {
    const canvas = document.querySelector("[data-testid=map] canvas");
    const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const vivid = [];
    for (let y = 0; y < height; y += 2) for (let x = 0; x < width; x += 2) {
      const i = (y * width + x) * 4;
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      if (data[i + 3] > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 90) vivid.push([x, y]);
    }
    const box = canvas.getBoundingClientRect();
    const [x, y] = vivid[Math.floor(vivid.length / 2)];
    return { n: vivid.length, x: box.left + (x / width) * box.width, y: box.top + (y / height) * box.height };
  });
  assert.ok(spot.n > 200, `${spot.n} points of team colour`);
  await page.mouse.click(spot.x, spot.y);
  await page.waitForSelector("[data-testid=car-panel]");
  assert.equal(new URL(page.url()).searchParams.get("panel"), "map");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});
