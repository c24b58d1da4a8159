import type { Board } from "../wire/types.ts";

const KEY = "pitwall:board";

/** Keeps the last board, so that the next visit starts with it instead of with nothing. */
export function keep(board: Board, channel: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), channel, board }));
  } catch {
    // full or forbidden: the next visit starts empty
  }
}

export function kept(channel: string | null): { at: number; board: Board } | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null") as { at: number; channel: string; board: Board } | null;
    if (!found?.board?.cars || !found.board.view || !found.board.quality) return null;
    return channel == null || found.channel === channel ? found : null;
  } catch {
    return null;
  }
}
