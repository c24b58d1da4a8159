import type { Board, Envelope } from "../wire/types.ts";
import { bestLapSectors, type LapSectors } from "../domain/hot-lap.ts";
import { instant } from "../domain/time.ts";
import { mergePatch } from "./patch.ts";

/** How the line to the server is. "offline": since the page was opened no server has answered. */
export type LinkState = "connecting" | "live" | "reconnecting" | "offline";

export interface Link {
  state: LinkState;
  transport: string;
  /** wall time of the newest message, ms since 1970; null before the first */
  lastAt: number | null;
  /** true while the board shown is older than this connection: cached, or of the clock just left */
  old: boolean;
  reconnects: number;
  /** messages that never came, by their numbers; 0 is what it must be */
  missed: number;
  /** why there is no board, in words, when the server said so */
  problem: string | null;
}

/** Callers hand in time, so that tests can. */
export interface Timers {
  now(): number;
  frame(run: () => void): void;
}

const MIN_FRAME_MS = 90; // tables render at most eleven times a second
const MAX_AHEAD_MS = 5000; // the session clock runs on its own for so long after the newest message

/**
 * The board of one channel. Messages are merged at once and shown together in the next frame; readers
 * subscribe and get the same objects back for what did not change.
 */
export class BoardStore {
  private merged: Board | null = null;
  private shown: Board | null = null;
  private readonly listeners = new Set<() => void>();
  private scheduled = false;
  private flushedAt = 0;
  private seq: number | null = null;
  private heldAt = 0; // local time at which merged.now arrived
  private quietFlush = true;
  private linkNow: Link = {
    state: "connecting", transport: "", lastAt: null, old: true, reconnects: 0, missed: 0, problem: null,
  };
  /** sectors of each car's best lap, learnt when it was driven under our eyes */
  private laps: Record<string, LapSectors> = {};

  constructor(private readonly timers: Timers) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  board = (): Board | null => this.shown;
  link = (): Link => this.linkNow;
  bestLaps = (): Record<string, LapSectors> => this.laps;

  /** True while what is on screen has just been replaced as a whole: nothing then counts as news. */
  quiet = (): boolean => this.quietFlush;

  /** Shows a board kept from an earlier look until the server answers. */
  warm(board: Board, at: number): void {
    if (!this.linkNow.old) return;
    this.merged = board;
    this.heldAt = this.timers.now();
    this.set({ lastAt: at, old: true });
    this.quietFlush = true;
    this.schedule();
  }

  /** Marks what is shown as belonging to a channel that was just left. */
  leave(): void {
    this.seq = null;
    this.set({ old: true, state: this.linkNow.state === "offline" ? "offline" : "connecting", problem: null });
  }

  /**
   * Takes one message. False means that one before it never came: the caller must ask for a fresh
   * snapshot. Repeats, which a recovery may bring, are dropped.
   */
  take(message: Envelope): boolean {
    if (message.type === "snapshot") {
      this.replace(message.data as Board, message.seq);
      return true;
    }
    if (message.type !== "delta" || this.merged == null || this.linkNow.old) return true;
    const first = message.seq_from ?? message.seq;
    if (this.seq != null) {
      if (message.seq <= this.seq) return true;
      if (first > this.seq + 1) {
        this.set({ missed: this.linkNow.missed + first - this.seq - 1 });
        return false;
      }
    }
    this.seq = message.seq;
    const before = this.merged;
    this.merged = mergePatch(before, message.data);
    this.learn(this.merged, before);
    if (this.merged.now !== before.now || this.merged.view !== before.view) this.heldAt = this.timers.now();
    this.set({ lastAt: Date.now() });
    this.schedule();
    return true;
  }

  private replace(board: Board, seq: number): void {
    if (this.merged?.session.key !== board.session.key) this.laps = {};
    this.merged = board;
    this.seq = seq;
    this.heldAt = this.timers.now();
    this.quietFlush = true;
    this.learn(board, null);
    this.set({ lastAt: Date.now(), old: false, problem: null, state: "live" });
    this.schedule();
  }

  /** Keeps the sectors of best laps at the moment they are complete. */
  private learn(board: Board, before: Board | null): void {
    for (const [key, car] of Object.entries(board.cars)) {
      if (before?.cars[key] === car) continue;
      const sectors = bestLapSectors(car);
      if (sectors && this.laps[key]?.join() !== sectors.join()) this.laps = { ...this.laps, [key]: sectors };
    }
  }

  /** The session's own time now, extrapolated from the newest message; null before the first. */
  sessionNow(): number | null {
    const board = this.merged;
    const at = instant(board?.now);
    if (!board || at == null) return null;
    if (board.view.paused || this.linkNow.old || this.linkNow.state !== "live") return at;
    const gone = Math.min(this.timers.now() - this.heldAt, MAX_AHEAD_MS);
    return at + gone * (board.view.speed > 0 ? board.view.speed : 1);
  }

  set(change: Partial<Link>): void {
    const entries = Object.entries(change) as [keyof Link, Link[keyof Link]][];
    if (entries.every(([k, v]) => this.linkNow[k] === v)) return;
    this.linkNow = { ...this.linkNow, ...change };
    this.schedule();
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
      this.shown = this.merged;
      for (const listener of this.listeners) listener();
      if (!this.linkNow.old) this.quietFlush = false;
    };
    this.timers.frame(tick);
  }
}

/** The remaining time of a session clock at a session time. */
export function remaining(board: Board, now: number | null): number | null {
  const clock = board.clock;
  if (!clock) return null;
  const at = instant(clock.at);
  if (!clock.running || at == null || now == null) return Math.max(0, clock.remaining_ms);
  return Math.max(0, clock.remaining_ms - (now - at));
}
