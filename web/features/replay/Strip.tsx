"use client";
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import type { Board } from "../../wire/types.ts";
import { codeOf } from "../../domain/driver.ts";
import { orderOf } from "../../domain/order.ts";
import { sentence } from "../../domain/event-words.ts";
import { groups, nearestMark, type EventMark } from "../../domain/events.ts";
import { atFraction, densityOf, fraction, labelledLaps, labelledPeriods, lapAt, periodWord, type Axis } from "../../domain/timeline.ts";
import { duration, instant, timeOfDay } from "../../domain/time.ts";
import { useBoard, useEvents, usePlates, useSurroundings, useView } from "../../live/hooks.ts";
import { rest } from "../../live/rest.ts";
import { session } from "../../live/session.ts";
import { LANE_PX, Marks } from "./Marks.tsx";
import css from "./replay.module.css";

const BINS = 180;
const PREVIEW_AFTER_MS = 90;
const PREVIEW_CARS = 10;
/** Lap numbers stand at least so far apart, px. */
const LAP_PX = 26;
/** A press in the lane of the marks takes the one that is so near, px. */
const MARK_PX = 9;
const nothing = {};

const percent = (f: number) => `${(f * 100).toFixed(3)}%`;

/** Flags as background and laps as a scale; it changes only with the axis and the width. */
const Ground = memo(function Ground({ axis, width }: { axis: Axis; width: number }) {
  const written = labelledPeriods(axis, width);
  return (
    <>
      {axis.periods.map((p, i) => {
        const from = fraction(axis, p.from);
        const word = periodWord(p.status);
        return (
          <i key={i} className={css.period} data-status={p.status} title={word} style={{ left: percent(from), width: percent(fraction(axis, p.to) - from) }}>
            {written.has(i) && word}
          </i>
        );
      })}
      {labelledLaps(axis, LAP_PX / Math.max(1, width)).map((l) => (
        <span key={l.lap} className={css.lap} style={{ left: percent(fraction(axis, l.at)) }}>{l.lap}</span>
      ))}
    </>
  );
});

/** The width of an element, renewed when it changes. */
function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const el = ref.current;
    if (!el) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    watch.observe(el);
    return () => watch.disconnect();
  }, [ref]);
  return width;
}

/** How much happened when, from the messages known at this clock. */
const Events = memo(function Events({ axis, times }: { axis: Axis; times: number[] }) {
  const bins = densityOf(axis, times, BINS);
  const most = Math.max(3, ...bins);
  const d = bins.map((n, i) => (n === 0 ? "" : `M${i} 20V${(20 - (16 * Math.min(n, most)) / most).toFixed(1)}h.7V20z`)).join("");
  return (
    <svg className={css.events} viewBox={`0 0 ${BINS} 20`} preserveAspectRatio="none" aria-hidden="true">
      <path d={d} />
    </svg>
  );
});

