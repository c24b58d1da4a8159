import assert from "node:assert/strict";
import { test } from "node:test";
import type { Board } from "../wire/types.ts";
import { Cache, type Shelf } from "./cache.ts";

function shelf(): Shelf & { held: Map<string, string> } {
  const held = new Map<string, string>();
  return { held, getItem: (k) => held.get(k) ?? null, setItem: (k, v) => void held.set(k, v), removeItem: (k) => void held.delete(k) };
}

const board = (key: string) => ({ session: { key, start: "a" }, now: "b", cars: {}, view: {}, quality: { source: "sim" } }) as unknown as Board;
const keep = (cache: Cache, key: string, at = 1) => cache.keep({ at, channel: `timing:${key}`, board: board(key), axis: null });

test("the last boards are kept, each under its channel", () => {
  const cache = new Cache(shelf());
  keep(cache, "1", 10);
  keep(cache, "2", 20);
  assert.equal(cache.kept("timing:1")?.at, 10);
  assert.equal(cache.kept(null)?.channel, "timing:2");
  assert.equal(cache.kept("timing:3"), null);
  keep(cache, "1", 30);
  assert.deepEqual(cache.sessions().map((s) => [s.session.key, s.default]), [["1", true], ["2", false]]);
});

test("only a few are kept, the oldest leave the storage too", () => {
  const place = shelf();
  const cache = new Cache(place);
  for (let i = 0; i < 20; i++) keep(cache, String(i));
  assert.equal(cache.sessions().length, 6);
  assert.equal(place.held.size, 7);
});

test("a board of another shape is dropped", () => {
  const place = shelf();
  keep(new Cache(place), "1");
  const older = JSON.parse(place.held.get("pitwall:kept:timing:1")!);
  delete older.format;
  place.held.set("pitwall:kept:timing:1", JSON.stringify(older));
  assert.equal(new Cache(place).kept(null), null);
  assert.deepEqual(new Cache(place).sessions(), []);
  assert.ok(!place.held.has("pitwall:kept:timing:1"));
  keep(new Cache(place), "1");
  assert.equal(new Cache(place).kept("timing:1")?.board.session.key, "1");
});

test("broken, foreign or forbidden storage is no board and no error", () => {
  const place = shelf();
  place.held.set("pitwall:kept", "{");
  assert.equal(new Cache(place).kept(null), null);
  place.held.set("pitwall:kept", '["timing:1",7]');
  place.held.set("pitwall:kept:timing:1", '{"format":2,"board":{}}');
  assert.equal(new Cache(place).kept(null), null);
  assert.deepEqual(new Cache(place).sessions(), []);
  const full = { ...place, setItem: () => { throw new Error("full"); } };
  keep(new Cache(full), "1");
  keep(new Cache(null), "1");
  assert.equal(new Cache(null).kept(null), null);
});
