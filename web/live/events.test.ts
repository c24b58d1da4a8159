import assert from "node:assert/strict";
import { test } from "node:test";
import type { Envelope, Event as Told } from "../wire/types.ts";
import { EventStore } from "./events.ts";

const told = (id: string, version = 1, status = "confirmed") => ({ event_id: id, version, status, priority: "P1" }) as Told;
const snapshot = (seq: number, ...events: Told[]): Envelope => ({ v: 1, seq, t: "", src_t: null, type: "snapshot", data: { events, total: events.length, next_cursor: null } });
const event = (seq: number, e: Told): Envelope => ({ v: 1, seq, t: "", src_t: null, type: "event", data: e });

function rig() {
  let now = 1000;
  const frames: (() => void)[] = [];
  const store = new EventStore({ now: () => now, frame: (run) => void frames.push(run) });
  const flush = () => {
    now += 300;
    while (frames.length > 0) frames.shift()!();
  };
  const ids = () => store.list().newest.map((e) => `${e.event_id}${e.version}`).join(" ");
  return { store, flush, ids };
}

test("a version replaces the one before it and keeps its place; the newest event comes first", () => {
  const { store, flush, ids } = rig();
  store.take(event(4, told("early")));
  assert.ok(store.take(snapshot(5, told("a"), told("b"))));
  store.take(event(6, told("c")));
  store.take(event(7, told("a", 2, "retracted")));
  store.take(event(7, told("a", 3)));
  flush();
  assert.equal(ids(), "c1 b1 a2");
  assert.equal(store.list().byID.get("a")!.status, "retracted");
  assert.equal(store.list().epoch, 1);
});

test("a message that never came asks for a snapshot, and a snapshot stands for everything", () => {
  const { store, flush, ids } = rig();
  store.take(snapshot(5, told("a")));
  assert.equal(store.take(event(7, told("c"))), false);
  flush();
  assert.equal(ids(), "a1");
  store.take(snapshot(9, told("x")));
  flush();
  assert.equal(ids(), "x1");
  assert.equal(store.list().epoch, 2);
});

test("a clock that was left leaves no events", () => {
  const { store, flush, ids } = rig();
  store.take(snapshot(5, told("a")));
  flush();
  store.leave();
  store.take(event(6, told("b")));
  flush();
  assert.equal(ids(), "");
  assert.equal(store.list().loaded, false);
});

test("readers get the same list until something has changed, at most four times a second", () => {
  let now = 1000;
  const frames: (() => void)[] = [];
  const store = new EventStore({ now: () => now, frame: (run) => void frames.push(run) });
  let renders = 0;
  store.subscribe(() => renders++);
  store.take(snapshot(1));
  frames.shift()!();
  const before = store.list();
  for (let i = 0; i < 5; i++) store.take(event(2 + i, told(`e${i}`)));
  now += 150;
  frames.shift()!();
  assert.equal(store.list(), before);
  now += 150;
  frames.shift()!();
  assert.equal(renders, 2);
  assert.equal(store.list().newest.length, 5);
});
