// Starts the real binary on a free port and a real Chromium; nothing of the program is replaced.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
export const BIN = resolve(process.env.PITWALL_BIN ?? join(root, "bin/pitwall"));
const CHROME = process.env.CHROME ?? "/usr/bin/chromium";

/** A recorded session beside the repository, or null when that folder is absent or not wanted. */
export function shared(path) {
  if (process.env.PITWALL_E2E_SIMULATED) return null;
  const found = join(root, "../shared/data/live-timing", path);
  return existsSync(found) && readdirSync(found).length > 0 ? found : null;
}

/** A simulated recording in a temporary folder, for machines without the recorded ones. */
export function simulated(kind, laps) {
  const out = join(mkdtempSync(join(tmpdir(), "pitwall-e2e-")), "session");
  const done = spawnSync(BIN, ["simulate", "--session", kind, "--laps", String(laps), "--seed", "7", "--out", out], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`pitwall simulate: ${done.stderr}`);
  return out;
}

/** Rows of a derived table of a recording. */
export function table(path, name) {
  const done = spawnSync(BIN, ["export", path, "--table", name, "--format", "jsonl", "--out", "-"], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0 && done.status !== 3) throw new Error(`pitwall export ${name}: ${done.stderr}`);
  return done.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** A port that is free now: for a server that is stopped and started again at the same address. */
export async function freePort() {
  const probe = createServer();
  await new Promise((ok) => probe.listen(0, "127.0.0.1", ok));
  const { port } = probe.address();
  await new Promise((ok) => probe.close(ok));
  return port;
}

/** Starts `pitwall ARGS` on a free port and waits for the address it prints. */
export const start = (...args) => startAt(0, ...args);

export async function startAt(port, ...args) {
  const child = spawn(BIN, [...args, "--listen", `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const base = await new Promise((ok, fail) => {
    const hear = (chunk) => {
      said += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) ok(found[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => fail(new Error(`pitwall ended with ${code}: ${said}`)));
  });
  return {
    base,
    stop: () => new Promise((ok) => {
      child.once("exit", ok);
      child.kill("SIGTERM");
    }),
  };
}

export async function browser() {
  return chromium.launch({
    executablePath: CHROME,
    args: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/** A page that fails the test on any error it reports. */
export async function open(chrome, url, options = {}) {
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
  await context.addInitScript(() => localStorage.setItem("pitwall:toured", "1")); // not a first visit
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (e) => page.errors.push(e.message));
  await page.goto(url);
  await page.waitForSelector("[data-testid=row]");
  await page.waitForSelector("[data-link=live]");
  return page;
}

export async function api(base, path, method = "GET", body) {
  const response = await fetch(base + path, {
    method, headers: body ? { "Content-Type": "application/json" } : {}, body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** Every cell of the tower by car and column. Glyphs that stand for marks are left out. */
export function tower(page) {
  return page.evaluate(() => {
    const rows = {};
    for (const row of document.querySelectorAll("[data-testid=row]")) {
      const cells = {};
      for (const cell of row.querySelectorAll("[data-col]")) {
        cells[cell.dataset.col] = cell.innerText.replace(/[■▲▼●]/g, "").replace(/\s+/g, " ").trim();
      }
      rows[row.dataset.car] = cells;
    }
    return { order: Object.keys(rows).length ? [...document.querySelectorAll("[data-testid=row]")].map((r) => r.dataset.car) : [], rows };
  });
}

/** The tower once the page has reached the paused clock of the server and has drawn it. */
export async function settled(page, base) {
  const [{ session }] = (await api(base, "/api/v1/sessions")).sessions;
  const { now } = await api(base, `/api/v1/sessions/${session.key}/board?clock=default`);
  await page.waitForFunction((t) => document.querySelector("[data-testid=now]").dateTime === t, now ?? "");
  let before = "";
  for (let i = 0; i < 40; i++) {
    const shown = JSON.stringify(await tower(page));
    if (shown === before) return JSON.parse(shown);
    before = shown;
    await page.waitForTimeout(300);
  }
  throw new Error("the board did not come to rest");
}

/** A line between browser and server that can be cut, so that a disconnect is a real one. */
export async function cuttable(base) {
  const target = Number(new URL(base).port);
  const open = new Set();
  let whole = true;
  const server = createServer((down) => {
    if (!whole) {
      down.destroy();
      return;
    }
    const up = connect(target, "127.0.0.1");
    for (const s of [down, up]) {
      open.add(s);
      s.on("error", () => s.destroy());
      s.on("close", () => {
        open.delete(s);
        down.destroy();
        up.destroy();
      });
    }
    down.pipe(up).pipe(down);
  });
  await new Promise((ok) => server.listen(0, "127.0.0.1", ok));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    cut() {
      whole = false;
      for (const s of open) s.destroy();
    },
    mend() {
      whole = true;
    },
    close: () => new Promise((ok) => {
      whole = false;
      for (const s of open) s.destroy();
      server.close(ok);
    }),
  };
}
