import type { Axis } from "../domain/timeline.ts";
import type { Board, SessionEntry } from "../wire/types.ts";

/** What a channel showed last, and when that was, ms since 1970. */
export interface Kept {
  at: number;
  channel: string;
  board: Board;
  axis: Axis | null;
}

/** What the browser keeps of a page; null where storage is forbidden. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const INDEX = "pitwall:kept";
/** Rises with the shape of what is kept: a board of another shape is dropped. */
const FORMAT = 2;
/** So many boards are kept: the ones looked at last. */
const MOST = 6;

const place = (channel: string) => `pitwall:kept:${channel}`;

/** The last boards of the channels looked at, so that a visit starts with them and works without a server. */
export class Cache {
  constructor(private readonly shelf: Shelf | null) {}

  private index(): string[] {
    try {
      const list: unknown = JSON.parse(this.shelf?.getItem(INDEX) ?? "[]");
      return Array.isArray(list) ? list.filter((c): c is string => typeof c === "string") : [];
    } catch {
      return [];
    }
  }

  keep(k: Kept): void {
    if (!this.shelf) return;
    try {
      const order = [k.channel, ...this.index().filter((c) => c !== k.channel)];
      for (const gone of order.splice(MOST)) this.shelf.removeItem(place(gone));
      this.shelf.setItem(place(k.channel), JSON.stringify({ format: FORMAT, ...k }));
      this.shelf.setItem(INDEX, JSON.stringify(order));
    } catch {
      // full or forbidden: the next visit starts with what was kept before, or empty
    }
  }

  /** What a channel showed last; without a channel, what was looked at last. */
  kept(channel: string | null): Kept | null {
    const wanted = channel ?? this.index()[0];
    if (wanted == null) return null;
    try {
      const found = JSON.parse(this.shelf?.getItem(place(wanted)) ?? "null") as (Kept & { format?: number }) | null;
      if (found?.format === FORMAT) return found.board?.cars && found.board.view && found.board.quality ? found : null;
      this.shelf?.removeItem(place(wanted));
      return null;
    } catch {
      return null;
    }
  }

  /** The sessions whose boards are kept, the one looked at last first. */
  sessions(): SessionEntry[] {
    const seen = new Map<string, SessionEntry>();
    for (const channel of this.index()) {
      const board = this.kept(channel)?.board;
      if (!board || seen.has(board.session.key)) continue;
      seen.set(board.session.key, {
        session: board.session, live: false, default: seen.size === 0, source: board.quality.source, start: board.session.start, end: board.now,
      });
    }
    return [...seen.values()];
  }
}

/** The browser's own storage. */
export function browserShelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null; // some private windows refuse it
  }
}
