import type { Car } from "../wire/types.ts";

/** What a car is called in few letters: its driver's code, its number while that is unknown. */
export function codeOf(car: Car): string {
  return car.tla ?? String(car.driver_number);
}
