"use client";
import { memo, type CSSProperties } from "react";
import type { Strategy, StrategyCar, StrategyStint } from "../../wire/types.ts";
import { reach } from "../../domain/colour.ts";
import type { Plate } from "../../domain/driver.ts";
import { modeOf } from "../../domain/order.ts";
import { bandText, inWindow, ledger, lossSource, lossUnder, seconds, signed, windowText } from "../../domain/strategy.ts";
import { lapTime, UNKNOWN } from "../../domain/time.ts";
import { hadSevenCompounds, tyre } from "../../domain/tyres.ts";
import type { Theme } from "../../domain/view.ts";
import { address } from "../../live/address.ts";
import { orderFor } from "../../live/derived.ts";
import { sameList, useBoard, usePlates, useStrategy, useView } from "../../live/hooks.ts";
import { cx } from "../../ui/cx.ts";
import { Ledger } from "./Ledger.tsx";
import css from "./strategy.module.css";

const none: string[] = [];
/** Pairs of stops shown without a chosen car, and with one. */
const PAIRS = 8;
const OWN_PAIRS = 20;

const conditions: [string, string][] = [["green", "Green"], ["vsc", "VSC"], ["sc", "Safety car"]];

function Loss({ s }: { s: Strategy }) {
  const now = useBoard((b) => lossUnder(b?.track.status ?? null));
  return (
    <dl className={css.loss} aria-label="What a stop costs">
      <div><dt>A stop costs</dt><dd className={css.unit}>seconds</dd></div>
      {conditions.flatMap(([id, word]) => {
        const l = s.pit_loss?.[id];
        if (!l) return [];
        const guess = l.stops === 0 && l.prior_stops === 0;
        return [(
          <div key={id} data-now={id === now || undefined} title={`One in ten costs less than ${seconds(l.low_ms)} s, one in ten more than ${seconds(l.high_ms)} s; from ${lossSource(l.stops, l.prior_stops)}`}>
            <dt>{word}</dt><dd data-guess={guess || undefined}>{guess && "~"}{seconds(l.median_ms)}{" "}<small>{seconds(l.low_ms, 0)}–{seconds(l.high_ms, 0)} s</small></dd>
          </div>
        )];
      })}
    </dl>
  );
}

interface RowProps {
  id: string;
  c: StrategyCar;
  plates: Record<string, Plate>;
  theme: Theme;
  era2018: boolean;
  chosen: boolean;
}

/** One car: when it stops, where it would come out, between whom, and who behind could undercut it. */
const CarRow = memo(function CarRow({ id, c, plates, theme, era2018, chosen }: RowProps) {
  const plate = plates[id];
  const code = (n: number | null) => (n == null ? UNKNOWN : (plates[n]?.code ?? String(n)));
  const j = c.rejoin;
  const next = c.window?.next ? tyre(c.window.next, era2018) : null;
  const team = reach(plate?.colour ?? null, theme === "light" ? "#ffffff" : "#14171c");
  const [threat] = c.threats ?? [];
  return (
    <tr className={cx(css.row, chosen && css.chosen, !c.running && css.gone)} data-testid="strategy-car" data-car={id} onClick={() => address.set({ car: chosen ? null : id }, true)}>
      <th scope="row">
        <i className={cx(css.team, plate?.second && css.second)} style={{ "--team": team } as CSSProperties} />
        <button type="button" aria-pressed={chosen}>{plate?.code ?? id}</button>
      </th>
      <td data-in={inWindow(c) || undefined} title={c.window ? (c.window.stops === 0 ? "By the wear seen so far it need not stop again" : `${c.window.stops} more stop${c.window.stops === 1 ? "" : "s"}${inWindow(c) ? "; its window is open now" : ""}`) : "Not enough laps to tell"}>
        {inWindow(c) && <b aria-hidden="true">▸</b>}{windowText(c.window)}{next && <small> {next.letter}</small>}{c.owes_stop && <em title="By the rules it still has to stop">!</em>}
      </td>
      <td title={j ? `Out on lap ${j.out_lap} as P${j.position}; four times in five P${j.position_low} to P${j.position_high}` : "It can not stop any more"}>{j ? <>P{j.position}{" "}<small>{bandText(j.position_low, j.position_high, j.position) === `P${j.position}` ? "" : `${j.position_low}–${j.position_high}`}</small></> : UNKNOWN}</td>
      <td className={css.between} title={j && j.traffic?.length ? `Close ahead on the road: ${j.traffic.map(code).join(", ")}` : undefined}>
        {j ? <><span>{j.ahead == null ? "clear" : `${code(j.ahead)} ${seconds(j.gap_ahead_ms)}`}</span>{" "}<span>{j.behind == null ? "last" : `${code(j.behind)} ${seconds(j.gap_behind_ms)}`}</span>{(j.traffic?.length ?? 0) > 0 && <em title="Traffic">{j.traffic!.length}×</em>}</> : ""}
      </td>
      <td className={css.threat} title={threat ? `${code(threat.driver_number)} is ${seconds(threat.gap_ms)} s behind and would gain ${seconds(threat.gain_ms)} ± ${seconds(threat.spread_ms)} s by stopping first` : undefined}>
        {threat ? <>{code(threat.driver_number)}{" "}<small>{signed(threat.gain_ms - threat.gap_ms)}</small></> : ""}
      </td>
    </tr>
  );
});

