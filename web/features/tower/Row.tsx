"use client";
import { memo, type KeyboardEvent } from "react";
import type { Column } from "../../domain/columns.ts";
import { reach } from "../../domain/colour.ts";
import { toChosen } from "../../domain/gaps.ts";
import { sentence, shapes, signOf } from "../../domain/event-words.ts";
import type { Told } from "../../domain/events.ts";
import { progressOf } from "../../domain/hot-lap.ts";
import { cutMargin, type Mode } from "../../domain/order.ts";
import { hadSevenCompounds } from "../../domain/tyres.ts";
import type { GapMode, Theme } from "../../domain/view.ts";
import { fastestFor, orderFor, secondsFor } from "../../live/derived.ts";
import { useBoard, usePlates } from "../../live/hooks.ts";
import { session } from "../../live/session.ts";
import { Shape } from "../../ui/Shape.tsx";
import { cx } from "../../ui/cx.ts";
import { cell, type RowFacts } from "./Cells.tsx";
import { useRowMenu } from "./long-press.ts";
import { Minis } from "./Minis.tsx";
import { statusOf } from "./status.ts";
import css from "./tower.module.css";

interface Props {
  id: string;
  /** its place in the table, the header is 1 */
  index: number;
  columns: Column[];
  mode: Mode;
  gaps: GapMode;
  chosen: string | null;
  names: boolean;
  history: number;
  phone: boolean;
  theme: Theme;
  cutBelow: number | null;
  /** the row that takes part in the tab order */
  tab: boolean;
  /** what the car has just done, for a few seconds */
  sign: Told | null;
  onChoose: (id: string) => void;
  onMenu: (id: string, x: number, y: number) => void;
  onMove: (id: string, step: number) => void;
}

/** What the car has just done, on the free end of its name: nothing moves for it. */
function Sign({ e }: { e: Told }) {
  const plates = usePlates();
  const s = signOf(e.kind);
  const text = sentence(e, (n) => plates[n]?.code ?? String(n));
  return <span className={css.sign} data-testid="row-sign" data-tone={s.tone} data-status={e.status} title={text}><Shape d={shapes[s.group]} size="0.68em" label={text} /></span>;
}

/** One car's line. It renders only when its own car or a figure about it has changed. */
export const Row = memo(function Row(p: Props) {
  const car = useBoard((b) => b?.cars[p.id]);
  const leads = useBoard((b) => orderFor(b)?.[0] === p.id);
  const second = useBoard((b) => secondsFor(b)?.has(p.id) ?? false);
  const fastestKey = useBoard((b) => fastestFor(b)?.key ?? null);
  const era2018 = useBoard((b) => b != null && hadSevenCompounds(b.session.start));
  const wantsChosen = p.gaps === "car" && p.chosen != null;
  const gap = useBoard((b) => (b && wantsChosen ? toChosen(b.cars, orderFor(b) ?? [], p.id, p.chosen!) : undefined));
  const red = useBoard((b) => b?.track.status === "red");
  const cut = useBoard((b) => (b && p.mode === "qualifying" ? cutMargin(b, orderFor(b) ?? [], p.id) : null));
  const press = useRowMenu((x, y) => p.onMenu(p.id, x, y), () => p.onChoose(p.id));
  if (!car) return null;
  const laps = session.store.bestLaps();
  const progress = p.mode === "race" ? null : progressOf(car, laps[p.id] ?? null, fastestKey ? (laps[fastestKey] ?? null) : null, red);
  const facts: RowFacts = {
    mode: p.mode, gaps: p.gaps, leads, second, fastest: fastestKey === p.id, toChosen: gap, chosen: p.chosen === p.id, cut,
    status: statusOf(car, p.mode, progress), names: p.names, era2018, history: p.history,
    single: !p.columns.some((c) => c.id === "gap") || !p.columns.some((c) => c.id === "interval"), alone: !p.columns.some((c) => c.id === "status"),
    colour: reach(car.colour, p.theme === "light" ? "#ffffff" : "#0b0d10"),
  };
  const gone = car.retired || car.knocked_out || (p.mode === "race" && car.stopped);
  return (
    <div
      role="row" className={cx(css.row, gone && css.gone, car.in_pit && css.inpit, facts.chosen && css.chosen, p.cutBelow != null && css.cut)}
      data-car={p.id} data-testid="row" data-cut={p.cutBelow ?? undefined} aria-current={facts.chosen || undefined} aria-rowindex={p.index} tabIndex={p.tab ? 0 : -1}
      {...press}
      onKeyDown={(e: KeyboardEvent) => {
        if (e.key === "Enter") p.onChoose(p.id);
        else if (e.key === "ArrowDown" || e.key === "ArrowUp") p.onMove(p.id, e.key === "ArrowDown" ? 1 : -1);
        else return;
        e.preventDefault();
        e.stopPropagation();
      }}
    >
      {p.columns.map((c) => (
        <div key={c.id} role="cell" className={cx(css.cell, css[c.align])} data-col={c.id} data-car={p.id}>
          {cell(c, car, facts)}
          {c.id === "code" && p.sign && <Sign e={p.sign} />}
        </div>
      ))}
      {p.phone && <div role="cell" className={css.lap} data-col="minis"><Minis segments={car.sectors.map((s) => s.segments).join("")} /></div>}
    </div>
  );
});
