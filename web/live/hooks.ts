import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Board, Strategy } from "../wire/types.ts";
import { codeOf, samePlates, type Plate } from "../domain/driver.ts";
import type { View } from "../domain/view.ts";
import { address } from "./address.ts";
import { platesFor } from "./derived.ts";
import type { EventList } from "./events.ts";
import { session, type Surroundings } from "./session.ts";
import type { Places } from "./side.ts";
import type { Link } from "./store.ts";

/** The address as a view. */
export function useView(): View {
  return useSyncExternalStore(address.subscribe, address.view, address.serverView);
}

/**
 * A part of the board. The selector's result is kept while it is equal, so that a component renders only
 * when what it shows has changed.
 */
export function useBoard<T>(select: (board: Board | null) => T, equal: (a: T, b: T) => boolean = Object.is): T {
  const held = useRef<{ value: T } | null>(null);
  const read = () => {
    const value = select(session.store.board());
    if (held.current && equal(held.current.value, value)) return held.current.value;
    held.current = { value };
    return value;
  };
  return useSyncExternalStore(session.store.subscribe, read, () => select(null));
}

/** What the chosen car is called; null while none is chosen or the session does not have it. */
export function useChosenCode(): string | null {
  const { car: key } = useView();
  return useBoard((b) => {
    const car = key ? b?.cars[key] : undefined;
    return car ? codeOf(car) : null;
  });
}

export function useLink(): Link {
  return useSyncExternalStore(session.store.subscribe, session.store.link, session.store.link);
}

export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((v, i) => Object.is(v, b[i]));
}

/** The session's own time, renewed a few times a second while it runs. */
export function useSessionNow(everyMs = 250): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const step = Math.min(everyMs, 1000);
    const read = () => setNow(session.store.sessionNow());
    read();
    const timer = setInterval(read, step);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Wall time, renewed each second: for ages. */
export function useWallNow(): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    const read = () => setNow(Date.now());
    read();
    const timer = setInterval(read, 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Whether a media query holds; false on the server and in the first frame. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const m = window.matchMedia(query);
      m.addEventListener("change", listener);
      return () => m.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

/** The sessions to choose from, the time axis and notices. */
export function useSurroundings(): Surroundings {
  return useSyncExternalStore(session.subscribe, session.surroundings, session.surroundings);
}

/** The events of the clock that is followed, the newest first. */
export function useEvents(): EventList {
  return useSyncExternalStore(session.events.subscribe, session.events.list, session.events.serverList);
}

const noPlates: Record<string, Plate> = {};

/** What tells the cars apart in lists; the same object until one of them is called otherwise. */
export function usePlates(): Record<string, Plate> {
  return useBoard((b) => platesFor(b) ?? noPlates, samePlates);
}

const nothing = () => null;

/** The strategy picture; followed while it is shown. */
export function useStrategy(): Strategy | null {
  useEffect(() => session.want("strategy"), []);
  return useSyncExternalStore(session.sides.strategy.subscribe, session.sides.strategy.value, nothing);
}

/** The newest place of each car; followed while it is shown. */
export function usePlaces(): Places | null {
  useEffect(() => session.want("locations"), []);
  return useSyncExternalStore(session.sides.locations.subscribe, session.sides.locations.value, nothing);
}
