import assert from "node:assert/strict";
import { test } from "node:test";
import type { Board, Car, Quality } from "../wire/types.ts";
import { contrast, reach } from "./colour.ts";
import { columnsFor, hideable } from "./columns.ts";
import { compass } from "./conditions.ts";
import { flaggedSectors, flagTone, trackState } from "./flags.ts";
import { closeness, gapText, toChosen } from "./gaps.ts";
import { bestLapSectors, progressOf } from "./hot-lap.ts";
import { cutAfter, cutMargin, fastestCar, modeOf, orderOf, placesGained, secondCars } from "./order.ts";
import { missingReason, qualityWord } from "./quality.ts";
import { isAnnounced, kindOf, messages, readable } from "./race-control.ts";
import { markState, segmentsInWords, segmentState } from "./sectors.ts";
import { age, day, delta, duration, instant, lapTime, timeOfDay } from "./time.ts";
import { atFraction, axisOf, densityOf, fraction, labelledLaps, lapAt } from "./timeline.ts";
import { hadSevenCompounds, tyre } from "./tyres.ts";
import { channelOf, defaults, delayOf, formatView, parseView } from "./view.ts";

const none = { ms: null, laps: null };

function car(number: number, change: Partial<Car> = {}): Car {
  const value = { ms: null, mark: "" };
  const speed = { kmh: null, mark: "" };
  const sector = () => ({ ms: null, previous_ms: null, mark: "", segments: "" });
  return {
    driver_number: number, tla: `C${number}`, name: null, team: null, colour: null, line: 0, position: null, grid: null, in_pit: false, pit_out: false,
    stopped: false, retired: false, knocked_out: false, chequered: false, no_time: false, gap: none, interval: none, leader_ms: null,
    catching: false, laps: 0, stops: 0, last: value, best: value, best_lap: null, part_best: [value, value, value],
    sectors: [sector(), sector(), sector()], ideal_ms: null, i1: speed, i2: speed, fl: speed, st: speed, stints: [], ...change,
  } as Car;
}

const field = (...cars: Car[]) => Object.fromEntries(cars.map((c) => [String(c.driver_number), c]));

test("times are written as a timing screen writes them", () => {
  const f = (got: string, want: string) => assert.equal(got, want);
  f(lapTime(99_582), "1:39.582");
  f(lapTime(28_123), "28.123");
  f(lapTime(60_000), "1:00.000");
  f(lapTime(0), "0.000");
  f(lapTime(null), "—");
  f(delta(1234), "+1.234");
  f(delta(-617), "−0.617");
  f(delta(62_345), "+1:02.345");
  f(delta(92_345, 1), "+1:32.3");
  f(delta(undefined), "—");
  f(duration(3_723_000), "1:02:03");
  f(duration(63_000), "01:03");
  f(duration(-5), "00:00");
  f(age(119_000), "119 s");
  f(age(180_000), "3 min");
  f(age(3 * 3600_000), "3 h");
  f(timeOfDay(instant("2018-04-29T12:38:28.203Z"), "track", 14_400), "16:38:28");
  f(timeOfDay(instant("2018-04-29T12:38:28.203Z"), "utc", 14_400), "12:38:28");
  f(timeOfDay(instant(null), "utc", 0), "—");
  f(day(instant("2018-04-29T22:00:00.000Z"), 14_400), "30 Apr 2018");
});

test("gaps: seconds, laps with seconds beside, unknown", () => {
  assert.deepEqual(gapText({ ms: 2478, laps: null }, null), { text: "+2.478", also: "" });
  assert.deepEqual(gapText({ ms: null, laps: 1 }, 92_345), { text: "1L", also: "+1:32.3" });
  assert.deepEqual(gapText({ ms: null, laps: 2 }, null), { text: "2L", also: "" });
  assert.deepEqual(gapText({} as never, null), { text: "—", also: "" }); // a patch removes members
  assert.equal(closeness({ ms: 250, laps: null }), 0.75);
  assert.equal(closeness({ ms: 1000, laps: null }), null);
  assert.equal(closeness({ ms: null, laps: 1 }), null);
});

