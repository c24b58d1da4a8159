import assert from "node:assert/strict";
import { test } from "node:test";
import { detailText, placesText, restatesMessage, sentence, shapes, signOf, valueText } from "./event-words.ts";
import { groupOf, groups, marksOf, nearestMark, pick, pinned, signs, successors, wishesOf, within, type Told, type Wish } from "./events.ts";
import { excerpt, jsonLines } from "./evidence.ts";
import { defaults, formatView, parseView } from "./view.ts";

const T = Date.parse("2025-01-01T12:00:00.000Z");

function told(change: Partial<Told> = {}): Told {
  return {
    event_id: "a", version: 1, kind: "overtake.on_track", title: "Overtake on track", text: "HAM passes PIA, P5 to P4", priority: "P1", status: "confirmed", time: new Date(T).toISOString(),
    known: new Date(T).toISOString(), lap_number: 3, driver_number: 44, other_driver_number: 81, position_from: 5, position_to: 4, count_from: null, count_to: null, count_of: null,
    value: null, detail: null,
    supersedes: null, offset: 1, evidence: [1], ...change,
  };
}

const name = (n: number) => ({ 44: "HAM", 81: "PIA", 63: "RUS" })[n] ?? String(n);

test("kinds have a group, a shape and a word; one that is not known is still shown", () => {
  const want: Record<string, string> = {
    "overtake.on_track": "passes", "order.changed.pit": "passes", "lead.change": "passes", "pit.stop": "pits", "undercut.success": "pits", "tyre.changed": "tyres",
    "battle.started": "battles", "gap.closing.ended": "battles", "fastest_lap.overall": "records", "lap.completed": "records", "lap.deleted": "stewards",
    "flag.black_white": "stewards", "flag.yellow": "flags", "vsc.ending": "flags", "penalty.issued": "stewards", "part.ended": "qualifying", "weather.change": "other",
    "something.new": "other",
  };
  for (const [kind, group] of Object.entries(want)) assert.equal(groupOf(kind), group, kind);
  assert.equal(new Set(Object.values(shapes)).size, groups.length, "every group has its own shape");
  assert.deepEqual(signOf("flag.double_yellow"), { group: "flags", word: "2×YEL", tone: "yellow" });
  assert.equal(signOf("investigation.no_action").word, "NO ACT");
  assert.equal(signOf("investigation.under").word, "NOTED");
  assert.equal(signOf("something.new").word, "EVENT");
  assert.ok(Object.keys(want).every((k) => signOf(k).word.length <= 8), "words fit the sign");
});

test("a value is written as its kind counts it, and not at all when the unit is not known", () => {
  const v = (kind: string, value: number | null, detail = "") => valueText(told({ kind, value, detail }));
  assert.equal(v("fastest_lap.overall", 87.3214), "1:27.321");
  assert.equal(v("sector.record.overall", 28.1), "28.100");
  assert.equal(v("speedtrap.record", 331.4), "331 km/h");
  assert.equal(v("battle.started", 0.842), "0.84 s");
  assert.equal(v("pit.exit", 22.43), "22.4 s");
  assert.equal(v("gap.closing", 1), "in 1 lap");
  assert.equal(v("gap.closing", 4), "in 4 laps");
  assert.equal(v("train.formed", 4), "4 cars");
  assert.equal(v("flag.yellow", 7), "sector 7");
  assert.equal(v("part.started", 2), "Q2");
  assert.equal(v("blue_flag", 1), "");
  assert.equal(v("penalty.issued", 5, "time, speeding in the pit lane"), "5 s");
  assert.equal(v("penalty.issued", 3, "grid_drop"), "3 grid places");
  assert.equal(v("penalty.issued", 2, "reprimand"), "");
  assert.equal(v("something.new", 12), "");
  assert.equal(v("fastest_lap.overall", null), "");
});

