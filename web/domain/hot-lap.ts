import type { Car } from "../wire/types.ts";

/** The three sector times of a car's best lap, ms. */
export type LapSectors = [number, number, number];

export type Running = "pit" | "out" | "hot" | "slow" | "unknown";

export interface LapProgress {
  running: Running;
  /** sectors completed in this lap, 0-3 */
  done: number;
  /** to the car's own best lap at the last completed sector, ms; negative is faster */
  toBest: number | null;
  /** to the fastest lap of all at the same place */
  toFastest: number | null;
}

const tolerance = 3; // ms by which three rounded sectors may miss their lap

/** Sectors of the car's best lap: as the server has them, else those of the lap just finished when it is the best. */
export function bestLapSectors(car: Car): LapSectors | null {
  const [x, y, z] = car.best_lap_sectors_ms ?? [];
  if (x != null && y != null && z != null) return [x, y, z];
  const [a, b, c] = car.sectors.map((s) => s.ms);
  if (a == null || b == null || c == null || car.best.ms == null) return null;
  return Math.abs(a + b + c - car.best.ms) <= tolerance ? [a, b, c] : null;
}

function completed(car: Car): number[] {
  const times: number[] = [];
  for (const s of car.sectors) {
    if (s.ms == null) break;
    times.push(s.ms);
  }
  return times;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** A timed lap is at most this much slower than the car's best, as a fraction, at the last sector line. */
const push = 0.05;

/**
 * What a car is doing in practice or qualifying. With sector times it is measured against the best lap;
 * before the first sector line the mini-sectors decide: a lap that improves anywhere is a push lap. Under a red
 * flag nobody is on one.
 */
export function progressOf(car: Car, own: LapSectors | null, fastest: LapSectors | null, red = false): LapProgress {
  const times = completed(car);
  const done = times.length;
  const now = sum(times);
  const toBest = own && done > 0 ? now - sum(own.slice(0, done)) : null;
  const toFastest = fastest && done > 0 ? now - sum(fastest.slice(0, done)) : null;
  const result = (running: Running): LapProgress => ({ running, done, toBest, toFastest });
  if (car.in_pit || car.stopped || car.retired || car.knocked_out) return result("pit");
  if (car.pit_out) return result("out");
  if (red) return result("slow");
  const driven = car.sectors.map((s) => s.segments).join("").replaceAll(".", "");
  if (done === 3) return result("unknown"); // the line is passed; the next lap has not shown itself
  if (toBest != null && own) return result(toBest < push * sum(own.slice(0, done)) ? "hot" : "slow");
  if (/[gp]/.test(driven)) return result("hot");
  return result(driven.length > 3 ? "slow" : "unknown");
}