test("gap to a chosen car, lapped ones included", () => {
  const cars = field(car(1, { line: 1 }), car(2, { line: 2, gap: { ms: 2000, laps: null } }), car(3, { line: 3, gap: { ms: null, laps: 1 }, leader_ms: 95_000 }), car(4, { line: 4 }));
  const order = orderOf(cars);
  assert.equal(toChosen(cars, order, "3", "2"), 93_000);
  assert.equal(toChosen(cars, order, "1", "2"), -2000);
  assert.equal(toChosen(cars, order, "4", "2"), null);
});

test("order, teammates, places, fastest", () => {
  const cars = field(car(44, { line: 2, team: "A" }), car(63, { line: 1, team: "A" }), car(7, { team: "B" }), car(5));
  assert.deepEqual(orderOf(cars), ["63", "44", "5", "7"]);
  assert.deepEqual([...secondCars(cars)], ["63"]);
  assert.equal(placesGained(car(1, { grid: 5, position: 2 })), 3);
  assert.equal(placesGained(car(1, { position: 2 })), null);
  assert.equal(fastestCar(field(car(1, { best: { ms: 90_000, mark: "" } }), car(2, { best: { ms: 89_999, mark: "" } }), car(3))), "2");
  assert.equal(fastestCar(field(car(1))), null);
  assert.deepEqual(["race", "sprint", "qualifying", "sprint_qualifying", "practice_2", null].map(modeOf), ["race", "race", "qualifying", "qualifying", "practice", "practice"]);
});

test("the cut line and what is missing to it", () => {
  const best = (ms: number | null) => [{ ms: null, mark: "" }, { ms, mark: "" }, { ms: null, mark: "" }];
  const cars = field(
    car(1, { line: 1, part_best: best(76_000) }), car(2, { line: 2, part_best: best(76_500) }),
    car(3, { line: 3, part_best: best(76_600) }), car(4, { line: 4, part_best: best(null) }), car(5, { line: 5, knocked_out: true, part_best: best(null) }),
  );
  const board = { session: { type: "qualifying" }, cars, part: 2, advance: 2 } as unknown as Board;
  const order = orderOf(cars);
  assert.equal(cutAfter(board), 2);
  assert.equal(cutMargin(board, order, "1"), -600);
  assert.equal(cutMargin(board, order, "2"), -100);
  assert.equal(cutMargin(board, order, "3"), 100);
  assert.equal(cutMargin(board, order, "4"), null);
  assert.equal(cutMargin(board, order, "5"), null);
  assert.equal(cutAfter({ ...board, session: { type: "race" } } as Board), null);
  assert.equal(cutAfter({ ...board, advance: null }), null);
});

test("a timed lap is told from an out lap and a slow one", () => {
  const at = (s1: number | null, s2: number | null, segments: string) =>
    car(1, { sectors: [s1, s2, null].map((ms, i) => ({ ms, previous_ms: null, mark: "", segments: i === 0 ? segments : "..." })) });
  const own: [number, number, number] = [27_000, 30_000, 20_000];
  const fastest: [number, number, number] = [26_900, 29_900, 19_900];
  assert.deepEqual(progressOf(at(26_800, null, "ggg"), own, fastest), { running: "hot", done: 1, toBest: -200, toFastest: -100 });
  assert.equal(progressOf(at(26_800, 30_500, "ggg"), own, fastest).toBest, 300);
  assert.equal(progressOf(at(35_000, null, "yyy"), own, null).running, "slow");
  assert.equal(progressOf(at(26_800, null, "ggg"), own, fastest, true).running, "slow");
  assert.equal(progressOf(at(null, null, "g.."), own, null).running, "hot");
  assert.equal(progressOf(at(null, null, "y.."), null, null).running, "unknown");
  assert.equal(progressOf(car(1, { in_pit: true }), own, null).running, "pit");
  assert.equal(progressOf(car(1, { pit_out: true }), own, null).running, "out");
  const done = car(1, { best: { ms: 77_001, mark: "pb" }, sectors: own.map((ms) => ({ ms, previous_ms: null, mark: "", segments: "" })) });
  assert.deepEqual(bestLapSectors(done), own);
  assert.equal(bestLapSectors({ ...done, best: { ms: 78_000, mark: "" } }), null);
});

test("mini-sectors and marks have words beside colours", () => {
  assert.deepEqual(Array.from("pgybs.?x").map(segmentState), ["overall", "personal", "slower", "pit", "stopped", "none", "unknown", "unknown"]);
  assert.equal(segmentsInWords("ppy.."), "2 overall best, 1 slower");
  assert.equal(markState("ob"), "overall");
  assert.equal(markState(""), null);
});

