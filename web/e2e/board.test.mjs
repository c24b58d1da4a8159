import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, browser, cuttable, open, settled, shared, simulated, start, table, tower } from "./pitwall.mjs";

const recorded = shared("archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race");
const path = recorded ?? simulated("race", 30);
if (!recorded) console.log("# ../shared is absent: the tests run on a simulated race");

let chrome;
let wall;
let key;

before(async () => {
  chrome = await browser();
  wall = await start("replay", path);
  key = (await api(wall.base, "/api/v1/sessions")).sessions[0].session.key;
});

after(async () => {
  await chrome?.close();
  await wall?.stop();
});

const clock = (change) => api(wall.base, "/api/v1/clocks/default", "PATCH", change);

const letters = { ULTRASOFT: "US", SUPERSOFT: "SS", SOFT: "S", MEDIUM: "M", HARD: "H", INTERMEDIATE: "I", WET: "W" };

function lapTime(ms) {
  if (ms == null) return "—";
  const minutes = Math.floor(ms / 60000);
  const rest = ((ms % 60000) / 1000).toFixed(3);
  return minutes > 0 ? `${minutes}:${rest.padStart(6, "0")}` : rest;
}

test("the binary serves the board and not the placeholder", async () => {
  const text = await (await fetch(wall.base)).text();
  assert.match(text, /_next\/static/);
  assert.doesNotMatch(text, /board is not in this binary/);
});

