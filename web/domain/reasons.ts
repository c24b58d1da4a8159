// Why a value is not known, in words: shown when the viewer points at its dash.
import type { Car } from "../wire/types.ts";
import type { Mode } from "./order.ts";

/** Why there is no time to another car. */
export function whyNoGap(car: Car, mode: Mode): string {
  if (car.knocked_out) return "Eliminated: no gap in this part";
  if (car.retired) return "Retired";
  if (car.stopped) return "Stopped on track";
  if (mode !== "race") return car.best.ms == null ? "No timed lap yet" : "Not sent for this car yet";
  return car.laps === 0 ? "Not measured before the first lap is driven" : "Not sent for this car yet";
}

/** Why there is no lap time. */
export function whyNoLap(car: Car): string {
  return car.laps === 0 ? "No lap driven yet" : "No timed lap yet, or it no longer counts";
}

/** Why there is no sum of best sectors. */
export const WHY_NO_IDEAL = "Not every sector has a time yet";
export const WHY_NO_SECTOR = "Not driven yet";
export const WHY_NO_SPEED = "No speed measured yet";
export const WHY_NO_TYRE = "The feed has not named a tyre yet";
export const WHY_NO_POSITION = "No position yet";
export const WHY_NO_CUT = "No timed lap in this part, or no rival to measure against";
