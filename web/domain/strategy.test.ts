import assert from "node:assert/strict";
import { test } from "node:test";
import type { Strategy, StrategyCar, StrategyUndercut } from "../wire/types.ts";
import { bandText, inWindow, ledger, lossSource, lossUnder, partsOf, seconds, signed, stacked, windowText } from "./strategy.ts";

const pair = (change: Partial<StrategyUndercut> = {}): StrategyUndercut => ({
  kind: "undercut", first: 10, first_lap: 10, second: 1, second_lap: 14, under: "green", gap_before_ms: 3809, gap_after_ms: 7635, forecast_ms: 3030, forecast_spread_ms: 4117,
  stop_ms: -200, in_lap_ms: 345, out_lap_ms: 2892, tyre_pace_ms: -1628, traffic_ms: 2417, worked: false, ...change,
});

test("the parts of a pair of stops are what changed the gap, and are laid end to end without overlap", () => {
  const u = pair();
  const sum = partsOf(u).reduce((n, p) => n + p.ms, 0);
  assert.equal(sum, u.gap_before_ms - u.gap_after_ms);
  const bars = stacked(u);
  const right = bars.filter((b) => b.ms > 0);
  const left = bars.filter((b) => b.ms < 0);
  assert.deepEqual(right.map((b) => [b.id, b.from, b.to]), [["stop", 0, 200], ["pace", 200, 1828]]);
  assert.deepEqual(left.map((b) => [b.id, b.from, b.to]), [["in", -345, 0], ["out", -3237, -345], ["traffic", -5654, -3237]]);
  assert.ok(Object.is(partsOf(pair({ stop_ms: 0 }))[0]!.ms, 0));
  assert.deepEqual(partsOf(pair({ under: "sc", stop_ms: null, in_lap_ms: null, out_lap_ms: null, tyre_pace_ms: null, traffic_ms: null })), []);
});

test("figures and windows", () => {
  assert.equal(seconds(23213), "23.2");
  assert.equal(seconds(null), "—");
  assert.equal(signed(-499), "−0.5");
  assert.equal(signed(20), "0.0");
  assert.equal(signed(1240), "+1.2");
  assert.equal(windowText(null), "—");
  assert.equal(windowText({ earliest: 0, latest: 0, stops: 0, next: null }), "no stop");
  assert.equal(windowText({ earliest: 17, latest: 24, stops: 1, next: "HARD" }), "17–24");
  assert.equal(bandText(9, 9, 9), "P9");
  assert.equal(bandText(8, 11, 9), "P8–11");
  const car = (lap: number, running = true) => ({ lap, running, window: { earliest: 17, latest: 18, stops: 1, next: null } }) as StrategyCar;
  assert.deepEqual([15, 16, 17, 18].map((lap) => inWindow(car(lap))), [false, true, true, false]);
  assert.ok(!inWindow(car(16, false)));
  assert.deepEqual(["clear", "sc", "vsc_ending", null].map(lossUnder), ["green", "sc", "vsc", "green"]);
  assert.equal(lossSource(0, 0), "a guess from other circuits");
  assert.equal(lossSource(1, 132), "1 stop today, 132 in past seasons");
});

test("the ledger: the newest first, of one car only its own", () => {
  const s = { undercuts: { a: pair(), b: pair({ first: 4, first_lap: 15, second: 10, second_lap: 16 }), c: pair({ first: 4, second: 5, second_lap: 12 }) } } as unknown as Strategy;
  assert.deepEqual(ledger(s, null, 9).map((u) => u.second_lap), [16, 14, 12]);
  assert.deepEqual(ledger(s, 10, 9).map((u) => u.second_lap), [16, 14]);
  assert.equal(ledger(s, null, 1).length, 1);
});