test("places, details and sentences", () => {
  assert.equal(placesText(told()), "P5 → P4");
  assert.equal(placesText(told({ kind: "battle.started", position_from: 5, position_to: 6 })), "for P5");
  assert.equal(placesText(told({ kind: "weather.change", count_of: "degree", count_from: 31, count_to: 34 })), "", "what is not known here is no place");
  assert.equal(placesText(told({ kind: "track_limits.strike", count_of: "strike", count_from: null, count_to: 3 })), "strike 3");
  assert.equal(detailText(told({ kind: "penalty.issued", detail: "grid_drop, causing a collision" })), "grid places, causing a collision");
  assert.equal(sentence(told({ detail: "start" }), name), "HAM passes PIA, P5 to P4, start");
  assert.equal(sentence(told({ kind: "lead.change", title: "Lead change", position_from: 2, position_to: 1, detail: "order.changed.pit" }), name), "HAM takes the lead from PIA, P2 to P1, in the pits");
  assert.equal(detailText(told({ kind: "lead.change", detail: "FORCING ANOTHER DRIVER (HAM) OFF" })), "forcing another driver (HAM) off");
  assert.equal(detailText(told({ kind: "order.changed.neutral", detail: "vsc; it was order.changed.incident" })), "under neutralisation, vsc; it was incident");
  assert.equal(detailText(told({ kind: "championship.swing", detail: "teams: Ferrari" })), "teams: Ferrari");
  assert.equal(detailText(told({ kind: "pit.stop", detail: "SOFT to MEDIUM, used; stationary 2.2 s" })), "soft to medium, used; stationary 2.2 s");
  assert.equal(placesText(told({ kind: "pit.stop", count_of: "stop", count_from: null, count_to: 2 })), "stop 2");
  assert.equal(placesText(told({ kind: "undercut.fail", count_of: "lap", count_from: 22, count_to: 24 })), "laps 22 and 24");
  assert.equal(placesText(told({ kind: "lapped", count_of: "laps_down", count_from: 0, count_to: 1 })), "1L");
  assert.equal(placesText(told({ kind: "championship.swing", count_of: "championship_place", count_from: 3, count_to: 2 })), "P3 → P2");
  assert.equal(placesText(told({ kind: "lap.completed", position_from: null, position_to: 2 })), "", "a lap says its time");
  assert.equal(valueText(told({ kind: "undercut.fail", value: -4.42 })), "−4.4 s");
  assert.equal(sentence(told({ status: "provisional" }), name), "HAM passes PIA, P5 to P4, not confirmed yet");
  assert.equal(sentence(told({ status: "retracted" }), name), "Taken back: HAM passes PIA, P5 to P4");
  assert.equal(sentence(told({ kind: "flag.red", title: "Flag red", driver_number: null, other_driver_number: null, position_from: null, position_to: null }), name), "Flag red");
  assert.equal(
    sentence(told({ kind: "train.formed", title: "Train formed", driver_numbers: [44, 81, 63], position_from: null, position_to: null, value: 3 }), name),
    "Train formed, HAM, PIA, RUS, 3 cars",
  );
  const result = told({ kind: "result.final", title: "Result final", driver_numbers: [44, 81, 63, 1, 2, 3, 4, 5], position_from: null, position_to: null });
  assert.equal(sentence(result, name), "Result final, HAM, PIA, RUS, 1, 2, 3 and 2 more");
  assert.equal(placesText(told({ kind: "knocked_out", position_from: null, position_to: 16 })), "P16");
  assert.ok(restatesMessage("flag.red") && restatesMessage("penalty.issued") && restatesMessage("sc.deployed"));
  assert.ok(!restatesMessage("overtake.on_track") && !restatesMessage("penalty.applied") && !restatesMessage("session.started"));
});

test("filters: by group, by car, what is minor, what was taken back", () => {
  const list = [
    told({ event_id: "pass" }), told({ event_id: "pit", kind: "order.changed.pit", priority: "P3" }),
    told({ event_id: "flag", kind: "flag.yellow", priority: "P2", driver_number: null, other_driver_number: null }),
    told({ event_id: "gone", kind: "fastest_lap.overall", status: "retracted", driver_number: 63, other_driver_number: null }),
  ];
  const ids = (wishes: Wish[], now = T + 60_000, car: number | null = null, most = 200) => pick(list, { wishes, car, now, most }).map((e) => e.event_id).join(" ");
  assert.equal(ids([]), "pass flag");
  assert.equal(ids([], T + 19_000), "pass flag gone", "what was taken back stays for twenty seconds of the session");
  assert.equal(ids(["retracted"]), "pass flag gone");
  assert.equal(ids(["minor"]), "pass pit flag");
  assert.equal(ids(["passes"]), "pass");
  assert.equal(ids(["passes", "flags"]), "pass flag");
  assert.equal(ids(["car", "retracted"], T + 60_000, 63), "gone");
  assert.equal(ids(["car"], T + 60_000, 81), "pass", "the second subject counts");
  assert.equal(ids(["car"]), "pass flag", "without a chosen car the filter asks for nothing");
  assert.equal(ids([], T, null, 1), "pass");
  assert.deepEqual(wishesOf("passes,nonsense,minor"), ["passes", "minor"]);
  assert.deepEqual(wishesOf(null), []);
});

test("the address holds the filter and the open reasons", () => {
  const view = { ...defaults, events: ["passes", "minor"] as Wish[], why: "92993060b3f55917" };
  assert.equal(formatView(view), "?events=passes,minor&why=92993060b3f55917");
  assert.deepEqual(parseView(formatView(view)), view);
  assert.equal(parseView("?why=../../x").why, null);
});

