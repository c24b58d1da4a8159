// Takes the screenshots of docs/screens from the real binary: node e2e/screens.mjs [FOLDER [all]]
// With "all": every state at every size in dark, light and grey, to look through before a release.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { api, browser, freePort, open, simulated, startAt, start } from "./pitwall.mjs";

const out = resolve(process.argv[2] ?? "../docs/screens");
const all = process.argv[3] === "all";
const wanted = process.argv[4]; // with "all": only this state
mkdirSync(out, { recursive: true });

const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
  landscape: { viewport: { width: 844, height: 390 }, deviceScaleFactor: 2, hasTouch: true },
  laptop: { viewport: { width: 1440, height: 900 } },
  wall: { viewport: { width: 1920, height: 1080 }, query: "view=wall" },
  wall4k: { viewport: { width: 3840, height: 2160 }, query: "view=wall" },
};

// Pictures are kept in the repository, so they show simulated sessions only: recordings are not ours to publish.
const race = simulated("race", 20);
const qualifying = simulated("qualifying", 20);
const practice = simulated("practice", 20);

const chrome = await browser();

const grey = (page) => page.addStyleTag({ content: "html{filter:grayscale(1)}" });

async function shoot(base, name, size, query = "", act, waitFor = open) {
  const { query: own = "", ...options } = sizes[size];
  const page = await waitFor(chrome, `${base}/?${[own, query].filter(Boolean).join("&")}`, options);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(600);
  if (act) await act(page);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.context().close();
  console.log(name);
}

/** A state in the pictures that are kept, or at every size and in every look. */
async function state(base, name, kept, { act, waitFor } = {}) {
  if (!all) {
    for (const [size, theme] of kept) await shoot(base, `${name}-${size}-${theme}`, size, `theme=${theme}`, act, waitFor);
    return;
  }
  if (wanted && wanted !== name) return;
  for (const size of ["phone", "laptop", "wall", "wall4k"]) {
    for (const theme of ["dark", "light"]) await shoot(base, `${name}-${size}-${theme}`, size, `theme=${theme}`, act, waitFor);
  }
  await shoot(base, `${name}-laptop-grey`, "laptop", "", async (page) => {
    await act?.(page);
    await grey(page);
  }, waitFor);
}

/** A page of a server that has nothing to show. */
async function bare(browserUsed, url, options) {
  const context = await browserUsed.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector("[data-testid=empty]");
  return page;
}

/** A recording as a paused replay; `go` moves it: to an instant, or to a moment after a period of its axis began. */
async function replayed(path, shots) {
  const server = await start("replay", path);
  const { sessions: [entry] } = await api(server.base, "/api/v1/sessions");
  const axis = await api(server.base, `/api/v1/sessions/${entry.session.key}/timeline`);
  const move = (ms) => api(server.base, "/api/v1/clocks/default", "PATCH", { at: new Date(ms).toISOString(), paused: true });
  const from = Date.parse(entry.start);
  await shots(server.base, {
    fraction: (f) => move(from + f * (Date.parse(entry.end) - from)),
    after: (status, seconds) => {
      const period = axis.periods.find((p) => p.status === status);
      if (!period) throw new Error(`${path} has no period ${status}`);
      return move(Date.parse(period.from) + seconds * 1000);
    },
    lap: (n) => api(server.base, "/api/v1/clocks/default", "PATCH", { lap: n, paused: true }),
  });
  await server.stop();
}

/** The same recording without the end of one topic: the source goes on, the topic does not. */
function without(path, topic, fraction) {
  const copy = join(mkdtempSync(join(tmpdir(), "pitwall-e2e-")), "session");
  cpSync(path, copy, { recursive: true });
  const file = join(copy, `${topic}.jsonStream`);
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, `${lines.slice(0, Math.floor(lines.length * fraction)).join("\n")}\n`);
  return copy;
}

