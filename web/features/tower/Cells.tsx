"use client";
import { memo } from "react";
import type { Car, Sector } from "../../wire/types.ts";
import type { Column } from "../../domain/columns.ts";
import { closeness, gapText } from "../../domain/gaps.ts";
import { placesGained, type Mode } from "../../domain/order.ts";
import { WHY_NO_CUT, WHY_NO_IDEAL, WHY_NO_POSITION, WHY_NO_SECTOR, WHY_NO_SPEED, whyNoGap, whyNoLap } from "../../domain/reasons.ts";
import { delta, lapTime, UNKNOWN } from "../../domain/time.ts";
import type { GapMode } from "../../domain/view.ts";
import { cx } from "../../ui/cx.ts";
import { Best, Mark } from "./Mark.tsx";
import { Minis } from "./Minis.tsx";
import type { Status } from "./status.ts";
import { Tyres } from "./Tyres.tsx";
import css from "./tower.module.css";

/** Everything a row's cells may need beside the car itself. */
export interface RowFacts {
  mode: Mode;
  gaps: GapMode;
  leads: boolean;
  second: boolean;
  fastest: boolean;
  /** ms to the chosen car, null when unknown, undefined when none is chosen */
  toChosen: number | null | undefined;
  chosen: boolean;
  cut: number | null;
  status: Status | null;
  names: boolean;
  era2018: boolean;
  history: number;
  /** no column for the gap: the interval column shows the reading the viewer chose */
  single: boolean;
  /** no column for the status: the gap's place tells it */
  alone: boolean;
  colour: string;
}

const Change = memo(function Change({ gained }: { gained: number | null }) {
  if (gained == null) return <span className={css.none} title="No grid position known">—</span>;
  if (gained === 0) return <span className={css.none}>·</span>;
  return (
    <span className={gained > 0 ? css.up : css.down} title={`${Math.abs(gained)} ${gained > 0 ? "gained" : "lost"} since the grid`}>
      <b>{gained > 0 ? "▲" : "▼"}</b>{Math.abs(gained)}
    </span>
  );
});

const Driver = memo(function Driver(p: { tla: string | null; name: string | null; number: number; team: string | null; colour: string; second: boolean; names: boolean }) {
  const family = p.name?.slice(p.name.indexOf(" ") + 1) ?? UNKNOWN;
  return (
    <span className={css.driver} title={[p.name ?? p.tla, p.number, p.team].filter((part) => part != null).join(" · ")}>
      <i className={cx(css.team, p.second && css.second)} style={{ "--team": p.colour } as React.CSSProperties} />
      <b className={css.code}>{p.tla ?? p.number}</b>
      {p.names && <span className={css.name}>{family}</span>}
    </span>
  );
});

function Interval({ car, primary, mode }: { car: Car; primary: boolean; mode: Mode }) {
  const { text } = gapText(car.interval, null);
  const near = mode !== "race" || car.in_pit || car.stopped || car.retired || car.chequered ? null : closeness(car.interval);
  return (
    <span className={cx(css.gap, (!primary || text === UNKNOWN) && css.dim)} title={why(text, car, mode)}>
      {text}
      {near != null && <i className={css.near} style={{ transform: `scaleX(${0.12 + 0.88 * near})` }} role="img" aria-label="within a second" />}
    </span>
  );
}

function ToLeader({ car, primary, mode, tag }: { car: Car; primary: boolean; mode: Mode; tag?: string }) {
  const { text, also } = gapText(car.gap, car.leader_ms);
  return (
    <span className={cx(css.gap, (!primary || text === UNKNOWN) && css.dim)} title={why(text, car, mode)}>
      {tag && <b className={css.tag}>{tag}</b>}
      {text}
      {also && <small>{also}</small>}
    </span>
  );
}

/** The reason of a dash, nothing for a value. */
function why(text: string, car: Car, mode: Mode): string | undefined {
  return text === UNKNOWN ? whyNoGap(car, mode) : undefined;
}

