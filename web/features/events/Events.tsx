"use client";
import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { sentence, shapes } from "../../domain/event-words.ts";
import { groupOf, groups, matters, ordered, pick, pinned, PIN_MS, successors, within, type Told, type Wish } from "../../domain/events.ts";
import { address } from "../../live/address.ts";
import { useBoard, useChosenCode, useEvents, usePlates, useSessionNow, useView } from "../../live/hooks.ts";
import { Shape } from "../../ui/Shape.tsx";
import { Line } from "./Line.tsx";
import { KindSign } from "./Parts.tsx";
import css from "./events.module.css";

/** So many rows at most: older ones are a filter away. Until the list is scrolled only those that may be seen. */
const SHOWN = 200;
const AT_REST = 40;

function toggle(wish: Wish): void {
  const now = address.view().events;
  address.set({ events: ordered(now.includes(wish) ? now.filter((w) => w !== wish) : [...now, wish]) });
}

function Filters({ list }: { list: readonly Told[] }) {
  const { events: asked } = useView();
  const code = useChosenCode();
  const used = useMemo(() => new Set(list.map((e) => groupOf(e.kind))), [list]);
  const minor = useMemo(() => list.some((e) => e.priority === "P3"), [list]);
  const back = useMemo(() => list.some((e) => e.status === "retracted"), [list]);
  const chip = (wish: Wish, label: string, title: string, d?: string) => (
    <button key={wish} type="button" aria-pressed={asked.includes(wish)} title={title} onClick={() => toggle(wish)}>
      {d && <Shape d={d} size={8} />}{label}
    </button>
  );
  return (
    <div className={css.filters} role="group" aria-label="Show">
      {groups.filter((g) => used.has(g.group) || asked.includes(g.group)).map((g) => chip(g.group, g.label, `Only ${g.label.toLowerCase()}`, shapes[g.group]))}
      {(code != null || asked.includes("car")) && chip("car", code ?? "Chosen car", "Only the chosen car")}
      {(minor || asked.includes("minor")) && chip("minor", "+ Minor", "Also what is for the record: changes of order in the pits, lap times")}
      {(back || asked.includes("retracted")) && chip("retracted", "+ Taken back", "Keep events that were taken back")}
    </div>
  );
}

/** Arrow keys walk the list, so that it is one stop of the tab key. */
function useWalk() {
  const [at, setAt] = useState<string | null>(null);
  const root = useRef<HTMLOListElement>(null);
  const onKeyDown = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 }[e.key];
    const here = (e.target as HTMLElement).dataset.why;
    if (step == null || here == null) return;
    e.preventDefault();
    e.stopPropagation();
    const all = [...(root.current?.querySelectorAll<HTMLElement>("[data-why]") ?? [])];
    const next = all[Math.min(all.length - 1, Math.max(0, all.findIndex((b) => b.dataset.why === here) + step))];
    next?.focus();
    if (next) setAt(next.dataset.why!);
  };
  return { root, at, onKeyDown };
}

/** What happened, newest first, with filters; what interrupts stays on top for a while. */
export function Events({ still = false }: { still?: boolean }) {
  const view = useView();
  const { newest, byID, loaded } = useEvents();
  const plates = usePlates();
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const speed = useBoard((b) => b?.view.speed ?? 1);
  const now = useSessionNow(1000);
  const walk = useWalk();
  const [scrolled, setScrolled] = useState(false);
  const why = useCallback((id: string) => address.set({ why: id }, true), []);
  const wishes = still ? [] : view.events;
  const car = view.car == null ? null : Number(view.car);
  const top = pinned(newest, now, speed);
  const rest = pick(newest, { wishes, car, now, most: scrolled ? SHOWN : AT_REST }).filter((e) => !top.includes(e));
  const after = useMemo(() => successors(newest), [newest]);
  const shown = [...top, ...rest];
  const tab = shown.find((e) => e.event_id === walk.at) ?? shown[0];
  return (
    <section className={css.panel} aria-label="Events" data-testid="events">
      <header className={css.head}>
        <h2>Events</h2>
        {!still && <Filters list={newest} />}
      </header>
      <ol ref={walk.root} className={css.list} aria-label="Events, newest first" onKeyDown={walk.onKeyDown} onScroll={(e) => setScrolled(e.currentTarget.scrollTop > 0)}>
        {shown.map((e) => (
          <Line
            key={e.event_id} e={e} plates={plates} zone={view.zone} offset={offset} theme={view.theme} still={still} onWhy={why}
            fresh={matters(e) && within(e, now, PIN_MS)} pin={top.includes(e)} tab={e === tab}
            successor={after.get(e.event_id) ?? null} before={e.supersedes ? (byID.get(e.supersedes) ?? null) : null}
          />
        ))}
        {shown.length === 0 && (
          <li className={css.empty}>{newest.length === 0 ? (loaded ? "Nothing has happened yet" : "") : "No event like this. Others are hidden by the filter."}</li>
        )}
      </ol>
    </section>
  );
}

/** The event that just happened on one line, null when nothing that matters did. */
export function useLatestEvent(): Told | null {
  const { newest } = useEvents();
  const speed = useBoard((b) => b?.view.speed ?? 1);
  const now = useSessionNow(1000);
  return pinned(newest, now, speed)[0] ?? newest.slice(0, 20).find((e) => matters(e) && within(e, now, PIN_MS)) ?? null;
}

export function LatestEvent({ e }: { e: Told }) {
  const plates = usePlates();
  return (
    <span className={css.latest} data-testid="latest-event">
      <KindSign e={e} />
      <span className={css.oneline} data-status={e.status}>{sentence(e, (n) => plates[n]?.code ?? String(n))}</span>
    </span>
  );
}
