import type { Car, Gap } from "../wire/types.ts";
import { delta, UNKNOWN } from "./time.ts";

/** The interval below which a car is in attack range: the sport's own detection threshold, in ms. */
export const CLOSE_MS = 1000;

export interface GapText {
  text: string;
  /** second reading in smaller type: seconds beside laps */
  also: string;
}

const unknown: GapText = { text: UNKNOWN, also: "" };

/** A gap as written: seconds, or laps with the seconds beside where they are known. */
export function gapText(gap: Gap, seconds: number | null): GapText {
  if (gap.laps != null) {
    return { text: `${gap.laps}L`, also: seconds == null ? "" : delta(seconds, 1) };
  }
  return gap.ms == null ? unknown : { text: delta(gap.ms), also: "" };
}

/** Seconds to the leader; the leader's own is zero. */
export function toLeader(car: Car, leads: boolean): number | null {
  return leads ? 0 : car.leader_ms ?? car.gap.ms;
}

/** How far a car is behind (+) or ahead (−) of a chosen one, in ms; null when one of them is unknown. */
export function toChosen(cars: Record<string, Car>, order: string[], key: string, chosen: string): number | null {
  const a = cars[key];
  const b = cars[chosen];
  if (!a || !b) return null;
  const x = toLeader(a, order[0] === key);
  const y = toLeader(b, order[0] === chosen);
  return x == null || y == null ? null : x - y;
}

/** How full the bar under an interval is: 0 at one second, 1 at nothing. Null when out of range. */
export function closeness(gap: Gap): number | null {
  if (gap.ms == null || gap.ms < 0 || gap.ms >= CLOSE_MS) return null;
  return 1 - gap.ms / CLOSE_MS;
}
