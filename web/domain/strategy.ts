// The strategy picture in words and figures.
import type { Strategy, StrategyCar, StrategyUndercut, StrategyWindow } from "../wire/types.ts";
import { UNKNOWN } from "./time.ts";

/** Seconds of a figure in ms, with one digit: 23.2. */
export function seconds(ms: number | null | undefined, digits = 1): string {
  return ms == null ? UNKNOWN : (ms / 1000).toFixed(digits);
}

/** A signed figure: +1.2, −0.4. */
export function signed(ms: number | null | undefined, digits = 1): string {
  if (ms == null) return UNKNOWN;
  const text = (Math.abs(ms) / 1000).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${ms < 0 ? "−" : "+"}${text}`;
}

/** When a car stops next: "17–24", "18", "no stop"; a car nobody can tell of has none. */
export function windowText(w: StrategyWindow | null): string {
  if (!w) return UNKNOWN;
  if (w.stops === 0) return "no stop";
  return w.earliest === w.latest ? String(w.earliest) : `${w.earliest}–${w.latest}`;
}

/** The places a car may come out at: "P9", "P9, 8 to 11". */
export function bandText(low: number, high: number, position: number): string {
  return low === high && low === position ? `P${position}` : `P${low}–${high}`;
}

/** Whether a car is in its window at the lap that it drives now. */
export function inWindow(car: StrategyCar): boolean {
  const w = car.window;
  return w != null && w.stops > 0 && car.running && car.lap + 1 >= w.earliest && car.lap + 1 <= w.latest;
}

export interface Part {
  id: "stop" | "in" | "out" | "pace" | "traffic";
  label: string;
  ms: number;
}

/** The five parts of a pair of stops as gains of the car that stopped first: what brought it forward is positive. None where not all was driven under green. */
export function partsOf(u: StrategyUndercut): Part[] {
  const { stop_ms: stop, in_lap_ms: inLap, out_lap_ms: outLap, tyre_pace_ms: pace, traffic_ms: traffic } = u;
  if (stop === null || inLap === null || outLap === null || pace === null || traffic === null) return [];
  const parts: Part[] = [
    { id: "stop", label: "stop", ms: -stop }, { id: "in", label: "in-lap", ms: -inLap }, { id: "out", label: "out-lap", ms: -outLap },
    { id: "pace", label: "tyres", ms: -pace }, { id: "traffic", label: "traffic", ms: -traffic },
  ];
  return parts.map((p) => ({ ...p, ms: p.ms === 0 ? 0 : p.ms })); // no minus zero
}

export interface Stack extends Part {
  /** from the zero line, ms; to the left of it negative */
  from: number;
  to: number;
}

/** The parts laid end to end from zero: gains to the right, losses to the left. */
export function stacked(u: StrategyUndercut): Stack[] {
  let right = 0;
  let left = 0;
  return partsOf(u).map((p) => {
    if (p.ms >= 0) {
      const from = right;
      right += p.ms;
      return { ...p, from, to: right };
    }
    const to = left;
    left += p.ms;
    return { ...p, from: left, to };
  });
}

/** The pairs of stops, the one finished last first; of a car only those it was in. */
export function ledger(s: Strategy, car: number | null, most: number): StrategyUndercut[] {
  return Object.values(s.undercuts ?? {})
    .filter((u) => car == null || u.first === car || u.second === car)
    .sort((a, b) => b.second_lap - a.second_lap || b.first_lap - a.first_lap || a.first - b.first || a.second - b.second)
    .slice(0, most);
}

/** Which pit loss counts now: by the state of the track. */
export function lossUnder(status: string | null): string {
  if (status === "sc") return "sc";
  return status === "vsc" || status === "vsc_ending" ? "vsc" : "green";
}

/** Where the figures of a pit loss come from, in words. */
export function lossSource(stops: number, prior: number): string {
  if (stops > 0) return `${stops} stop${stops === 1 ? "" : "s"} today${prior > 0 ? `, ${prior} in past seasons` : ""}`;
  return prior > 0 ? `${prior} stops in past seasons here` : "a guess from other circuits";
}