test("what stands out now: pins, signs of rows, marks of the strip", () => {
  const lead = told({ event_id: "lead", kind: "lead.change", priority: "P0" });
  const pass = told({ event_id: "pass" });
  const back = told({ event_id: "back", kind: "lead.change", priority: "P0", status: "retracted", driver_number: 63 });
  const list = [back, pass, lead];
  assert.deepEqual(pinned(list, T + 19_000, 1).map((e) => e.event_id), ["lead"]);
  assert.deepEqual(pinned(list, T + 21_000, 1), []);
  assert.deepEqual(pinned(list, T + 100_000, 10).map((e) => e.event_id), ["lead"], "a fast replay keeps it as long for the viewer");
  assert.deepEqual([...signs(list, T + 5000, 1)].map(([car, e]) => `${car} ${e.event_id}`), ["44 lead"], "the higher priority wins, nothing of what was taken back");
  assert.equal(signs(list, T + 13_000, 1).size, 0);
  assert.ok(!within(pass, null, 1000));
  const marks = marksOf([told({ event_id: "b", time: new Date(T + 9000).toISOString() }), lead, back, told({ event_id: "p2", priority: "P2" })]);
  assert.deepEqual(marks.map((m) => `${m.id} ${m.first}`), ["lead true", "b false"]);
  assert.equal(nearestMark(marks, T + 8000, 10_000)?.id, "lead", "what interrupts is taken before what is nearer");
  assert.equal(nearestMark(marks, T + 8000, 2000)?.id, "b");
  assert.equal(nearestMark(marks, T + 60_000, 2000), null);
});

test("what replaced what", () => {
  const noted = told({ event_id: "noted", kind: "investigation.noted" });
  const under = told({ event_id: "under", kind: "investigation.under", supersedes: "noted" });
  assert.equal(successors([under, noted]).get("noted"), under);
  assert.equal(successors([{ ...under, status: "retracted" }, noted]).size, 0);
});

const decisive = (topic: string, payload: unknown, cars = [44], codes = ["HAM"]) =>
  jsonLines(topic, payload, { cars, codes }).filter((l) => l.decides).map((l) => l.text.trim());

test("the lines of a message that decide: the subjects' own", () => {
  assert.deepEqual(decisive("TimingData", { Lines: { "1": { Position: "5" }, "44": { Position: "4" } } }), ['"44": {', '"Position": "4"', "}"]);
  assert.deepEqual(decisive("TimingData", { Lines: { "1": { Position: "5" } } }), []);
  assert.deepEqual(decisive("TrackStatus", { Status: "5", Message: "Red" }), ["{", '"Status": "5",', '"Message": "Red"', "}"]);
  const control = { Messages: { "7": { Message: "CAR 44 (HAM) TIME 1:27.3 DELETED" }, "8": { Message: "CAR 4 (NOR) NOTED" } } };
  assert.deepEqual(decisive("RaceControlMessages", control), ['"7": {', '"Message": "CAR 44 (HAM) TIME 1:27.3 DELETED"', "},"]);
  assert.equal(decisive("RaceControlMessages", { Messages: { "7": { Message: "RED FLAG" } } }).length, 7, "without a subject named all of it decides");
  assert.deepEqual(decisive("LapCount", { CurrentLap: 44 }), ["{", '"CurrentLap": 44', "}"]);
  assert.deepEqual(decisive("Unknown", null), []);
});

test("the lines are the payload, and a long one is cut to what decides", () => {
  const payload = { Lines: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [String(i + 40), { Position: String(i), Sectors: [{ Value: "" }, {}], Retired: false }])) };
  const lines = jsonLines("TimingData", payload, { cars: [44], codes: [] });
  assert.deepEqual(JSON.parse(lines.map((l) => l.text).join("\n")), payload);
  const cut = excerpt(lines);
  assert.ok(cut.length < 25, `${cut.length} lines`);
  assert.deepEqual(cut.filter((l) => l.decides), lines.filter((l) => l.decides));
  const around = cut.filter((l) => l.around).map((l) => l.text.trim());
  assert.deepEqual(around, ["{", '"Lines": {', "}", "}"]);
  const skipped = cut.flatMap((l) => /^… (\d+)/.exec(l.text)?.[1] ?? []).reduce((sum, n) => sum + Number(n), 0);
  assert.equal(skipped + cut.filter((l) => !l.text.startsWith("…")).length, lines.length, "every line is shown or counted");
  assert.deepEqual(excerpt(lines.slice(0, 5)), lines.slice(0, 5));
});
