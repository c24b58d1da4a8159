import type { Board, Car } from "../wire/types.ts";
import { platesOf } from "../domain/driver.ts";
import { fastestCar, orderOf, secondCars } from "../domain/order.ts";

// What several rows ask of the same cars is worked out once per change of them.

function once<T>(work: (cars: Record<string, Car>) => T): (board: Board | null) => T | null {
  const held = new WeakMap<Record<string, Car>, T>();
  return (board) => {
    if (!board) return null;
    const cars = board.cars;
    let value = held.get(cars);
    if (value === undefined) {
      value = work(cars);
      held.set(cars, value);
    }
    return value;
  };
}

/** Car keys in display order. */
export const orderFor = once(orderOf);
/** The second cars of their teams. */
export const secondsFor = once(secondCars);
/** The car with the fastest lap. */
export const fastestFor = once((cars) => ({ key: fastestCar(cars) }));
/** What tells the cars apart in lists. */
export const platesFor = once(platesOf);
