"use client";
import type { StrategyUndercut } from "../../wire/types.ts";
import type { Plate } from "../../domain/driver.ts";
import { seconds, signed, stacked, type Part } from "../../domain/strategy.ts";
import css from "./strategy.module.css";

const letters: Record<Part["id"], string> = { stop: "S", in: "I", out: "O", pace: "T", traffic: "D" };
const legend: [Part["id"], string][] = [["stop", "stop"], ["in", "in-lap"], ["out", "out-lap"], ["pace", "tyre pace"], ["traffic", "traffic (dirty air)"]];
/** A part narrower than this share of its bar carries no letter. */
const NARROW = 0.045;

function Pair({ u, name, reach }: { u: StrategyUndercut; name: (n: number) => string; reach: number }) {
  const at = (ms: number) => 50 + (ms / reach) * 50;
  const bars = stacked(u).filter((b) => b.ms !== 0);
  const gained = u.gap_before_ms - u.gap_after_ms;
  const words = bars.map((b) => `${b.label} ${signed(b.ms)}`).join(", ");
  const forecast = u.forecast_ms == null ? "" : `; expected ${signed(u.forecast_ms)} ± ${seconds(u.forecast_spread_ms)}`;
  return (
    <li className={css.pair} data-testid="pair">
      <p>
        <b>{name(u.first)}</b> {u.kind === "overcut" ? "stops before" : "undercuts"} <b>{name(u.second)}</b>
        <span className={css.laps}>laps {u.first_lap}, {u.second_lap}{u.under === "green" ? "" : `, ${u.under.toUpperCase()}`}</span>
        <span className={css.result} title={`Gap before ${signed(u.gap_before_ms)} s, after ${signed(u.gap_after_ms)} s; minus is ahead${forecast}`}>
          {signed(u.gap_before_ms)} → {signed(u.gap_after_ms)} <strong>{u.worked ? "✓ ahead" : "✕"}</strong>
        </span>
      </p>
      <div className={css.bar} role="img" aria-label={`${name(u.first)} gained ${signed(gained)} s: ${words}`}>
        {bars.map((b) => (
          <i key={b.id} data-part={b.id} title={`${b.label} ${signed(b.ms, 2)} s`} style={{ left: `${at(b.from)}%`, width: `${at(b.to) - at(b.from)}%` }}>
            {(b.to - b.from) / (2 * reach) > NARROW ? letters[b.id] : ""}
          </i>
        ))}
        <u style={{ left: `${at(gained)}%` }} title={`In all ${signed(gained, 2)} s`} />
      </div>
    </li>
  );
}

/** What pairs of stops brought the car that stopped first: losses to the left, gains to the right, the sum as a line. */
export function Ledger({ pairs, plates, of }: { pairs: readonly StrategyUndercut[]; plates: Record<string, Plate>; of: string | null }) {
  if (pairs.length === 0) return null;
  const name = (n: number) => plates[n]?.code ?? String(n);
  const ends = pairs.flatMap((u) => stacked(u).flatMap((b) => [Math.abs(b.from), Math.abs(b.to)]));
  const reach = Math.max(1000, ...ends);
  return (
    <div className={css.ledger}>
      <h3>Undercuts{of ? ` of ${of}` : ", the last ones"}</h3>
      <p className={css.legend}>{legend.map(([id, word]) => <span key={id}><i data-part={id}>{letters[id]}</i>{word}</span>)}<span className={css.scale}>◂ lost · {seconds(reach)} s · gained ▸</span></p>
      <ol>{pairs.map((u) => <Pair key={`${u.first}-${u.first_lap}-${u.second}-${u.second_lap}`} u={u} name={name} reach={reach} />)}</ol>
    </div>
  );
}
