import type { Envelope, Event as Told, Events } from "../wire/types.ts";
import type { Timers } from "./store.ts";

/** What readers get: the same object until something has changed. */
export interface EventList {
  /** the event that became known last comes first */
  newest: readonly Told[];
  byID: ReadonlyMap<string, Told>;
  /** rises with every whole state: what came with it is no news */
  epoch: number;
  /** the server has answered on this channel */
  loaded: boolean;
}

const MIN_FRAME_MS = 250; // one event is shown at once; what follows in a fast replay four times a second

const none: EventList = { newest: [], byID: new Map(), epoch: 0, loaded: false };

/** The events of one channel: each in its newest version. */
export class EventStore {
  private byID = new Map<string, Told>(); // in the order in which they became known
  private seq: number | null = null;
  private epoch = 0;
  private loaded = false;
  private shown: EventList = none;
  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  private flushedAt = 0;

  constructor(private readonly timers: Pick<Timers, "now" | "frame">) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  list = (): EventList => this.shown;
  serverList = (): EventList => none;

  /** Forgets the channel that was left: its events say nothing of another clock. */
  leave(): void {
    this.byID = new Map();
    this.seq = null;
    this.loaded = false;
    this.schedule();
  }

  /** Takes one message; false means that one before it never came, and a fresh snapshot is needed. */
  take(message: Envelope): boolean {
    if (message.type === "snapshot") {
      this.byID = new Map(((message.data as Events).events ?? []).map((e) => [e.event_id, e]));
      this.seq = message.seq;
      this.epoch++;
      this.loaded = true;
      this.schedule();
      return true;
    }
    if (message.type !== "event" || !this.loaded) return true;
    if (this.seq != null) {
      if (message.seq <= this.seq) return true;
      if ((message.seq_from ?? message.seq) > this.seq + 1) return false;
    }
    this.seq = message.seq;
    const e = message.data as Told;
    const held = this.byID.get(e.event_id);
    if (held && held.version > e.version) return true;
    this.byID.set(e.event_id, e);
    this.schedule();
    return true;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const tick = () => {
      if (this.timers.now() - this.flushedAt < MIN_FRAME_MS) {
        this.timers.frame(tick);
        return;
      }
      this.scheduled = false;
      this.flushedAt = this.timers.now();
      this.shown = { newest: [...this.byID.values()].reverse(), byID: new Map(this.byID), epoch: this.epoch, loaded: this.loaded };
      for (const listener of this.listeners) listener();
    };
    this.timers.frame(tick);
  }
}