function Gaps({ id, car, f }: { id: "gap" | "interval"; car: Car; f: RowFacts }) {
  const toCar = f.gaps === "car" && f.toChosen !== undefined;
  const single = f.single; // one column stands for all three readings
  if (f.alone && f.status && f.status.tone !== "calm" && f.status.tone !== "flag") {
    const waits = f.mode !== "race" && (f.status.tone === "pit" || f.status.tone === "out");
    if (waits && !f.leads && car.gap.ms != null) return <ToLeader car={car} primary mode={f.mode} tag={f.status.tone === "pit" ? "PIT" : "OL"} />;
    return <span className={css.pill} data-tone={f.status.tone} title={f.status.title}>{f.status.word}</span>;
  }
  if (toCar && (id === "gap" || single)) {
    if (f.chosen) return <span className={css.none}>{"·"}</span>;
    return <span className={cx(css.gap, f.toChosen == null && css.dim)} title={f.toChosen == null ? whyNoGap(car, f.mode) : undefined}>{delta(f.toChosen ?? null)}</span>;
  }
  if (f.leads) {
    const word = f.mode === "race" ? "Leader" : "Fastest";
    return id === "gap" || single ? <span className={css.leads}>{word}</span> : <span className={css.none} />;
  }
  const asGap = f.mode === "race" && single ? f.gaps === "gap" : id === "gap";
  if (asGap) return <ToLeader car={car} mode={f.mode} primary={single || f.mode !== "race" || f.gaps !== "interval"} />;
  return <Interval car={car} mode={f.mode} primary={single || (f.mode === "race" && f.gaps === "interval")} />;
}

const SectorCell = memo(function SectorCell({ sector }: { sector: Sector | undefined }) {
  if (!sector) return <span className={css.none} title={WHY_NO_SECTOR}>—</span>;
  const current = sector.ms != null;
  return (
    <span className={css.sector}>
      <Mark
        text={lapTime(sector.ms ?? sector.previous_ms)} mark={current ? sector.mark : ""} dim={!current}
        title={current ? undefined : sector.previous_ms == null ? WHY_NO_SECTOR : "Previous lap"}
      />
      <Minis segments={sector.segments} />
    </span>
  );
});

function StatusCell({ car, f }: { car: Car; f: RowFacts }) {
  return (
    <span className={css.status}>
      {f.mode === "race" && (
        <span className={css.stops} title={`${car.stops} pit stop${car.stops === 1 ? "" : "s"}`}>{car.stops}</span>
      )}
      {f.status && <span className={css.pill} data-tone={f.status.tone} data-calm={f.mode !== "race" || undefined} title={f.status.title}>{f.status.word}</span>}
    </span>
  );
}

/** One cell of the tower. */
export function cell(column: Column, car: Car, f: RowFacts) {
  switch (column.id) {
    case "pos":
      return <span className={css.pos} title={car.position == null ? WHY_NO_POSITION : undefined}>{car.position ?? UNKNOWN}</span>;
    case "change":
      return <Change gained={placesGained(car)} />;
    case "code":
      return <Driver tla={car.tla} name={car.name} number={car.driver_number} team={car.team} colour={f.colour} second={f.second} names={f.names} />;
    case "tyre":
      return <Tyres stints={car.stints} era2018={f.era2018} history={f.history} />;
    case "gap":
    case "interval":
      return <Gaps id={column.id} car={car} f={f} />;
    case "cut":
      return <span className={cx(css.gap, (f.cut == null || f.cut <= 0) && css.dim)} title={f.cut == null ? WHY_NO_CUT : undefined}>{delta(f.cut)}</span>;
    case "last":
      return <Mark text={lapTime(car.last.ms)} mark={car.last.mark} title={car.last.ms == null ? whyNoLap(car) : undefined} />;
    case "best":
      return <Best ms={car.best.ms} text={lapTime(car.best.ms)} mark={f.fastest ? "ob" : ""} title={car.best.ms == null ? whyNoLap(car) : undefined} />;
    case "ideal":
      return <span className={cx(css.value, css.dim)} title={car.ideal_ms == null ? WHY_NO_IDEAL : undefined}>{lapTime(car.ideal_ms)}</span>;
    case "s1":
      return <SectorCell sector={car.sectors[0]} />;
    case "s2":
      return <SectorCell sector={car.sectors[1]} />;
    case "s3":
      return <SectorCell sector={car.sectors[2]} />;
    case "laps":
      return <span className={cx(css.value, css.dim)}>{car.laps}</span>;
    case "status":
      return <StatusCell car={car} f={f} />;
    case "trap":
      return <Mark text={car.st.kmh == null ? UNKNOWN : String(car.st.kmh)} mark={car.st.mark} title={car.st.kmh == null ? WHY_NO_SPEED : undefined} />;
  }
}