/** A page that is told on its line that the source is lost: no simulated source fails by itself. */
async function lost(browserUsed, url, options) {
  const mark = (value) => {
    if (value == null || typeof value !== "object") return;
    if (value.quality?.topics) {
      value.quality.trouble = "the feed closed the connection";
      value.view = { clock: "default", speed: 1, paused: false, seekable: false, behind_ms: 0 };
    } else Object.values(value).forEach(mark);
  };
  const context = await browserUsed.newContext({ reducedMotion: "reduce", ...options });
  await context.addInitScript(() => localStorage.setItem("pitwall:toured", "1"));
  await context.routeWebSocket(/connection/, (page) => {
    const server = page.connectToServer();
    server.onMessage((text) => page.send(text.split("\n").map((line) => {
      const message = JSON.parse(line);
      mark(message);
      return JSON.stringify(message);
    }).join("\n")));
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector("[data-link=live]");
  await page.waitForSelector("[data-stale]", { timeout: 20_000 });
  return page;
}

if (!all) {
  await replayed(race, async (base, go) => {
    await go.fraction(0.68);
    for (const theme of ["dark", "light"]) {
      for (const size of ["phone", "laptop", "wall"]) await shoot(base, `race-${size}-${theme}`, size, `theme=${theme}`);
    }
    await shoot(base, "race-wall4k-dark", "wall4k");
    await shoot(base, "race-landscape-dark", "landscape");
    const { cars } = await api(base, `/api/v1/sessions/${(await api(base, "/api/v1/sessions")).sessions[0].session.key}/board?clock=default`);
    const seventh = Object.values(cars).find((c) => c.line === 7).driver_number;
    await shoot(base, "race-engineer-dark", "laptop", `density=engineer&car=${seventh}&gaps=car`);
    await shoot(base, "race-glance-light", "laptop", "density=glance&theme=light");
    await shoot(base, "race-safe-palette", "laptop", "palette=safe");
    await shoot(base, "race-greyscale", "laptop", "", grey);
    await shoot(base, "race-preview", "laptop", "", async (page) => {
      const box = await page.locator("[data-testid=strip]").boundingBox();
      await page.mouse.move(box.x + box.width * 0.8, box.y + 18);
      await page.waitForSelector("[data-testid=preview] li");
    });
    const [session] = (await api(base, "/api/v1/sessions")).sessions;
    const told = (await api(base, `/api/v1/sessions/${session.session.key}/events?clock=default&limit=5000`)).events;
    const pass = told.findLast((e) => e.kind === "overtake.on_track" && e.status === "confirmed");
    const because = (page) => page.waitForSelector("[data-testid=rule]");
    await shoot(base, "why-laptop-dark", "laptop", `why=${pass.event_id}`, because);
    await shoot(base, "why-phone-light", "phone", `theme=light&why=${pass.event_id}`, because);
    const opened = (page) => page.click("[data-testid=handle]");
    await shoot(base, "events-phone-dark", "phone", "", opened);
    await shoot(base, "events-minor-light", "laptop", "theme=light&events=minor,retracted");
    await shoot(base, "strategy-laptop-dark", "laptop", "panel=strategy", (page) => page.waitForSelector("[data-testid=strategy-car]"));
    await shoot(base, "strategy-car-light", "laptop", `theme=light&panel=strategy&car=${pass.driver_number}`, (page) => page.waitForSelector("[data-testid=stints]"));
    await api(base, "/api/v1/clocks/default", "PATCH", { speed: 1, paused: false });
    // The cars draw the circuit: a lap of it has to be seen.
    await shoot(base, "map-laptop-dark", "laptop", `panel=map&car=${pass.driver_number}`, (page) => page.waitForTimeout(45_000));
    await api(base, "/api/v1/clocks/default", "PATCH", { paused: true });
    await go.fraction(0.68);
    await shoot(base, "race-menu-dark", "laptop", "", (page) => page.locator("[data-testid=row]").nth(4).click({ button: "right" }));
  });
  await replayed(qualifying, async (base, go) => {
    await go.fraction(0.66);
    const leader = Object.values((await api(base, `/api/v1/sessions/${(await api(base, "/api/v1/sessions")).sessions[0].session.key}/board?clock=default`)).cars).find((c) => c.line === 4).driver_number;
    await shoot(base, "qualifying-laptop-dark", "laptop", `car=${leader}`);
    await shoot(base, "qualifying-laptop-light", "laptop", "theme=light");
    await shoot(base, "qualifying-phone-dark", "phone");
    await shoot(base, "qualifying-wall-dark", "wall");
  });
  await replayed(practice, async (base, go) => {
    await go.fraction(0.31);
    await shoot(base, "practice-red-flag-dark", "laptop", "density=engineer");
  });
}

await replayed(race, async (base, go) => {
  await go.after("started", -50);
  await state(base, "formation", [["laptop", "dark"]]);
  await go.lap(9);
  if (all) await state(base, "racing", []);
  await go.after("sc", 60);
  await state(base, "safety-car", [["phone", "dark"], ["wall", "dark"]]);
  await go.after("finished", 25);
  await state(base, "finish", [["laptop", "dark"], ["phone", "light"]]);
  await go.lap(12);
  await state(base, "source-lost", [["laptop", "dark"]], { waitFor: lost });
});
await replayed(without(race, "TimingData", 0.5), async (base, go) => {
  await go.fraction(0.62);
  await state(base, "stale", [["laptop", "light"]]);
});
await replayed(qualifying, async (base, go) => {
  await go.after("red", 90);
  await state(base, "red-flag", [["laptop", "dark"], ["phone", "dark"]]);
  await go.after("part_2", -60);
  await state(base, "part-change", [["laptop", "dark"], ["wall", "dark"]]);
});
await replayed(practice, async (base, go) => {
  await go.fraction(0.6);
  await state(base, "practice", [["laptop", "light"]]);
});
{
  // Nothing listens there: a source that never delivers.
  const server = await start("serve", "--source", `livetiming:http://127.0.0.1:${await freePort()}`, "--data", mkdtempSync(join(tmpdir(), "pitwall-e2e-")));
  await state(server.base, "no-session", [["laptop", "dark"], ["phone", "light"]], { waitFor: bare });
  await server.stop();
}
{
  const port = await freePort();
  let server = await startAt(port, "replay", race);
  const away = async (browserUsed, url, options) => {
    server ??= await startAt(port, "replay", race);
    await api(server.base, "/api/v1/clocks/default", "PATCH", { lap: 12, paused: true });
    const page = await open(browserUsed, url, options);
    await page.waitForFunction(() => navigator.serviceWorker.controller != null);
    await page.waitForTimeout(500);
    await server.stop();
    server = null;
    await page.reload();
    await page.waitForSelector("[data-link=offline]");
    await page.waitForSelector("[data-stale]", { timeout: 20_000 });
    return page;
  };
  await state(server.base, "offline", [["laptop", "dark"], ["phone", "dark"]], { waitFor: away });
  await server?.stop();
}
await chrome.close();
