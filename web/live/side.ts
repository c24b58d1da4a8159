import type { Envelope, Location, Strategy } from "../wire/types.ts";
import { mergePatch } from "./patch.ts";

/** Channels that cost the server work: followed only while something shows them. */
export type Side = "strategy" | "locations";

/** What readers get: the same object until something has changed. */
export class SideStore<T> {
  protected held: T | null = null;
  private seq: number | null = null;
  private readonly listeners = new Set<() => void>();

  /** `grow` makes the next state of one that is held and a message that is no snapshot; `whole` reads a snapshot. */
  constructor(private readonly whole: (data: unknown) => T, private readonly grow: (held: T, data: unknown) => T) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  value = (): T | null => this.held;

  leave(): void {
    this.held = null;
    this.seq = null;
    this.tell();
  }

  /** Takes one message; false means that one before it never came, and a fresh snapshot is needed. */
  take(message: Envelope): boolean {
    if (message.type === "snapshot") this.held = this.whole(message.data);
    else {
      if (this.held == null || this.seq == null) return true;
      if (message.seq <= this.seq) return true;
      if ((message.seq_from ?? message.seq) > this.seq + 1) return false;
      this.held = this.grow(this.held, message.data);
    }
    this.seq = message.seq;
    this.tell();
    return true;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The strategy picture: whole once, then merge patches. */
export const strategyStore = () => new SideStore<Strategy>((data) => data as Strategy, (held, data) => mergePatch(held, data));

/** The last places of each car by number, the oldest first: so many that a screen can show the way between two messages. */
export type Places = Readonly<Record<string, readonly Location[]>>;

/** Places kept of a car. A message of the feed holds about five of each. */
const KEPT = 14;

const byNumber = (held: Places, data: unknown): Places => {
  const next: Record<string, readonly Location[]> = { ...held };
  for (const l of (data as Location[] | null) ?? []) {
    const had = next[l.driver_number] ?? [];
    if ((had.at(-1)?.time ?? "") < l.time) next[l.driver_number] = [...had.slice(1 - KEPT), l];
  }
  return next;
};

export const placesStore = () => new SideStore<Places>((data) => byNumber({}, data), byNumber);
