import type { Car } from "../wire/types.ts";
import { secondCars } from "./order.ts";

/** What a car is called in few letters: its driver's code, its number while that is unknown. */
export function codeOf(car: Car): string {
  return car.tla ?? String(car.driver_number);
}

/** How a car is told apart in a list: its code, its team's colour, the notch of the second car. */
export interface Plate {
  code: string;
  colour: string | null;
  second: boolean;
}

/** The plates of all cars by number. */
export function platesOf(cars: Record<string, Car>): Record<string, Plate> {
  const second = secondCars(cars);
  return Object.fromEntries(Object.entries(cars).map(([key, car]) => [key, { code: codeOf(car), colour: car.colour, second: second.has(key) }]));
}

export function samePlates(a: Record<string, Plate>, b: Record<string, Plate>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => a[k]!.code === b[k]?.code && a[k]!.colour === b[k]?.colour && a[k]!.second === b[k]?.second);
}
