"use client";
import { compass } from "../../domain/conditions.ts";
import { flaggedSectors, trackState } from "../../domain/flags.ts";
import { age, instant, UNKNOWN } from "../../domain/time.ts";
import { useBoard, useSessionNow } from "../../live/hooks.ts";
import css from "./conditions.module.css";

const figure = (v: number | null | undefined, digits: number) => (v == null ? UNKNOWN : v.toFixed(digits));
/** A weather report is called old after three of its periods, ms. */
const OLD_MS = 180_000;

/** How long a state has held is asked of states of the track, not of the session. */
const flagged = (tone: string | undefined) => tone !== "check" && tone !== "none";

/** The track's state and the weather station's newest report. */
export function Conditions() {
  const w = useBoard((b) => b?.weather ?? null);
  const track = useBoard((b) => b?.track ?? null);
  const status = useBoard((b) => b?.status ?? null);
  const part = useBoard((b) => b?.part ?? null);
  const now = useSessionNow(1000);
  const at = instant(w?.time);
  const old = now != null && at != null && now - at > OLD_MS ? now - at : null;
  const state = track ? trackState(track.status, status, part) : null;
  const since = instant(track?.since);
  const sectors = track ? flaggedSectors(track.sectors) : "";
  return (
    <section className={css.panel} aria-label="Conditions" data-testid="conditions">
      <div className={css.state} data-tone={state?.tone ?? "none"}>
        <b>{state?.word ?? UNKNOWN}</b>
        <span>{sectors && state?.tone === "yellow" ? sectors : flagged(state?.tone) && since != null && now != null && now > since ? `for ${age(now - since)}` : ""}</span>
      </div>
      {w && <dl className={css.grid} data-old={old != null || undefined}>
        <div><dt>Air</dt><dd>{figure(w?.air_c, 1)}<small>°C</small></dd></div>
        <div><dt>Track</dt><dd>{figure(w?.track_c, 1)}<small>°C</small></dd></div>
        <div><dt>Rain</dt><dd>{w?.rainfall == null ? UNKNOWN : w.rainfall ? "Yes" : "No"}</dd></div>
        <div>
          <dt>Wind</dt>
          <dd title={w?.wind_deg == null ? undefined : `from ${w.wind_deg}°`}>
            {figure(w?.wind_ms, 1)}<small>m/s</small>
            {w?.wind_deg != null && <span className={css.from}><i style={{ transform: `rotate(${w.wind_deg + 180}deg)` }}>↑</i>{compass(w.wind_deg)}</span>}
          </dd>
        </div>
        <div><dt>Humidity</dt><dd>{figure(w?.humidity_pct, 0)}<small>%</small></dd></div>
        <div><dt>Pressure</dt><dd>{figure(w?.pressure_hpa, 0)}<small>hPa</small></dd></div>
      </dl>}
      {old != null && <p className={css.old}>Report is {age(old)} old</p>}
      {!w && <p className={css.old}>No weather report has arrived</p>}
    </section>
  );
}