/** The order at a moment that is being dragged to. */
function usePreview(at: number | null): Board | null {
  const { chosen } = useSurroundings();
  const [board, setBoard] = useState<Board | null>(null);
  useEffect(() => {
    if (at == null || chosen == null) {
      setBoard(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      rest.boardAt(chosen, new Date(at).toISOString(), stop.signal).then(setBoard, () => setBoard(null));
    }, PREVIEW_AFTER_MS);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [at, chosen]);
  return board;
}

/** What a mark says: the event where it is known at this clock, else only what kind of thing is there. */
function MarkWords({ mark }: { mark: EventMark }) {
  const e = useEvents().byID.get(mark.id);
  const plates = usePlates();
  const label = groups.find((g) => g.group === mark.group)?.label ?? "";
  return <p className={css.said}>{e ? sentence(e, (n) => plates[n]?.code ?? String(n)) : label}</p>;
}

function Preview({ axis, at, board, mark }: { axis: Axis; at: number; board: Board | null; mark: EventMark | null }) {
  const view = useView();
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const lap = lapAt(axis, at);
  const f = fraction(axis, at);
  return (
    <div className={css.preview} style={{ left: `clamp(66px, ${percent(f)}, calc(100% - 66px))` }} data-testid="preview">
      <header><b>{lap == null ? duration(at - axis.start) : `Lap ${lap}`}</b><span>{timeOfDay(at, view.zone, offset)}</span></header>
      {mark && <MarkWords mark={mark} />}
      <ol>
        {board && orderOf(board.cars).slice(0, PREVIEW_CARS).map((key) => (
          <li key={key}><i style={{ background: board.cars[key]!.colour ?? "var(--mark)" }} />{codeOf(board.cars[key]!)}</li>
        ))}
      </ol>
    </div>
  );
}

/** A moment for people who hear it. */
function moment(axis: Axis, at: number): string {
  const lap = lapAt(axis, at);
  const period = axis.periods.findLast((p) => p.from <= at && at < p.to && periodWord(p.status) !== "");
  return [lap == null ? duration(at - axis.start) : `lap ${lap}`, period && periodWord(period.status)].filter(Boolean).join(", ");
}

/** The session as a strip: press or drag to a moment, with a preview of the order there. */
export function Strip({ axis, now, seekable }: { axis: Axis; now: number | null; seekable: boolean }) {
  const { marks } = useSurroundings();
  const [mark, setMark] = useState<EventMark | null>(null);
  const ref = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const byID = useBoard((b) => b?.race_control ?? nothing);
  const width = useWidth(ref);
  const times = useMemo(() => Object.values(byID).flatMap((m) => instant((m as { time: string }).time) ?? []), [byID]);
  const seen = drag ?? hover;
  const board = usePreview(seen);
  const at = drag ?? now;

  const place = (e: PointerEvent) => {
    const box = ref.current!.getBoundingClientRect();
    const t = atFraction(axis, (e.clientX - box.left) / box.width);
    const near = e.clientY - box.top <= LANE_PX + 2 ? nearestMark(marks, t, ((axis.end - axis.start) / box.width) * MARK_PX) : null;
    setMark(near);
    if (near) return near.at;
    return seekable || now == null ? t : Math.min(t, now); // live has no future
  };
  const key = (e: KeyboardEvent) => {
    const step = { ArrowLeft: -10_000, ArrowRight: 10_000, PageDown: -60_000, PageUp: 60_000 }[e.key];
    if (step != null) void session.skip(step);
    else if (e.key === "Home") void session.seek(axis.start);
    else if (e.key === "End") void session.seek(axis.end);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div
      ref={ref} className={css.strip} role="slider" tabIndex={0} aria-label="Moment of the session" data-testid="strip"
      aria-valuemin={0} aria-valuemax={Math.round((axis.end - axis.start) / 1000)}
      aria-valuenow={at == null ? 0 : Math.round((at - axis.start) / 1000)}
      aria-valuetext={at == null ? "unknown" : moment(axis, at)}
      onKeyDown={key}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.currentTarget.setPointerCapture(e.pointerId);
        setDrag(place(e));
      }}
      onPointerMove={(e) => (drag == null ? e.pointerType === "mouse" && setHover(place(e)) : setDrag(place(e)))}
      onPointerLeave={() => {
        setHover(null);
        setMark(null);
      }}
      onPointerCancel={() => setDrag(null)}
      onPointerUp={(e) => {
        if (drag == null) return;
        void session.seek(place(e));
        setDrag(null);
        setHover(null);
      }}
    >
      <Marks axis={axis} marks={marks} width={width} />
      <div className={css.track}>
        <Ground axis={axis} width={width} />
        <Events axis={axis} times={times} />
        {at != null && <i className={css.played} style={{ width: percent(fraction(axis, at)) }} />}
        {at != null && <i className={css.cursor} style={{ left: percent(fraction(axis, at)) }} />}
        {drag == null && hover != null && <i className={css.ghost} style={{ left: percent(fraction(axis, hover)) }} />}
      </div>
      {seen != null && <Preview axis={axis} at={seen} board={board} mark={mark} />}
    </div>
  );
}
