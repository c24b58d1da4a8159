"use client";
import { useEffect } from "react";
import { nextSpeed } from "../features/replay/ReplayBar.tsx";
import { matters } from "../domain/events.ts";
import type { GapMode } from "../domain/view.ts";
import { address } from "../live/address.ts";
import { session } from "../live/session.ts";

interface Opens {
  onSessions: () => void;
  onHelp: () => void;
}

function cycleGaps(): void {
  const view = address.view();
  const modes: GapMode[] = view.car ? ["interval", "gap", "car"] : ["interval", "gap"];
  address.set({ gaps: modes[(modes.indexOf(view.gaps) + 1) % modes.length]! });
}

/** What each key does, by its character. */
function actions(opens: Opens, shift: boolean): Record<string, () => void> {
  const step = shift ? 60_000 : 10_000;
  const shown = session.store.board()?.view;
  return {
    " ": () => void session.pause(!(shown?.paused ?? false)),
    ArrowLeft: () => void session.skip(-step),
    ArrowRight: () => void session.skip(step),
    "[": () => void session.stepLaps(-1),
    "]": () => void session.stepLaps(1),
    p: () => void session.stepEvents(false),
    n: () => void session.stepEvents(true),
    P: () => void session.stepEvents(false, true),
    N: () => void session.stepEvents(true, true),
    w: () => {
      const newest = session.events.list().newest.find(matters);
      if (newest) address.set({ why: newest.event_id }, true);
    },
    e: () => document.querySelector<HTMLElement>("[data-testid=events] [data-why]")?.focus(),
    ",": () => void session.speed(nextSpeed(shown?.speed ?? 1, false)),
    ".": () => void session.speed(nextSpeed(shown?.speed ?? 1, true)),
    l: () => session.backToLive(),
    "1": () => address.set({ density: "glance" }),
    "2": () => address.set({ density: "standard" }),
    "3": () => address.set({ density: "engineer" }),
    g: cycleGaps,
    t: () => address.set({ theme: address.view().theme === "dark" ? "light" : "dark" }),
    s: opens.onSessions,
    "?": opens.onHelp,
  };
}

/** Keys that work anywhere but in fields, open dialogs and controls that use them themselves. */
export function useKeys(opens: Opens): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
      const at = e.target as HTMLElement;
      if (at.closest("input, select, textarea, [role=menu]")) return;
      if (e.key === " " && at.closest("button, a")) return;
      const run = actions(opens, e.shiftKey)[e.key];
      if (!run) return;
      e.preventDefault();
      run();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}
