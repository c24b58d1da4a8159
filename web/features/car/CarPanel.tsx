"use client";
import { memo } from "react";
import type { Car } from "../../wire/types.ts";
import { codeOf } from "../../domain/driver.ts";
import { gapText } from "../../domain/gaps.ts";
import { messages, readable } from "../../domain/race-control.ts";
import { markState, segmentGlyph } from "../../domain/sectors.ts";
import { lapTime, UNKNOWN } from "../../domain/time.ts";
import { hadSevenCompounds, tyre } from "../../domain/tyres.ts";
import { address } from "../../live/address.ts";
import { sameList, useBoard, useView } from "../../live/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import css from "./car.module.css";

function Value({ label, text, mark = "" }: { label: string; text: string; mark?: string }) {
  const state = markState(mark);
  return (
    <div>
      <dt>{label}</dt>
      <dd data-s={state ?? undefined}>{state && <b>{segmentGlyph(state)}</b>}{text}</dd>
    </div>
  );
}

const Stints = memo(function Stints({ stints, era2018 }: { stints: Car["stints"]; era2018: boolean }) {
  const total = stints.reduce((n, s) => n + Math.max(1, s.laps), 0);
  if (stints.length === 0) return <p className={css.none}>No tyres known yet</p>;
  return (
    <ol className={css.stints} aria-label="Stints">
      {stints.map((s, i) => {
        const t = tyre(s.compound, era2018);
        return (
          <li key={i} data-tone={t.tone} style={{ flexGrow: Math.max(1, s.laps) / total }} title={`${t.word}, ${s.laps} laps driven, ${s.age} old`}>
            <b>{t.letter}</b> {s.laps}
          </li>
        );
      })}
    </ol>
  );
});

const kmh = (v: number | null | undefined) => (v == null ? UNKNOWN : String(v));

/** Everything about the chosen car. */
export function CarPanel() {
  const view = useView();
  const car = useBoard((b) => (view.car ? b?.cars[view.car] : undefined));
  const era2018 = useBoard((b) => b != null && hadSevenCompounds(b.session.start));
  const said = useBoard((b) => (b && car ? messages(b.race_control).filter((m) => m.driver_number === car.driver_number || (car.tla != null && m.message.includes(`(${car.tla})`))).slice(0, 4).map((m) => m.message) : []), sameList);
  const parts = useBoard((b) => b?.part != null);
  if (!car) {
    return (
      <section className={css.panel} aria-label="Car">
        <p className={css.none}>Choose a row for everything about a car.</p>
      </section>
    );
  }
  const gap = gapText(car.gap, car.leader_ms);
  return (
    <section className={css.panel} aria-label={`Car ${car.driver_number}`} data-testid="car-panel">
      <header className={css.head} style={{ borderLeftColor: car.colour ?? "var(--mark)" }}>
        <span><b>{car.name ?? codeOf(car)}</b><small>{car.driver_number} · {car.team ?? "team unknown"}</small></span>
        <span className={css.place}>{car.position == null ? UNKNOWN : `P${car.position}`}</span>
        <button type="button" className={css.close} aria-label="Let go of this car" onClick={() => address.set({ car: null }, true)}><Icon name="close" /></button>
      </header>
      <dl className={css.grid}>
        <Value label="To leader" text={car.position === 1 ? "leads" : `${gap.text} ${gap.also}`.trim()} />
        <Value label="To car ahead" text={car.position === 1 ? UNKNOWN : gapText(car.interval, null).text} />
        <Value label="Last lap" text={lapTime(car.last.ms)} mark={car.last.mark} />
        <Value label={car.best_lap ? `Best, lap ${car.best_lap}` : "Best lap"} text={lapTime(car.best.ms)} mark={car.best.mark} />
        <Value label="Best possible" text={lapTime(car.ideal_ms)} />
        <Value label="Laps" text={String(car.laps)} />
        {parts && car.part_best.map((v, i) => <Value key={i} label={`Q${i + 1}`} text={lapTime(v.ms)} mark={v.mark} />)}
      </dl>
      <dl className={css.grid}>
        <Value label="Intermediate 1" text={kmh(car.i1.kmh)} mark={car.i1.mark} />
        <Value label="Intermediate 2" text={kmh(car.i2.kmh)} mark={car.i2.mark} />
        <Value label="Speed trap" text={kmh(car.st.kmh)} mark={car.st.mark} />
      </dl>
      <Stints stints={car.stints} era2018={era2018} />
      {said.length > 0 && <ul className={css.said}>{said.map((text, i) => <li key={i} title={text}>{readable(text)}</li>)}</ul>}
    </section>
  );
}
