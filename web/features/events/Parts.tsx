"use client";
import type { CSSProperties } from "react";
import { reach } from "../../domain/colour.ts";
import type { Plate } from "../../domain/driver.ts";
import { joint, NAMED, shapes, signOf } from "../../domain/event-words.ts";
import { carsOf, type Told } from "../../domain/events.ts";
import type { Theme } from "../../domain/view.ts";
import { Shape } from "../../ui/Shape.tsx";
import { cx } from "../../ui/cx.ts";
import css from "./events.module.css";

/** The sign of a kind: a shape, a short word, and for flags the colour too. */
export function KindSign({ e }: { e: Told }) {
  const s = signOf(e.kind);
  return <span className={css.sign} data-tone={s.tone} data-priority={e.priority} title={e.title}><Shape d={shapes[s.group]} />{s.word}</span>;
}

function CarTag({ number, plate, theme }: { number: number; plate: Plate | undefined; theme: Theme }) {
  const team = reach(plate?.colour ?? null, theme === "light" ? "#ffffff" : "#14171c");
  return (
    <span className={css.car}>
      <i className={cx(css.team, plate?.second && css.second)} style={{ "--team": team } as CSSProperties} />
      <b>{plate?.code ?? number}</b>
    </span>
  );
}

/** The cars of an event in its own order, with the word between two. */
export function Cars({ e, plates, theme }: { e: Told; plates: Record<string, Plate>; theme: Theme }) {
  const all = carsOf(e);
  const cars = all.length > NAMED + 1 ? all.slice(0, NAMED) : all;
  const two = cars.length === 2;
  return (
    <span>
      {cars.map((n, i) => (
        <span key={n}>
          {i > 0 && (two ? <span className={css.joint}> {joint(e.kind)} </span> : " ")}
          <CarTag number={n} plate={plates[n]} theme={theme} />
        </span>
      ))}
      {cars.length < all.length && <span className={css.joint}> +{all.length - cars.length}</span>}
    </span>
  );
}
