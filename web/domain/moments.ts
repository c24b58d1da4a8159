// What has just happened on a board: the one thing of a change that a room should look up for.
import type { Board } from "../wire/types.ts";
import { codeOf } from "./driver.ts";
import { trackState, type Tone } from "./flags.ts";
import { fastestCar, modeOf, orderOf } from "./order.ts";
import { isAnnounced, messages, readable } from "./race-control.ts";
import { delta, lapTime } from "./time.ts";

export type MomentKind = "flag" | "lead" | "best" | "rain" | "message";

export interface Moment {
  kind: MomentKind;
  title: string;
  text: string;
  tone: Tone;
  /** whom it is about, "" nobody */
  car: string;
}

function flag(before: Board, after: Board): Moment | null {
  const was = trackState(before.track.status, before.status, before.part);
  const is = trackState(after.track.status, after.status, after.part);
  const restarted = before.status !== "started" && after.status === "started";
  if (was.word === is.word && !restarted) return null;
  const word = restarted && is.tone === "clear" ? "Session started" : is.word;
  return { kind: "flag", title: word, text: after.lap == null ? "" : `Lap ${after.lap}`, tone: is.tone, car: "" };
}

function lead(before: Board, after: Board): Moment | null {
  const [old] = orderOf(before.cars);
  const [now] = orderOf(after.cars);
  if (old == null || now == null || old === now || before.cars[now] == null) return null;
  const race = modeOf(after.session.type) === "race";
  if (race && after.status !== "started") return null;
  const car = after.cars[now]!;
  const text = race ? `ahead of ${after.cars[old]?.tla ?? old}` : lapTime(car.best.ms);
  return { kind: "lead", title: race ? `${codeOf(car)} leads` : `${codeOf(car)} is fastest`, text, tone: "none", car: now };
}

function best(before: Board, after: Board): Moment | null {
  const key = fastestCar(after.cars);
  const old = fastestCar(before.cars);
  if (key == null || old == null) return null; // the first lap of all is no news
  const ms = after.cars[key]!.best.ms!;
  const was = before.cars[old]!.best.ms!;
  if (ms >= was) return null;
  return { kind: "best", title: `Fastest lap ${codeOf(after.cars[key]!)}`, text: `${lapTime(ms)}, ${delta(ms - was)}`, tone: "none", car: key };
}

function rain(before: Board, after: Board): Moment | null {
  const was = before.weather?.rainfall;
  const is = after.weather?.rainfall;
  if (was == null || is == null || was === is) return null;
  return { kind: "rain", title: is ? "It rains" : "The rain has stopped", text: `Track ${after.weather?.track_c?.toFixed(1) ?? "—"} °C`, tone: "none", car: "" };
}

function message(before: Board, after: Board): Moment | null {
  if (before.race_control === after.race_control) return null;
  const known = before.race_control;
  const m = messages(after.race_control).find((r) => known[r.id] == null && (isAnnounced(r) || r.kind === "stewards"));
  if (!m) return null;
  return { kind: "message", title: "Race control", text: readable(m.message), tone: "white", car: m.driver_number == null ? "" : String(m.driver_number) };
}

/** The most important thing that happened from one board to the next; null when nothing did. */
export function momentOf(before: Board, after: Board): Moment | null {
  if (before.session.key !== after.session.key) return null;
  return flag(before, after) ?? lead(before, after) ?? best(before, after) ?? rain(before, after) ?? message(before, after);
}

/** The cars that have driven farthest on their set, the oldest set first: who may have to stop soon. */
export function oldestSets(board: Board, n: number): { code: string; age: number }[] {
  return Object.values(board.cars)
    .filter((c) => !c.retired && !c.stopped && !c.knocked_out && !c.in_pit && c.stints.length > 0)
    .map((c) => ({ code: codeOf(c), age: c.stints.at(-1)!.age, line: c.line }))
    .sort((a, b) => b.age - a.age || a.line - b.line)
    .slice(0, n)
    .map(({ code, age }) => ({ code, age }));
}
