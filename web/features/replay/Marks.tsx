"use client";
import { memo } from "react";
import { shapes } from "../../domain/event-words.ts";
import type { EventMark, Group } from "../../domain/events.ts";
import { fraction, type Axis } from "../../domain/timeline.ts";
import css from "./replay.module.css";

/** The lane of the marks above the track, px; the strip's own padding leaves it free. */
export const LANE_PX = 12;
/** Marks of one group stand at least so far apart, px. */
const APART_PX = 7;

/** What matters as shapes above the strip; they are pressed like the strip itself. Drawn anew only with the list or the width. */
export const Marks = memo(function Marks({ axis, marks, width }: { axis: Axis; marks: readonly EventMark[]; width: number }) {
  const last = new Map<Group, number>();
  const drawn = marks.flatMap((m) => {
    const x = fraction(axis, m.at) * width;
    const near = last.get(m.group);
    if (!m.first && near != null && x - near < APART_PX) return [];
    last.set(m.group, x);
    return [{ ...m, x }];
  });
  drawn.sort((a, b) => Number(a.first) - Number(b.first)); // what interrupts lies on top
  return (
    <svg className={css.marks} width={width} height={LANE_PX} aria-hidden="true" data-testid="marks">
      {drawn.map((m) => {
        const size = m.first ? 10 : 7;
        const k = size / 12;
        return <path key={m.id} data-mark={m.id} data-first={m.first || undefined} d={shapes[m.group]} fillRule="evenodd" transform={`translate(${(m.x - size / 2).toFixed(1)} ${(LANE_PX - 1 - size).toFixed(1)}) scale(${k.toFixed(3)})`} />;
      })}
    </svg>
  );
});
