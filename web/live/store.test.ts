import assert from "node:assert/strict";
import { test } from "node:test";
import type { Board, Envelope } from "../wire/types.ts";
import { mergePatch } from "./patch.ts";
import { BoardStore, remaining } from "./store.ts";

test("merge patch: the examples of RFC 7396", () => {
  const f = (target: unknown, patch: unknown, want: unknown) => assert.deepEqual(mergePatch(target, patch), want);
  f({ a: "b" }, { a: "c" }, { a: "c" });
  f({ a: "b" }, { b: "c" }, { a: "b", b: "c" });
  f({ a: "b" }, { a: null }, {});
  f({ a: "b", b: "c" }, { a: null }, { b: "c" });
  f({ a: ["b"] }, { a: "c" }, { a: "c" });
  f({ a: "c" }, { a: ["b"] }, { a: ["b"] });
  f({ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } });
  f({ a: [{ b: "c" }] }, { a: [1] }, { a: [1] });
  f(["a", "b"], ["c", "d"], ["c", "d"]);
  f({ a: "b" }, ["c"], ["c"]);
  f({ a: "foo" }, null, null);
  f({ a: "foo" }, "bar", "bar");
  f({ e: null }, { a: 1 }, { e: null, a: 1 });
  f([1, 2], { a: "b", c: null }, { a: "b" });
  f({}, { a: { bb: { ccc: null } } }, { a: { bb: {} } });
});

test("merge patch keeps what did not change and changes no argument", () => {
  const target = { cars: { "1": { lap: 3 }, "44": { lap: 3 } }, track: { status: "clear" } };
  const frozen = structuredClone(target);
  const out = mergePatch(target, { cars: { "44": { lap: 4 } }, track: { status: "clear" } });
  assert.deepEqual(target, frozen);
  assert.equal(out.cars["1"], target.cars["1"]);
  assert.equal(out.track, target.track);
  assert.notEqual(out.cars["44"], target.cars["44"]);
  assert.equal(mergePatch(target, {}), target);
});

function board(change: Partial<Board> = {}): Board {
  return {
    session: { key: "1", type: "race" }, now: "2025-01-01T12:00:00.000Z", cars: {}, race_control: {}, clock: null,
    view: { clock: "default", speed: 2, paused: false, seekable: true, behind_ms: 0 }, quality: { topics: {} }, ...change,
  } as Board;
}

const snapshot = (seq: number, data: unknown): Envelope => ({ v: 1, seq, t: "", src_t: null, type: "snapshot", data });
const delta = (seq: number, data: unknown, seq_from?: number): Envelope => ({ v: 1, seq, t: "", src_t: null, type: "delta", data, ...(seq_from ? { seq_from } : {}) });

function rig() {
  let now = 1000;
  const frames: (() => void)[] = [];
  const store = new BoardStore({ now: () => now, frame: (run) => void frames.push(run) });
  const step = (ms: number) => {
    now += ms;
    for (const run of frames.splice(0)) run();
  };
  return { store, step };
}

test("messages are shown together, at most every 90 ms", () => {
  const { store, step } = rig();
  let told = 0;
  store.subscribe(() => told++);
  store.take(snapshot(5, board()));
  assert.equal(store.board(), null);
  step(200);
  assert.equal(told, 1);
  store.take(delta(6, { lap: 1 }));
  store.take(delta(7, { lap: 2 }));
  step(30);
  assert.equal(told, 1);
  step(70);
  assert.equal(told, 2);
  assert.equal(store.board()!.lap, 2);
});

test("numbers are continuous: repeats are dropped, a gap is counted and refused", () => {
  const { store, step } = rig();
  assert.ok(store.take(snapshot(5, board())));
  assert.ok(store.take(delta(6, { lap: 1 })));
  assert.ok(store.take(delta(6, { lap: 99 })));
  assert.ok(store.take(delta(9, { lap: 2 }, 7)), "a message that stands for several closes the gap");
  assert.equal(store.take(delta(12, { lap: 3 })), false);
  assert.equal(store.link().missed, 2);
  assert.ok(store.take(snapshot(12, board({ lap: 3 }))));
  assert.ok(store.take(delta(13, { lap: 4 })));
  step(200);
  assert.equal(store.board()!.lap, 4);
});

test("deltas of a channel that was left do not touch the board", () => {
  const { store, step } = rig();
  store.take(snapshot(5, board({ lap: 7 })));
  store.leave();
  assert.ok(store.link().old);
  assert.ok(store.take(delta(1, { lap: 1 })));
  step(200);
  assert.equal(store.board()!.lap, 7);
  store.take(snapshot(0, board({ lap: 2 })));
  step(200);
  assert.equal(store.board()!.lap, 2);
  assert.ok(!store.link().old);
});

test("a board from an earlier visit is shown as old until the first answer", () => {
  const { store, step } = rig();
  store.warm(board({ lap: 40 }), 1);
  step(200);
  assert.equal(store.board()!.lap, 40);
  assert.ok(store.link().old && store.quiet());
  store.take(snapshot(1, board({ lap: 41 })));
  step(200);
  store.warm(board({ lap: 1 }), 1);
  step(200);
  assert.equal(store.board()!.lap, 41);
});

test("nothing counts as news in the frame that replaces everything", () => {
  const { store, step } = rig();
  const seen: boolean[] = [];
  store.subscribe(() => seen.push(store.quiet()));
  store.take(snapshot(1, board()));
  step(200);
  store.take(delta(2, { lap: 1 }));
  step(200);
  assert.deepEqual(seen, [true, false]);
});

test("the session clock runs on at the clock's speed, not for ever, and stands while paused", () => {
  const { store, step } = rig();
  const at = Date.parse("2025-01-01T12:00:00.000Z");
  store.take(snapshot(1, board()));
  step(1000);
  assert.equal(store.sessionNow(), at + 2000);
  step(60_000);
  assert.equal(store.sessionNow(), at + 10_000);
  store.take(delta(2, { view: { paused: true } }));
  assert.equal(store.sessionNow(), at);
  store.take(delta(3, { now: "2025-01-01T12:01:00.000Z", view: { paused: false } }));
  step(500);
  assert.equal(store.sessionNow(), at + 61_000);
  store.set({ state: "reconnecting" });
  assert.equal(store.sessionNow(), at + 60_000);
});

test("remaining time follows the session clock only while it runs", () => {
  const at = Date.parse("2025-01-01T12:00:00.000Z");
  const clock = { at: "2025-01-01T12:00:00.000Z", remaining_ms: 60_000, running: true };
  assert.equal(remaining(board({ clock }), at + 15_000), 45_000);
  assert.equal(remaining(board({ clock }), at + 90_000), 0);
  assert.equal(remaining(board({ clock: { ...clock, running: false } }), at + 15_000), 60_000);
  assert.equal(remaining(board(), at), null);
});

test("sectors of a best lap are kept for the next one", () => {
  const { store } = rig();
  const sector = (ms: number | null) => ({ ms, previous_ms: null, mark: "", segments: "" });
  const car = (ms: number | null) => ({ best: { ms: 77_000, mark: "" }, sectors: [sector(27_000), sector(30_000), sector(ms)] });
  store.take(snapshot(1, board({ cars: { "4": car(null) } as never })));
  assert.deepEqual(store.bestLaps(), {});
  store.take(delta(2, { cars: { "4": { sectors: car(20_000).sectors } } }));
  assert.deepEqual(store.bestLaps(), { "4": [27_000, 30_000, 20_000] });
});