function Stints({ stints, era2018 }: { stints: readonly StrategyStint[]; era2018: boolean }) {
  return (
    <table className={css.table} data-testid="stints">
      <caption>Pace by stint</caption>
      <thead><tr><th scope="col">Tyre</th><th scope="col">Laps</th><th scope="col" title="Median of the clean laps">Pace</th><th scope="col" title="On a new set, with the fuel of the last lap, alone">Corrected</th><th scope="col" title="Seconds a lap of age, with one standard deviation">Wear</th></tr></thead>
      <tbody>
        {stints.map((s) => (
          <tr key={s.lap_start}>
            <th scope="row">{tyre(s.compound, era2018).letter}{" "}<small>{tyre(s.compound, era2018).word}</small></th>
            <td>{s.lap_start}–{s.lap_end}{" "}<small>{s.clean_laps} clean</small></td><td>{lapTime(s.median_ms)}</td><td>{lapTime(s.corrected_ms)}</td>
            <td title={s.wear ? undefined : "Too few clean laps"}>{s.wear ? `${s.wear.s.toFixed(3)} ± ${s.wear.spread_s.toFixed(3)}` : UNKNOWN}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** When each car stops, where it would come out, and what stops have brought. Everything here is an estimate. */
export function StrategyPanel() {
  const view = useView();
  const s = useStrategy();
  const plates = usePlates();
  const order = useBoard((b) => orderFor(b) ?? none, sameList);
  const race = useBoard((b) => b != null && modeOf(b.session.type) === "race");
  const era2018 = useBoard((b) => b != null && hadSevenCompounds(b.session.start));
  if (!race) return <section className={css.panel} aria-label="Strategy"><p className={css.none}>Stops are planned in races only.</p></section>;
  const cars = order.filter((id) => s?.cars?.[id]);
  const own = view.car != null ? s?.cars?.[view.car] : undefined;
  if (!s || cars.length === 0) return <section className={css.panel} aria-label="Strategy" data-testid="strategy">{s && <Loss s={s} />}<p className={css.none}>{s ? "Nothing to tell before the first laps are driven." : ""}</p></section>;
  const pairs = ledger(s, own ? own.driver_number : null, own ? OWN_PAIRS : PAIRS);
  const details = (
    <>
      {own && (own.stints?.length ?? 0) > 0 && <Stints stints={own.stints!} era2018={era2018} />}
      <Ledger pairs={pairs} plates={plates} of={own ? (plates[view.car!]?.code ?? null) : null} />
    </>
  );
  return (
    <section className={css.panel} aria-label="Strategy" data-testid="strategy">
      <Loss s={s} />
      {own && details}
      <table className={css.table}>
        <caption className="visually-hidden">Estimates for each car, came it in now</caption>
        <thead>
          <tr>
            <th scope="col">Car</th><th scope="col" title="Laps on which it should stop next, and on which tyre">Window</th><th scope="col" title="Place after its out-lap, came it in now; the band holds four times in five">Out at</th>
            <th scope="col" title="The car ahead and the car behind there, with the seconds to them">Between</th><th scope="col" title="A car behind that would be ahead, stopped it first; seconds by which">Threat</th>
          </tr>
        </thead>
        <tbody>
          {cars.map((id) => <CarRow key={id} id={id} c={s.cars[id]!} plates={plates} theme={view.theme} era2018={era2018} chosen={view.car === id} />)}
        </tbody>
      </table>
      {!own && details}
    </section>
  );
}
