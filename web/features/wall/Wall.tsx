"use client";
import { useEffect, useState, type ReactNode } from "react";
import type { Board } from "../../wire/types.ts";
import { momentOf, oldestSets, type Moment } from "../../domain/moments.ts";
import { fastestCar, modeOf } from "../../domain/order.ts";
import { codeOf } from "../../domain/driver.ts";
import { gapText } from "../../domain/gaps.ts";
import { lapTime, UNKNOWN } from "../../domain/time.ts";
import { hadSevenCompounds, tyre } from "../../domain/tyres.ts";
import { sameList, useBoard } from "../../live/hooks.ts";
import { session } from "../../live/session.ts";
import css from "./wall.module.css";

/** How long a moment stays, ms; one that matters more takes its place at once. */
const STAY_MS = 12_000;
const rank: Record<Moment["kind"], number> = { flag: 3, lead: 2, best: 2, rain: 2, message: 1 };

/** The moment to look at; null when nothing has happened for a while. */
function useMoment(): Moment | null {
  const [moment, setMoment] = useState<Moment | null>(null);
  useEffect(() => {
    let before: Board | null = session.store.board();
    let shown: Moment | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = session.store.subscribe(() => {
      const after = session.store.board();
      if (!after || after === before) return;
      const found = before && !session.store.quiet() ? momentOf(before, after) : null;
      before = after;
      if (!found || (shown && rank[found.kind] < rank[shown.kind])) return;
      shown = found;
      setMoment(found);
      clearTimeout(timer);
      timer = setTimeout(() => {
        shown = null;
        setMoment(null);
      }, STAY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return moment;
}

function CarLine({ id }: { id: string }) {
  const car = useBoard((b) => b?.cars[id]);
  const race = useBoard((b) => b != null && modeOf(b.session.type) === "race");
  const era2018 = useBoard((b) => b != null && hadSevenCompounds(b.session.start));
  if (!car) return null;
  const set = car.stints.at(-1);
  return (
    <dl className={css.car}>
      <div><dt>Place</dt><dd>{car.position == null ? UNKNOWN : `P${car.position}`}</dd></div>
      <div><dt>{race ? "Ahead" : "Gap"}</dt><dd>{car.position === 1 ? "leads" : gapText(race ? car.interval : car.gap, null).text}</dd></div>
      <div><dt>Last</dt><dd>{lapTime(car.last.ms)}</dd></div>
      <div><dt>Tyre</dt><dd>{set ? `${tyre(set.compound, era2018).letter} ${set.age}` : UNKNOWN}</dd></div>
    </dl>
  );
}

/** What a room asks at rest: the fastest lap, and whose tyres are oldest. */
function Facts() {
  const race = useBoard((b) => b != null && modeOf(b.session.type) === "race");
  const fastest = useBoard((b) => {
    const key = b ? fastestCar(b.cars) : null;
    const car = key == null ? null : b!.cars[key]!;
    return car ? `${codeOf(car)} ${lapTime(car.best.ms)}` : UNKNOWN;
  });
  const sets = useBoard((b) => (b ? oldestSets(b, 3).map((s) => `${s.code} ${s.age}`) : []), sameList);
  return (
    <dl className={css.facts}>
      <div><dt>Fastest lap</dt><dd>{fastest}</dd></div>
      {race && <div><dt>Oldest tyres, laps</dt><dd>{sets.length === 0 ? UNKNOWN : sets.map((s) => <span key={s}>{s}</span>)}</dd></div>}
    </dl>
  );
}

/**
 * The top of a wall's side panel, of fixed height: at rest the panel handed in, for some seconds what has
 * just happened. The list below never moves.
 */
export function WallPanel({ children }: { children: ReactNode }) {
  const moment = useMoment();
  return (
    <section className={css.panel} aria-label="Now" data-testid="wall-panel" data-moment={moment?.kind}>
      {moment ? (
        <div className={css.moment} data-tone={moment.tone} data-kind={moment.kind} key={`${moment.kind} ${moment.title} ${moment.text}`}>
          <b>{moment.title}</b>
          {moment.text && <p>{moment.text}</p>}
          {moment.car && <CarLine id={moment.car} />}
        </div>
      ) : (
        <div className={css.rest}>{children}<Facts /></div>
      )}
    </section>
  );
}
