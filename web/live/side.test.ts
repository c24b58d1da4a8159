import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope } from "../wire/types.ts";
import { placesStore, strategyStore } from "./side.ts";

const message = (seq: number, type: string, data: unknown, seq_from?: number): Envelope => ({ v: 1, seq, t: "", src_t: null, type, data, ...(seq_from ? { seq_from } : {}) });

test("the strategy picture is whole once, then patched; a lost message asks for it anew", () => {
  const s = strategyStore();
  let told = 0;
  s.subscribe(() => told++);
  assert.ok(s.take(message(1, "delta", { lap: 2 })));
  assert.equal(s.value(), null, "nothing to patch yet");
  s.take(message(4, "snapshot", { lap: 2, cars: { "1": { lap: 2 } } }));
  const cars = s.value()!.cars;
  s.take(message(5, "delta", { lap: 3 }));
  assert.equal(s.value()!.lap, 3);
  assert.equal(s.value()!.cars, cars);
  s.take(message(5, "delta", { lap: 9 }));
  assert.equal(s.value()!.lap, 3, "a repeat changes nothing");
  assert.equal(s.take(message(7, "delta", { lap: 5 })), false);
  assert.equal(s.value()!.lap, 3);
  assert.ok(s.take(message(9, "delta", { lap: 6 }, 6)));
  assert.equal(s.value()!.lap, 6);
  assert.equal(told, 3, "told of the snapshot and of two changes");
  s.leave();
  assert.equal(s.value(), null);
});

test("places: the last ones of each car in the order of their times", () => {
  const s = placesStore();
  const at = (n: number, time: string, x: number) => ({ driver_number: n, time, x_m: x, y_m: 0, z_m: null, on_track: true });
  const xs = (n: number) => s.value()![n]?.map((l) => l.x_m).join(" ");
  s.take(message(1, "snapshot", [at(1, "b", 1), at(44, "a", 2)]));
  s.take(message(2, "locations", [at(44, "c", 3), at(44, "d", 4), at(1, "a", 9)]));
  assert.deepEqual([xs(1), xs(44)], ["1", "2 3 4"], "an old place comes too late");
  s.take(message(3, "locations", Array.from({ length: 40 }, (_, i) => at(44, `e${String(i).padStart(2, "0")}`, i))));
  assert.equal(s.value()!["44"]!.length, 14);
  assert.equal(s.value()!["44"]!.at(-1)!.x_m, 39);
  s.take(message(4, "snapshot", [at(1, "a", 7)]));
  assert.deepEqual(Object.keys(s.value()!), ["1"], "a whole state forgets who is not in it");
});
