import type { Timeline, TimelinePeriod } from "../wire/types.ts";
import { instant } from "./time.ts";

/** A session's time axis for the replay bar, in ms since 1970. */
export interface Axis {
  start: number;
  end: number;
  laps: { lap: number; at: number }[];
  periods: { status: string; from: number; to: number }[];
}

export function axisOf(t: Timeline): Axis | null {
  const start = instant(t.start);
  const end = instant(t.end);
  if (start == null || end == null || end <= start) return null;
  return {
    start,
    end,
    laps: (t.laps ?? []).flatMap((l) => {
      const at = instant(l.time);
      return at == null ? [] : [{ lap: l.lap, at }];
    }),
    periods: (t.periods ?? []).flatMap((p: TimelinePeriod) => {
      const from = instant(p.from);
      return from == null ? [] : [{ status: p.status, from, to: instant(p.to) ?? end }];
    }),
  };
}

/** Where an instant lies on the axis, 0 to 1. */
export function fraction(axis: Axis, at: number): number {
  return Math.min(1, Math.max(0, (at - axis.start) / (axis.end - axis.start)));
}

export function atFraction(axis: Axis, f: number): number {
  return axis.start + Math.min(1, Math.max(0, f)) * (axis.end - axis.start);
}

/** The lap the leader is on at an instant; null before the first. */
export function lapAt(axis: Axis, at: number): number | null {
  let lap: number | null = null;
  for (const l of axis.laps) {
    if (l.at > at) break;
    lap = l.lap;
  }
  return lap;
}

/** Laps whose numbers are written on the bar: round numbers, at least the given part of the bar apart. */
export function labelledLaps(axis: Axis, apart: number): { lap: number; at: number }[] {
  const n = axis.laps.length;
  const step = n > 60 ? 10 : n > 25 ? 5 : n > 10 ? 2 : 1;
  let last = -1;
  return axis.laps.filter((l) => {
    const f = fraction(axis, l.at);
    if ((l.lap % step !== 0 && l.lap !== 1) || (last >= 0 && f - last < apart)) return false;
    last = f;
    return true;
  });
}

const words: Record<string, string> = {
  yellow: "Yellow", sc: "SC", vsc: "VSC", vsc_ending: "VSC", red: "Red",
  part_1: "Q1", part_2: "Q2", part_3: "Q3",
};

/** The word of a period, empty where the track is simply clear. */
export function periodWord(status: string): string {
  return words[status] ?? "";
}

const LETTER_PX = 7;
const MARGIN_PX = 8;
/** Which word is written where two do not fit: parts first, then what stops or slows a session most. */
const weight: Record<string, number> = { part_1: 4, part_2: 4, part_3: 4, red: 3, sc: 2, vsc: 2 };

/** The periods whose words fit on a bar of so many pixels without touching each other, by index. */
export function labelledPeriods(axis: Axis, width: number): Set<number> {
  const taken: [number, number][] = [];
  const shown = new Set<number>();
  const order = axis.periods.map((p, i) => ({ p, i })).sort((a, b) => (weight[b.p.status] ?? 1) - (weight[a.p.status] ?? 1));
  for (const { p, i } of order) {
    const word = periodWord(p.status);
    if (word === "") continue;
    const from = fraction(axis, p.from) * width;
    const to = from + word.length * LETTER_PX + MARGIN_PX;
    if (to > fraction(axis, p.to) * width || taken.some(([a, b]) => from < b && a < to)) continue;
    taken.push([from, to]);
    shown.add(i);
  }
  return shown;
}

const chapters = new Set(["started", "finished", "yellow", "sc", "vsc", "red", "part_1", "part_2", "part_3"]);

/** The moments one steps to: the start, parts, flags, safety cars, the finish. */
export function eventsOf(axis: Axis): number[] {
  const at = axis.periods.filter((p) => chapters.has(p.status)).map((p) => p.from);
  return [...new Set(at)].sort((a, b) => a - b);
}

/** A step back from just after an event goes to the one before it, ms: the replay has run on meanwhile. */
const LEEWAY_MS = 3000;
/** What happens within this time is one moment: one step forward passes all of it, ms. */
const MOMENT_MS = 500;

/** The first of the times after a moment, or the last before it; null at the ends. */
export function eventFrom(times: readonly number[], now: number, forward: boolean): number | null {
  const there = forward ? times.filter((t) => t > now + MOMENT_MS) : times.filter((t) => t < now - LEEWAY_MS);
  if (there.length === 0) return null;
  return there.reduce((a, b) => (forward ? Math.min(a, b) : Math.max(a, b)));
}

/** How many events fell into each of n equal slices of the axis: the density strip. */
export function densityOf(axis: Axis, times: readonly number[], n: number): number[] {
  const bins = new Array<number>(n).fill(0);
  for (const t of times) {
    if (t < axis.start || t > axis.end) continue;
    const i = Math.min(n - 1, Math.floor(fraction(axis, t) * n));
    bins[i] = bins[i]! + 1;
  }
  return bins;
}
