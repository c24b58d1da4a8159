import assert from "node:assert/strict";
import { test } from "node:test";
import type { Board, Car } from "../wire/types.ts";
import { momentOf, oldestSets } from "./moments.ts";
import { whyNoGap, whyNoLap } from "./reasons.ts";
import { axisOf, eventFrom, eventsOf, labelledPeriods } from "./timeline.ts";

function car(number: number, change: Partial<Car> = {}): Car {
  return {
    driver_number: number, tla: `C${number}`, line: number, best: { ms: null, mark: "" }, stints: [], laps: 0,
    retired: false, stopped: false, knocked_out: false, in_pit: false, ...change,
  } as Car;
}

function board(change: Partial<Board> = {}): Board {
  return {
    session: { key: "1", type: "race" }, status: "started", track: { status: "clear", message: null, since: null, sectors: {} }, lap: 7,
    cars: { "1": car(1, { best: { ms: 90_000, mark: "" } }), "2": car(2, { best: { ms: 91_000, mark: "" } }) },
    weather: { rainfall: false, track_c: 31 }, race_control: {}, ...change,
  } as Board;
}

test("what has just happened: the one thing that matters most", () => {
  const before = board();
  const f = (change: Partial<Board>, kind: string | null, title = "") => {
    const found = momentOf(before, board(change));
    assert.equal(found?.kind ?? null, kind);
    if (title) assert.equal(found?.title, title);
  };
  f({}, null);
  f({ track: { status: "sc", message: null, since: null, sectors: {} } }, "flag", "Safety car");
  f({ status: "finished" }, "flag", "Chequered flag");
  f({ cars: { "1": car(1, { line: 2 }), "2": car(2, { line: 1 }) } }, "lead", "C2 leads");
  f({ cars: { "1": car(1, { line: 2 }), "2": car(2, { line: 1, tla: null }) } }, "lead", "2 leads"); // nobody has named the driver
  f({ cars: { "1": car(1, { best: { ms: 90_000, mark: "" } }), "2": car(2, { best: { ms: 89_500, mark: "" } }) } }, "best", "Fastest lap C2");
  f({ cars: { "1": car(1, { best: { ms: 90_000, mark: "" } }), "2": car(2, { best: { ms: 90_500, mark: "" } }) } }, null);
  f({ weather: { rainfall: true, track_c: 31 } as Board["weather"] }, "rain", "It rains");
  const rcm = (message: string, scope = "Track") => ({ "1": { time: "t", lap_number: 7, category: "Flag", flag: null, scope, sector: null, driver_number: null, message } });
  f({ race_control: rcm("FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 2 (C2)") }, "message");
  f({ race_control: { "1": { ...rcm("x")["1"], flag: "YELLOW", scope: "Sector", message: "YELLOW IN TRACK SECTOR 3" } } }, null);
  f({ session: { key: "2", type: "race" } as Board["session"], status: "finished" }, null); // another session is no event
  // A lap that was deleted makes the fastest slower: that is no record.
  assert.equal(momentOf(before, board({ cars: { "1": car(1), "2": car(2, { best: { ms: 91_000, mark: "" } }) } }))?.kind, undefined);
});

test("whose tyres are oldest, cars that are out left aside", () => {
  const set = (age: number) => [{ compound: "HARD", laps: age, age, fresh: true }];
  const cars = {
    "1": car(1, { stints: set(12) }), "2": car(2, { stints: set(20), retired: true }), "3": car(3, { stints: set(15) }), "4": car(4),
    "5": car(5, { stints: set(15) }),
  };
  assert.deepEqual(oldestSets(board({ cars }), 2).map((s) => s.code), ["C3", "C5"]);
});

test("a dash has a reason", () => {
  assert.equal(whyNoGap(car(1, { knocked_out: true }), "qualifying"), "Eliminated: no gap in this part");
  assert.equal(whyNoGap(car(1), "race"), "Not measured before the first lap is driven");
  assert.equal(whyNoGap(car(1, { laps: 3 }), "race"), "Not sent for this car yet");
  assert.equal(whyNoLap(car(1)), "No lap driven yet");
});

const axis = axisOf({
  session_key: "1", start: "2025-01-01T12:00:00Z", end: "2025-01-01T13:40:00Z", laps: [],
  periods: [
    { status: "started", from: "2025-01-01T12:10:00Z", to: "2025-01-01T13:30:00Z" },
    { status: "yellow", from: "2025-01-01T13:00:00Z", to: "2025-01-01T13:40:00Z" },
    { status: "clear", from: "2025-01-01T12:00:00Z", to: "2025-01-01T13:00:00Z" },
    { status: "part_3", from: "2025-01-01T13:05:00Z", to: "" },
  ],
})!;

test("words on the bar do not touch: where two do not fit, the part is written", () => {
  assert.deepEqual([...labelledPeriods(axis, 1200)].sort(), [1, 3]);
  assert.deepEqual([...labelledPeriods(axis, 200)], [3]);
  assert.deepEqual([...labelledPeriods(axis, 20)], []);
});

test("steps go from event to event, and back over the one just passed", () => {
  const at = (t: string) => Date.parse(`2025-01-01T${t}Z`);
  assert.deepEqual(eventsOf(axis), [at("12:10:00"), at("13:00:00"), at("13:05:00")]);
  assert.equal(eventFrom(eventsOf(axis), at("12:00:00"), true), at("12:10:00"));
  assert.equal(eventFrom(eventsOf(axis), at("12:10:00"), true), at("13:00:00"));
  assert.equal(eventFrom(eventsOf(axis), at("13:05:02"), false), at("13:00:00"));
  assert.equal(eventFrom(eventsOf(axis), at("13:05:30"), false), at("13:05:00"));
  assert.equal(eventFrom(eventsOf(axis), at("13:20:00"), true), null);
});