test("tyres of all seasons have letters", () => {
  const letter = (c: string | null) => tyre(c).letter;
  assert.deepEqual(["SOFT", "MEDIUM", "HARD", "INTERMEDIATE", "WET", "HYPERSOFT", null, "UNKNOWN"].map(letter), ["S", "M", "H", "I", "W", "HS", "?", "?"]);
  assert.equal(tyre("SOFT", true).tone, "medium");
  assert.ok(hadSevenCompounds("2018-04-29T12:00:00Z") && !hadSevenCompounds("2019-03-17") && !hadSevenCompounds(null));
});

test("flags have words", () => {
  assert.equal(trackState("sc", "started").word, "Safety car");
  assert.equal(trackState("clear", "finished").short, "FINISH");
  assert.equal(trackState("code_9", "started").word, "code 9");
  assert.equal(trackState(null, null).short, "—");
  assert.equal(trackState(null, "inactive").short, "SOON");
  assert.equal(trackState("clear", "inactive").word, "Not started");
  assert.equal(trackState("yellow", "inactive").tone, "yellow");
  assert.equal(trackState("clear", "finished", 1).word, "Part 1 over");
  assert.equal(trackState("clear", "finished", 3).short, "FINISH");
  assert.deepEqual(["GREEN", "DOUBLE YELLOW", "RED", "BLUE", "CHEQUERED", "BLACK AND WHITE", ""].map(flagTone), ["clear", "yellow", "red", "blue", "check", "white", "none"]);
  assert.equal(flaggedSectors({ "12": "YELLOW", "3": "DOUBLE YELLOW", "4": "CLEAR" }), "S3 S12");
});

test("race control: kinds, running text, order", () => {
  const m = (text: string, category = "Other", flag: string | null = null, scope: string | null = null) => ({ time: "", lap_number: null, category, flag, scope, sector: null, driver_number: null, message: text });
  const f = (said: ReturnType<typeof m>, want: string) => assert.equal(kindOf(said), want, said.message);
  f(m("CAR 3 (VER) TIME 1:39.582 DELETED - TRACK LIMITS AT TURN 2"), "car");
  f(m("FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 20 (MAG)"), "stewards");
  f(m("SAFETY CAR DEPLOYED", "SafetyCar"), "safety");
  f(m("SAFETY CAR WILL USE START/FINISH STRAIGHT"), "safety");
  f(m("5 SECOND TIME PENALTY FOR CAR 11 (PER) - OVERTAKING BEFORE THE SAFETY CAR LINE"), "stewards");
  f(m("WAVED BLUE FLAG FOR CAR 2 (SAR)", "Flag", "BLUE", "Driver"), "blue");
  f(m("YELLOW IN TRACK SECTOR 4", "Flag", "YELLOW", "Sector"), "flag");
  f(m("DRS ENABLED", "Drs"), "other");
  assert.equal(readable("CAR 44 (HAM) TIME 1:39.582 DELETED - TRACK LIMITS AT TURN 2"), "Car 44 (HAM) time 1:39.582 deleted - track limits at turn 2");
  assert.equal(readable("DRS ENABLED"), "DRS enabled");
  assert.ok(isAnnounced(m("RED FLAG", "Flag", "RED", "Track")));
  assert.ok(!isAnnounced(m("YELLOW IN TRACK SECTOR 4", "Flag", "YELLOW", "Sector")));
  const at = (time: string) => ({ ...m("X"), time });
  assert.deepEqual(messages({ "2": at("b"), "10": at("b"), "1": at("a") }).map((x) => x.id), ["10", "2", "1"]);
});

test("team colours reach contrast on both backgrounds", () => {
  for (const colour of ["#000000", "#ffffff", "#1e41ff", "#ffff00", "#6692ff", "#b6babd"]) {
    for (const back of ["#0b0d10", "#ffffff"]) assert.ok(contrast(reach(colour, back), back) >= 3, `${colour} on ${back}`);
  }
  assert.equal(reach("#ff8000", "#0b0d10"), "#ff8000");
  assert.equal(reach(null, "#0b0d10"), "#8a9099");
  assert.equal(Math.round(contrast("#000000", "#ffffff")), 21);
});

