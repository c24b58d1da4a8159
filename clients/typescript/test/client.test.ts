// The client and its examples against the real server.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { lapPace } from "../examples/lap-pace.ts";
import { telemetryDelta } from "../examples/telemetry-delta.ts";
import { ask, createClient, Problem, rows } from "../src/index.ts";

const STORED = "azerbaijan_simulation_2026_race";
const root = resolve(import.meta.dirname, "../../../..");
const folder = mkdtempSync(join(tmpdir(), "pitwall-client-"));
let server: ChildProcess;
let url = "";

before(async () => {
  server = spawn(join(root, "scripts/stand.sh"), [process.env.PITWALL_BIN ?? join(root, "bin/pitwall"), folder], { stdio: ["ignore", "pipe", "inherit"] });
  url = await new Promise((ok, fail) => {
    let said = "";
    server.stdout?.on("data", (chunk) => {
      said += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) ok(found[0]);
    });
    server.once("exit", (code) => fail(new Error(`the server ended with ${code}: ${said}`)));
  });
});

after(async () => {
  const ended = new Promise((ok) => server.once("exit", ok));
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true });
});

test("filters, lists and fields reach the server", async () => {
  const api = createClient({ baseUrl: url });
  const { sessions } = await ask(api.GET("/api/v1/sessions"));
  assert.ok(sessions.some((s) => s.session.slug === STORED && s.stored));
  const path = { session: STORED };
  const { data } = await ask(api.GET("/api/v1/sessions/{session}/drivers", { params: { path } }));
  const [a, b] = data.map((d) => d.driver_number as number);
  assert.ok(a !== undefined && b !== undefined);
  const laps = await ask(
    api.GET("/api/v1/sessions/{session}/laps", {
      params: { path, query: { driver_number: [a, b], lap_to: 3, fields: ["driver_number", "lap_number", "lap_time_ms"] } },
    }),
  );
  assert.equal(laps.data.length, 6);
  assert.deepEqual([...new Set(laps.data.map((l) => l.driver_number))].sort(), [a, b].sort());
  assert.deepEqual(Object.keys(laps.data[0] ?? {}), ["driver_number", "lap_number", "lap_time_ms"]);
});

test("pages are one sequence", async () => {
  const api = createClient({ baseUrl: url });
  const path = { session: STORED };
  const whole = await ask(api.GET("/api/v1/sessions/{session}/laps", { params: { path } }));
  const seen: unknown[] = [];
  let asked = 0;
  for await (const lap of rows((cursor) => (asked++, ask(api.GET("/api/v1/sessions/{session}/laps", { params: { path, query: { limit: 20, cursor } } }))))) seen.push(lap);
  assert.deepEqual(seen, whole.data);
  assert.equal(asked, Math.ceil(whole.data.length / 20));
});

test("other formats by Accept", async () => {
  const api = createClient({ baseUrl: url });
  const { data } = await api.GET("/api/v1/sessions/{session}/drivers", {
    params: { path: { session: STORED } }, headers: { Accept: "text/csv" }, parseAs: "text",
  });
  assert.match(String(data), /^session_key,driver_number,tla,/);
});

test("moments and clocks", async () => {
  const api = createClient({ baseUrl: url });
  const clock = await ask(api.POST("/api/v1/clocks", { body: { session_key: "latest", lap: 3, paused: true } }));
  assert.equal(clock.lap, 3);
  const path = { session: "latest" };
  const board = await ask(api.GET("/api/v1/sessions/{session}/board", { params: { path, query: { clock: clock.id } } }));
  assert.equal(board.lap, 3);
  const then = await ask(api.GET("/api/v1/sessions/{session}/board", { params: { path, query: { at_lap: 3 } } }));
  assert.equal(then.lap, 3);
  const moved = await ask(api.PATCH("/api/v1/clocks/{id}", { params: { path: { id: clock.id } }, body: { step_laps: -1 } }));
  assert.equal(moved.lap, 2);
  assert.equal(await ask(api.DELETE("/api/v1/clocks/{id}", { params: { path: { id: clock.id } } })), undefined);
  await assert.rejects(ask(api.GET("/api/v1/clocks/{id}", { params: { path: { id: clock.id } } })), (e: Problem) => e instanceof Problem && e.status === 404);
});

test("problems have their words and places", async () => {
  const api = createClient({ baseUrl: url });
  await assert.rejects(
    ask(api.GET("/api/v1/sessions/{session}/laps", { params: { path: { session: STORED }, query: { limit: 0, at_lap: 999 } } })),
    (e: Problem) => {
      assert.ok(e instanceof Problem);
      assert.equal(e.status, 422);
      assert.equal(e.title, "Unprocessable Entity");
      assert.deepEqual(e.errors.map((x) => x.location).sort(), ["query.at_lap", "query.limit"]);
      return true;
    },
  );
});

test("a line that fails is a problem without a status, an abort is none", async () => {
  const cut = createServer((request, response) => {
    if (request.url?.includes("clocks")) return void response.writeHead(502).end("<html>");
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "100" }).write('{"sess');
    setImmediate(() => response.destroy());
  });
  await new Promise<void>((ok) => cut.listen(0, "127.0.0.1", ok));
  const api = createClient({ baseUrl: `http://127.0.0.1:${(cut.address() as AddressInfo).port}` });
  const problem = (status: number, words: RegExp) => (e: Problem) => e instanceof Problem && e.status === status && words.test(e.message);
  await assert.rejects(ask(api.GET("/api/v1/sessions")), problem(0, /did not arrive whole/));
  await assert.rejects(ask(api.GET("/api/v1/clocks/{id}", { params: { path: { id: "x" } } })), problem(502, /answered 502/));
  await assert.rejects(ask(api.GET("/api/v1/sessions", { signal: AbortSignal.abort() })), { name: "AbortError" });
  await new Promise((ok) => cut.close(ok));
  await assert.rejects(ask(api.GET("/api/v1/sessions")), problem(0, /can(not| not) be reached/));
});

test("the examples work", async () => {
  const pace = await lapPace(url, STORED);
  assert.ok(pace.length >= 10, `${pace.length} stints`);
  for (const p of pace) assert.ok(p.median_ms > 60_000 && p.median_ms < 200_000 && p.laps > 0, JSON.stringify(p));
  const [a, b] = new Set(pace.map((p) => p.driver_number));
  const delta = await telemetryDelta(url, STORED, `${a}:fastest`, `${b}:fastest`);
  assert.ok(delta.length > 8 && delta[0]?.delta_s === 0, JSON.stringify(delta));
  assert.ok(delta.some((p) => p.delta_s !== 0));
});
