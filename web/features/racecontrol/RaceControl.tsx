"use client";
import { memo, useMemo } from "react";
import { flagTone } from "../../domain/flags.ts";
import { isAnnounced, kinds, messages, readable, type Message } from "../../domain/race-control.ts";
import { instant, timeOfDay, type Zone } from "../../domain/time.ts";
import { address } from "../../live/address.ts";
import { useBoard, useSessionNow, useView } from "../../live/hooks.ts";
import css from "./racecontrol.module.css";

const nothing = {};
const SHOWN = 200;

/** The word on the flag; messages without one have the kind's sign. */
function sign(m: Message): { word: string; tone: string } {
  if (m.kind === "safety") return { word: /VIRTUAL|VSC/.test(m.message) ? "VSC" : "SC", tone: "sc" };
  if (m.flag) {
    const short: Record<string, string> = {
      GREEN: "GREEN", CLEAR: "CLEAR", YELLOW: "YEL", "DOUBLE YELLOW": "2×YEL", RED: "RED", BLUE: "BLUE", CHEQUERED: "FLAG", "BLACK AND WHITE": "B/W",
    };
    return { word: short[m.flag.toUpperCase()] ?? m.flag, tone: flagTone(m.flag) };
  }
  if (m.kind === "stewards") return { word: /PENALTY/.test(m.message) ? "PEN" : "STEW", tone: "white" };
  if (m.kind === "car") return { word: "DEL", tone: "none" };
  return { word: m.category === "Drs" || /^DRS\b/.test(m.message) ? "DRS" : "", tone: "none" };
}

/** A new message stands out for so long, ms of the session. */
const FRESH_MS = 20_000;

/** On one line, what changes the session stays before what came after it for so long, ms. */
const MATTERS_MS = 60_000;

function isFresh(m: Message, now: number | null, span = FRESH_MS): boolean {
  const at = instant(m.time);
  return now != null && at != null && now - at < span;
}

const Line = memo(function Line({ m, tla, zone, offset, short, fresh }: {
  m: Message; tla: string | null; zone: Zone; offset: number; short: boolean; fresh: boolean;
}) {
  const s = sign(m);
  return (
    <li className={css.line} data-testid="message" data-id={m.id} data-fresh={fresh || undefined}>
      <span className={css.when}>{m.lap_number != null && `L${m.lap_number}`}</span>
      <time className={css.when}>{timeOfDay(instant(m.time), zone, offset).slice(0, short ? 5 : 8)}</time>
      <span className={css.sign} data-tone={s.tone}>{s.word}</span>
      <span className={css.text} title={m.message}>{tla && !m.message.includes(tla) ? <b>{tla} </b> : null}{readable(m.message)}</span>
    </li>
  );
});

/** Race control's messages, newest first, with filters. Blue flags are hidden until asked for. */
export function RaceControl({ filters = true }: { filters?: boolean }) {
  const view = useView();
  const byID = useBoard((b) => b?.race_control ?? nothing);
  const cars = useBoard((b) => b?.cars);
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const only = view.only;
  const now = useSessionNow(1000);
  const list = useMemo(() => messages(byID), [byID]);
  const shown = list.filter((m) => (only ? m.kind === only : m.kind !== "blue")).slice(0, SHOWN);
  const used = new Set(list.map((m) => m.kind));
  return (
    <section className={css.panel} aria-label="Race control" data-testid="race-control">
      <header className={css.head}>
        <h2>Race control</h2>
        {filters && (
          <div className={css.filters} role="group" aria-label="Show only">
            {kinds.filter((k) => used.has(k.kind)).map((k) => (
              <button
                key={k.kind} type="button" aria-pressed={only === k.kind}
                onClick={() => address.set({ only: only === k.kind ? null : k.kind })}
              >
                {k.label}
              </button>
            ))}
          </div>
        )}
      </header>
      <ol className={css.list} tabIndex={0} aria-label="Messages, newest first">
        {shown.map((m) => (
          <Line key={m.id} m={m} zone={view.zone} offset={offset} short={view.wall} fresh={isFresh(m, now)} tla={m.driver_number == null ? null : (cars?.[String(m.driver_number)]?.tla ?? null)} />
        ))}
        {shown.length === 0 && <li className={css.empty}>{list.length === 0 ? "No messages yet" : "No message of this kind"}</li>}
      </ol>
    </section>
  );
}

/** The newest message that matters on one line, for screens that are busy with the tower. */
export function LatestMessage() {
  const byID = useBoard((b) => b?.race_control ?? nothing);
  const now = useSessionNow(1000);
  const list = useMemo(() => messages(byID), [byID]);
  const latest = list.find((m) => isAnnounced(m) && isFresh(m, now, MATTERS_MS)) ?? list.find((m) => m.kind !== "blue");
  if (!latest) return <span className={css.latest}>No messages yet</span>;
  const s = sign(latest);
  return (
    <span className={css.latest}>
      {s.word && <span className={css.sign} data-tone={s.tone}>{s.word}</span>}
      <span className={css.oneline}>{readable(latest.message)}</span>
    </span>
  );
}