test("columns keep their places and the fixed ones stay", () => {
  const ids = (...args: Parameters<typeof columnsFor>) => columnsFor(...args).map((c) => c.id).join(" ");
  assert.equal(ids("race", "glance", false, [], false), "pos code tyre interval");
  assert.equal(ids("race", "standard", false, ["pos", "code", "gap"], true), "pos change code tyre interval last best s1 s2 s3 status");
  assert.ok(ids("race", "engineer", false, [], false).endsWith("trap"));
  assert.ok(!hideable("practice").some((c) => c.id === "pos" || c.id === "cut"));
});

test("the time axis of the replay bar", () => {
  const axis = axisOf({
    session_key: "1", start: "2025-01-01T12:00:00Z", end: "2025-01-01T13:40:00Z",
    laps: [{ lap: 1, time: "2025-01-01T12:10:00Z" }, { lap: 2, time: "2025-01-01T12:12:00Z" }],
    periods: [{ status: "sc", from: "2025-01-01T12:20:00Z", to: "" }],
  })!;
  assert.equal(fraction(axis, axis.start + 600_000), 0.1);
  assert.equal(fraction(axis, axis.end + 1), 1);
  assert.equal(atFraction(axis, 0.5), axis.start + 3_000_000);
  assert.equal(lapAt(axis, axis.start), null);
  assert.equal(lapAt(axis, axis.start + 719_999), 1);
  assert.equal(lapAt(axis, axis.start + 720_000), 2);
  assert.equal(axis.periods[0]!.to, axis.end);
  assert.deepEqual(labelledLaps(axis, 0.01).map((l) => l.lap), [1, 2]);
  assert.deepEqual(labelledLaps(axis, 0.05).map((l) => l.lap), [1]);
  assert.deepEqual(densityOf(axis, [axis.start, axis.end, axis.end + 1], 4), [1, 0, 0, 1]);
  assert.equal(axisOf({ session_key: "1", start: null, end: null, laps: [], periods: [] }), null);
});

test("the address holds the view and gives it back", () => {
  assert.deepEqual(parseView(""), defaults);
  assert.equal(formatView(defaults), "");
  const view = { ...defaults, session: "9574", clock: "live-30", car: "44", hide: ["gap", "s1"], theme: "light" as const, gaps: "car" as const, wall: true };
  assert.deepEqual(parseView(formatView(view)), view);
  assert.equal(formatView({ ...defaults, hide: ["gap", "s1"] }), "?hide=gap,s1");
  const odd = parseView("?clock=evil/../x&car=abc&density=huge&hide=a%20b,gap&theme=pink");
  assert.deepEqual(odd, { ...defaults, hide: ["gap"] });
  assert.equal(channelOf("9574", "default"), "timing:9574");
  assert.equal(channelOf("9574", "live-30"), "timing:9574@live-30");
  assert.equal(channelOf("9574", "c_7f3a"), "timing:9574@c_7f3a");
  assert.equal(delayOf("live-30"), 30);
  assert.equal(delayOf("c_7f3a"), 0);
});

test("data quality in one word", () => {
  const q = (stale: boolean, skipped: number): Quality => ({ source: "sim", trouble: "", live: true, topics: { TimingData: { messages: 1, last: null, stale } }, missing: [], gaps: [], skipped });
  assert.deepEqual(qualityWord(q(false, 0), 0), { level: "good", word: "Good" });
  assert.deepEqual(qualityWord(q(true, 0), 0), { level: "late", word: "1 late" });
  assert.deepEqual(qualityWord({ ...q(false, 0), trouble: "the source is lost" }, 0), { level: "lost", word: "No source" });
  assert.deepEqual(qualityWord(q(true, 0), 2), { level: "late", word: "2 missed" });
  assert.deepEqual(qualityWord(q(false, 28), 0), { level: "good", word: "28 skipped" });
});

test("why a topic is missing depends on where the data come from", () => {
  assert.match(missingReason("CarData.z", "livetiming"), /signed-in/);
  assert.match(missingReason("CarData.z", "recording"), /recording/);
  assert.match(missingReason("WeatherData", "livetiming"), /not arrived/);
});

test("wind comes from", () => {
  assert.deepEqual([0, 44, 106, 359, -90].map(compass), ["N", "NE", "E", "N", "W"]);
});
