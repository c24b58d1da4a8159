import assert from "node:assert/strict";
import { test } from "node:test";
import type { Location } from "../wire/types.ts";
import { fit, Ground, spotAt } from "./map.ts";

const T = Date.parse("2025-01-01T12:00:00.000Z");
const at = (ms: number, x: number | null, y = 0, more: Partial<Location> = {}): Location => ({ time: new Date(T + ms).toISOString(), driver_number: 44, x_m: x, y_m: x == null ? null : y, z_m: null, on_track: true, ...more });

test("a car is on the way between two places and never beyond the last", () => {
  const way = [at(0, 0), at(500, 40), at(1000, 60, 20)];
  const xy = (ms: number) => {
    const s = spotAt(way, T + ms)!;
    return [s.x, s.y];
  };
  assert.deepEqual(xy(250), [20, 0]);
  assert.deepEqual(xy(750), [50, 10]);
  assert.deepEqual(xy(5000), [60, 20]);
  assert.deepEqual(xy(-1000), [0, 0]);
  assert.equal(spotAt([], T), null);
  assert.equal(spotAt([at(0, null)], T), null, "an estimate without a place");
  assert.equal(spotAt([at(0, 0), at(500, 2000)], T + 250)!.x, 0, "a jump is no way");
});

test("the ground keeps the shape that was driven, once", () => {
  const g = new Ground();
  for (let i = 0; i < 3; i++) for (let x = 0; x <= 240; x += 4) g.see(at(0, x, 0, { lap_share: x / 1000, estimated: true }));
  assert.ok(g.size <= 21, `${g.size} cells`);
  assert.deepEqual(g.bounds(), [0, 0, 240, 0]);
  g.see(at(0, 900, 900, { on_track: false }));
  g.see(at(0, 0, 0));
  assert.deepEqual(g.bounds(), [0, 0, 240, 0], "what is not on track is no ground");
  const arc = g.arc(0.1, 0.15);
  assert.ok(arc.length > 10 && arc.every(([x]) => x >= 95 && x <= 156));
  assert.deepEqual(g.arc(0.5, 0.6), [], "not driven yet");
  g.see(at(0, -8, 0, { lap_share: 0.999, estimated: true }));
  assert.ok(g.arc(-0.01, 0.01).some(([x]) => x === -8), "over the line");
});

test("the ground is put into the box, turned when that is larger", () => {
  const wide = fit([0, 0, 1000, 100], 400, 200, 20);
  assert.equal(wide.turned, false);
  assert.deepEqual(wide.to(0, 50), [20, 100]);
  assert.ok(wide.to(500, 100)[1] < wide.to(500, 0)[1], "north is up");
  const tall = fit([0, 0, 100, 1000], 400, 200, 20);
  assert.equal(tall.turned, true);
  for (const [x, y] of [[0, 0], [100, 1000]] as const) {
    const [px, py] = tall.to(x, y);
    assert.ok(px >= 19 && px <= 381 && py >= 19 && py <= 181, `${px} ${py}`);
  }
  const a = tall.to(0, 0), b = tall.to(100, 0), c = tall.to(0, 1000);
  assert.ok((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0, "turned, never mirrored");
});