test("the board follows the replay and says nothing wrong", async () => {
  await clock({ lap: 8, speed: 10, paused: false });
  const page = await open(chrome, wall.base);
  const first = await page.getAttribute("[data-testid=now]", "datetime");
  const was = JSON.stringify((await tower(page)).rows);
  await page.waitForFunction((t) => Date.parse(document.querySelector("[data-testid=now]").dateTime) > t + 60_000, Date.parse(first));
  assert.notEqual(JSON.stringify((await tower(page)).rows), was);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("values on screen equal the exported tables at three moments", async () => {
  const laps = table(path, "laps");
  const positions = table(path, "positions");
  const stints = table(path, "stints");
  const leader = (await api(wall.base, `/api/v1/sessions/${key}/timeline`)).laps;
  const page = await open(chrome, wall.base);
  for (const n of [6, 20, Math.min(44, leader.length - 2)]) {
    const at = Date.parse(leader.find((l) => l.lap === n).time) + 40_000;
    await clock({ at: new Date(at).toISOString(), paused: true });
    await page.waitForFunction((t) => Math.abs(Date.parse(document.querySelector("[data-testid=now]").dateTime) - t) < 15_000, at);
    const shown = await settled(page, wall.base);
    let compared = 0;
    for (const [car, cells] of Object.entries(shown.rows)) {
      const own = laps.filter((l) => l.driver_number === Number(car));
      const place = positions.filter((p) => p.driver_number === Number(car) && Date.parse(p.time) <= at).at(-1);
      if (place) assert.equal(cells.pos, String(place.position), `lap ${n} car ${car}: position`);
      // A car that stopped may have a last lap that only its sectors tell: the feed then sends no lap time.
      if (/STOP|RET/.test(cells.status)) continue;
      // The lap that ended last, left out while its messages may still be on their way.
      const end = (l) => (l.date_start && l.lap_time_ms != null ? Date.parse(l.date_start) + l.lap_time_ms : Number.NaN);
      const done = own.findLast((l) => end(l) <= at);
      const next = done && own.find((l) => l.lap_number === done.lap_number + 1);
      if (!done || done.deleted || at - end(done) < 5000 || (next && !(end(next) > at + 1000))) continue;
      assert.equal(cells.last, lapTime(done.lap_time_ms), `lap ${n} car ${car}: last lap`);
      const set = stints.find((s) => s.driver_number === Number(car) && s.stint_number === done.stint_number);
      if (set && letters[set.compound] && next?.stint_number === done.stint_number) {
        assert.equal(cells.tyre.split(" ")[0], letters[set.compound], `lap ${n} car ${car}: tyre`);
      }
      compared++;
    }
    assert.ok(compared >= 10, `lap ${n}: only ${compared} cars could be compared`);
  }
  await page.context().close();
});

test("the order on screen is the order of the API", async () => {
  await clock({ lap: 30, paused: true });
  const page = await open(chrome, wall.base);
  const shown = await settled(page, wall.base);
  const { cars } = await api(wall.base, `/api/v1/sessions/${key}/board?clock=default`);
  const want = Object.values(cars).sort((a, b) => (a.line || 1000) - (b.line || 1000)).map((c) => String(c.driver_number));
  assert.deepEqual(shown.order, want);
  await page.context().close();
});

test("seek: by pressing the strip, by key, by lap", async () => {
  await clock({ lap: 10, speed: 1, paused: true });
  const page = await open(chrome, wall.base);
  await page.waitForSelector("[data-testid=strip]");
  const lap = () => page.evaluate(() => Number(document.querySelector("[data-testid=laps] b").textContent));
  const axis = await api(wall.base, `/api/v1/sessions/${key}/timeline`);
  const box = await page.locator("[data-testid=strip]").boundingBox();
  const target = axis.laps[25];
  const x = ((Date.parse(target.time) + 30_000 - Date.parse(axis.start)) / (Date.parse(axis.end) - Date.parse(axis.start))) * box.width;
  await page.mouse.move(box.x + x, box.y + 20);
  await page.waitForSelector("[data-testid=preview] li");
  await page.mouse.down();
  await page.mouse.up();
  await page.waitForFunction((n) => Number(document.querySelector("[data-testid=laps] b").textContent) === n, target.lap);
  await page.keyboard.press("]");
  await page.waitForFunction((n) => Number(document.querySelector("[data-testid=laps] b").textContent) === n, target.lap + 1);
  await page.click("[data-testid=step-back]");
  await page.waitForFunction((n) => Number(document.querySelector("[data-testid=laps] b").textContent) === n, target.lap);
  assert.equal(await lap(), target.lap);
  await page.keyboard.press("Space");
  await page.waitForSelector("[data-testid=play][aria-label=Pause]");
  await page.context().close();
});

test("ten seconds without a line leave no gap", async () => {
  await clock({ lap: 15, speed: 10, paused: false });
  const line = await cuttable(wall.base);
  const page = await open(chrome, line.base);
  const straight = await open(chrome, wall.base);
  line.cut();
  await page.waitForSelector("[data-link=reconnecting]");
  assert.match(await page.innerText("[data-testid=link]"), /Reconnecting · last data \d\d:\d\d:\d\d/);
  await page.waitForTimeout(10_000);
  line.mend();
  await page.waitForSelector("[data-link=live]");
  await clock({ paused: true });
  const [one, other] = [await settled(page, wall.base), await settled(straight, wall.base)];
  assert.deepEqual(one, other);
  await page.click("[data-testid=quality]");
  assert.equal(await page.innerText("[data-testid=missed]"), "0");
  assert.equal(await page.innerText("[data-testid=reconnects]"), "1");
  assert.deepEqual(page.errors, []);
  await page.context().close();
  await straight.context().close();
  await line.close();
});

test("the address holds what is shown, and Back works", async () => {
  await clock({ lap: 30, paused: true });
  const page = await open(chrome, `${wall.base}/?density=engineer&theme=light&hide=gap`);
  assert.equal(await page.getAttribute("html", "data-theme"), "light");
  assert.equal(await page.locator("[data-head=gap]").count(), 0);
  assert.equal(await page.locator("[data-head=trap]").count(), 1);
  const second = page.locator("[data-testid=row]").nth(1);
  const car = await second.getAttribute("data-car");
  await second.click();
  assert.equal(new URL(page.url()).searchParams.get("car"), car);
  await page.waitForSelector("[data-testid=car-panel]");
  await page.goBack();
  await page.waitForSelector("[data-testid=car-panel]", { state: "detached" });
  await page.keyboard.press("1");
  assert.equal(new URL(page.url()).searchParams.get("density"), "glance");
  await page.keyboard.press("t");
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  await page.context().close();
});

test("nothing reflows: columns stand still while values come and go", async () => {
  await clock({ lap: 5, speed: 50, paused: false });
  const page = await open(chrome, wall.base);
  const places = () => page.evaluate(() => [...document.querySelector("[data-testid=row]").querySelectorAll("[data-col]")].map((c) => Math.round(c.getBoundingClientRect().left)));
  const seen = await places();
  const from = Date.parse(await page.getAttribute("[data-testid=now]", "datetime"));
  await page.waitForFunction((t) => Date.parse(document.querySelector("[data-testid=now]").dateTime) > t + 240_000, from);
  assert.deepEqual(await places(), seen);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  assert.ok(wide, "the page is wider than its window");
  await page.context().close();
});

test("a phone shows the board without sideways scrolling", async () => {
  await clock({ lap: 20, paused: true });
  const page = await open(chrome, wall.base, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await settled(page, wall.base);
  const fits = await page.evaluate(() => {
    const rows = [...document.querySelectorAll("[data-testid=row]")];
    return rows.every((r) => [...r.querySelectorAll("[data-col]")].every((c) => c.getBoundingClientRect().right <= window.innerWidth));
  });
  assert.ok(fits, "a cell leaves the screen");
  await page.click("[data-testid=handle]");
  await page.waitForSelector("[data-testid=message]");
  await page.context().close();
});

test("a first visit is shown around once, and it can be skipped", async () => {
  await clock({ lap: 20, paused: true });
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(wall.base);
  await page.waitForSelector("[data-testid=tour]");
  await page.click("[data-testid=tour] button");
  await page.waitForSelector("[data-testid=tour]", { state: "detached" });
  await page.reload();
  await page.waitForSelector("[data-link=live]");
  assert.equal(await page.locator("[data-testid=tour]").count(), 0);
  await context.close();
});

test("every control has a name, and text has contrast in both themes", async () => {
  await clock({ lap: 20, paused: true });
  for (const theme of ["dark", "light"]) {
    const page = await open(chrome, `${wall.base}/?theme=${theme}`);
    const { nameless, faint } = await page.evaluate(() => {
      const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
      const lin = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
      const lum = ([r, g, b]) => 0.2126 * lin(r) + 0.7152 * lin(g) + 0.0722 * lin(b);
      const back = (el) => {
        for (let e = el; e; e = e.parentElement) {
          const style = getComputedStyle(e);
          if (style.backgroundImage !== "none" && !style.backgroundImage.startsWith("linear-gradient(rgba")) return null; // a pattern: judged by eye
          const c = rgb(style.backgroundColor);
          if (c.length === 3 || c[3] > 0.95) return c;
        }
        return [0, 0, 0];
      };
      const faintOnes = [];
      for (const el of document.querySelectorAll("[data-testid=tower] [data-col] *, header *, footer *, aside *")) {
        const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (!own || el.closest("svg, [aria-hidden=true], :disabled") || !el.getClientRects().length) continue;
        const behind = back(el);
        if (!behind) continue;
        const [a, b] = [lum(rgb(getComputedStyle(el).color)), lum(behind)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) faintOnes.push(`${el.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
      }
      const namelessOnes = [...document.querySelectorAll("button, input, [role=slider]")]
        .filter((b) => !(b.getAttribute("aria-label") || b.innerText.trim() || b.closest("label")?.innerText.trim()))
        .map((b) => b.outerHTML.slice(0, 80));
      return { nameless: namelessOnes, faint: faintOnes };
    });
    assert.deepEqual(nameless, []);
    assert.deepEqual([...new Set(faint)], [], theme);
    await page.context().close();
  }
});
