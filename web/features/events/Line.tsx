"use client";
import { Fragment, memo } from "react";
import type { Plate } from "../../domain/driver.ts";
import { detailText, needsTitle, placesText, sentence, valueText } from "../../domain/event-words.ts";
import { carsOf, type Told } from "../../domain/events.ts";
import { instant, timeOfDay, type Zone } from "../../domain/time.ts";
import type { Theme } from "../../domain/view.ts";
import { Cars, KindSign } from "./Parts.tsx";
import css from "./events.module.css";

export interface LineProps {
  e: Told;
  plates: Record<string, Plate>;
  zone: Zone;
  offset: number;
  theme: Theme;
  /** it became known just now and matters */
  fresh: boolean;
  /** it interrupts and stays on top for a while */
  pin: boolean;
  /** the event that replaced it */
  successor: Told | null;
  /** the event that it replaced */
  before: Told | null;
  /** its button takes part in the tab order */
  tab: boolean;
  /** a wall has no controls */
  still: boolean;
  onWhy: (id: string) => void;
}

const HINT = "Not confirmed yet: the next messages may take it back";

/** What happened, in one or two lines; nothing here moves when it is confirmed. */
export function Words({ e, plates, theme }: { e: Told; plates: Record<string, Plate>; theme: Theme }) {
  const cars = carsOf(e).length > 0;
  const gone = e.status === "retracted";
  const detail = detailText(e);
  const rest = [placesText(e), valueText(e)].filter((t) => t !== "");
  const main = (
    <>
      {cars && <><Cars e={e} plates={plates} theme={theme} />{" "}</>}
      {(needsTitle(e) || !cars) && <><span className={cars ? css.title : css.alone}>{e.title}</span>{" "}</>}
      {rest.map((t) => <Fragment key={t}><span className={css.figure}>{t}</span>{" "}</Fragment>)}
    </>
  );
  return (
    <>
      {gone ? <s className={css.struck}>{main}</s> : main}
      {detail !== "" && <><span className={css.detail}>{detail}</span>{" "}</>}
      {e.status === "provisional" && <span className={css.maybe} title={HINT} aria-label="not confirmed yet">?</span>}
    </>
  );
}

/** One event of the list. A press anywhere on it, or Enter, asks why. */
export const Line = memo(function Line(p: LineProps) {
  const { e } = p;
  const name = (n: number) => p.plates[n]?.code ?? String(n);
  const gone = e.status === "retracted";
  return (
    <li
      className={css.line} data-testid="event" data-event={e.event_id} data-kind={e.kind} data-status={e.status} data-priority={e.priority}
      data-fresh={p.fresh || undefined} data-pin={p.pin || undefined} data-replaced={p.successor != null || undefined}
      onContextMenu={p.still ? undefined : (press) => {
        press.preventDefault();
        p.onWhy(e.event_id);
      }}
    >
      <span className={css.when}>{e.lap_number != null && `L${e.lap_number}`}</span>
      <time className={css.when} dateTime={e.time}>{timeOfDay(instant(e.time), p.zone, p.offset).slice(0, p.still ? 5 : 8)}</time>
      <KindSign e={e} />
      <span className={css.text}>
        <Words e={e} plates={p.plates} theme={p.theme} />
        {gone && <span className={css.reason}>taken back </span>}
        {p.before && !p.still && <button type="button" tabIndex={-1} className={css.link} onClick={() => p.onWhy(p.before!.event_id)}>replaces: {p.before.title.toLowerCase()}</button>}
        {p.successor && !p.still && <button type="button" tabIndex={-1} className={css.link} onClick={() => p.onWhy(p.successor!.event_id)}>now: {p.successor.title.toLowerCase()}</button>}
      </span>
      {!p.still && (
        <button type="button" className={css.why} data-why={e.event_id} tabIndex={p.tab ? 0 : -1} aria-haspopup="dialog" aria-label={`${sentence(e, name)}. Why?`} onClick={() => p.onWhy(e.event_id)}>
          why?
        </button>
      )}
    </li>
  );
});
