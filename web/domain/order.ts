import type { Board, Car } from "../wire/types.ts";

export type Mode = "race" | "qualifying" | "practice";

/** What the tower is about in this kind of session. */
export function modeOf(type: string | null): Mode {
  if (type === "race" || type === "sprint") return "race";
  return type?.endsWith("qualifying") ? "qualifying" : "practice";
}

/** Car keys in the feed's display order; cars without a line yet come last, by number. */
export function orderOf(cars: Record<string, Car>): string[] {
  const rank = (c: Car) => (c.line > 0 ? c.line : 1000 + c.driver_number);
  return Object.keys(cars).sort((a, b) => rank(cars[a]!) - rank(cars[b]!));
}

/** Second cars of their teams: the higher number gets the notch in the team bar. */
export function secondCars(cars: Record<string, Car>): Set<string> {
  const first = new Map<string, string>();
  const second = new Set<string>();
  for (const key of Object.keys(cars).sort((a, b) => Number(a) - Number(b))) {
    const team = cars[key]!.team;
    if (team == null) continue;
    if (first.has(team)) second.add(key);
    else first.set(team, key);
  }
  return second;
}

/** After how many rows the cut line is drawn: only while a part that eliminates is on. */
export function cutAfter(board: Board): number | null {
  const n = board.advance;
  if (modeOf(board.session.type) !== "qualifying" || n == null || n <= 0) return null;
  return n < Object.keys(board.cars).length ? n : null;
}

/** A car's best lap of the part that is on; null when it has none. */
export function partBest(car: Car, part: number | null): number | null {
  if (part == null) return car.best.ms;
  return car.part_best[part - 1]?.ms ?? null;
}

/**
 * Margin to the cut in ms: negative is safe by so much, positive must be found. The last car that goes
 * through is measured against the first that does not, everybody else against the line itself.
 */
export function cutMargin(board: Board, order: string[], key: string): number | null {
  const cut = cutAfter(board);
  const car = board.cars[key];
  if (cut == null || !car || car.knocked_out) return null;
  const own = partBest(car, board.part);
  if (own == null) return null;
  const inside = order.indexOf(key) < cut;
  const rival = board.cars[order[inside ? cut : cut - 1] ?? ""];
  const line = rival && !rival.knocked_out ? partBest(rival, board.part) : null;
  return line == null ? null : own - line;
}

/** Place gained since the grid (positive) or lost; null outside races or without a grid. */
export function placesGained(car: Car): number | null {
  return car.grid == null || car.position == null ? null : car.grid - car.position;
}

/** The car whose lap is the fastest of all. */
export function fastestCar(cars: Record<string, Car>): string | null {
  let found: string | null = null;
  for (const key of Object.keys(cars)) {
    const ms = cars[key]!.best.ms;
    if (ms != null && (found == null || ms < cars[found]!.best.ms!)) found = key;
  }
  return found;
}
