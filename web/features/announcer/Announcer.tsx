"use client";
import { useEffect, useMemo, useRef, useState } from "react";
import { restatesMessage, sentence } from "../../domain/event-words.ts";
import { matters } from "../../domain/events.ts";
import { isAnnounced, messages, readable } from "../../domain/race-control.ts";
import { useBoard, useEvents, usePlates } from "../../live/hooks.ts";
import { session } from "../../live/session.ts";

const nothing = {};
/** People who listen are told something at most this often, ms. */
const EVERY_MS = 5000;
/** So much waits to be said; what comes on top pushes out the oldest that only matters. */
const WAITING = 4;
/** A replay faster than this tells only what interrupts. */
const CALM_ABOVE = 5;

interface Saying {
  text: string;
  interrupts: boolean;
}

/** Says of a list what was not in it before; what is there at first, or after a jump of the clock, is no news. */
function useRaceControl(say: (s: Saying) => void): void {
  const byID = useBoard((b) => b?.race_control ?? nothing);
  const list = useMemo(() => messages(byID), [byID]);
  const told = useRef<string | null>(null);
  useEffect(() => {
    const newest = list[0];
    if (told.current == null) {
      told.current = newest?.time ?? "";
      return;
    }
    const since = told.current;
    const fresh = list.filter((m) => m.time > since && isAnnounced(m)).reverse();
    if (newest) told.current = newest.time;
    for (const m of fresh.slice(-3)) say({ text: readable(m.message), interrupts: true });
  }, [list, say]);
}

function useHappened(say: (s: Saying) => void): void {
  const { newest, epoch } = useEvents();
  const plates = usePlates();
  const told = useRef<{ epoch: number; said: Map<string, string> }>({ epoch: 0, said: new Map() });
  useEffect(() => {
    const first = told.current.epoch !== epoch;
    if (first) told.current = { epoch, said: new Map() };
    const { said } = told.current;
    const fast = (session.store.board()?.view.speed ?? 1) > CALM_ABOVE;
    for (const e of newest.slice(0, 100).reverse()) {
      const before = said.get(e.event_id);
      said.set(e.event_id, e.status);
      const back = e.status === "retracted" && before != null && before !== "retracted" && e.priority <= "P1";
      if (first || !(back || (before == null && matters(e))) || restatesMessage(e.kind) || (fast && e.priority !== "P0")) continue;
      say({ text: sentence(e, (n) => plates[n]?.code ?? String(n)), interrupts: e.priority === "P0" });
    }
  }, [newest, epoch, plates, say]);
}

/** Reads out what changes the session and what matters in it, not more often than one can listen. */
export function Announcer() {
  const [text, setText] = useState("");
  const queue = useRef<Saying[]>([]);
  const say = useRef((s: Saying) => {
    queue.current.push(s);
    if (queue.current.length <= WAITING) return;
    const least = queue.current.findIndex((q) => !q.interrupts);
    queue.current.splice(Math.max(0, least), 1);
  }).current;
  useRaceControl(say);
  useHappened(say);
  useEffect(() => {
    const timer = setInterval(() => {
      const first = queue.current.findIndex((q) => q.interrupts);
      const [next] = queue.current.splice(Math.max(0, first), 1);
      if (next) setText(next.text);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return <div className="visually-hidden" aria-live="polite" data-testid="announcer">{text}</div>;
}
