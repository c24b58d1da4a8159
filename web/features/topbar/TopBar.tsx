"use client";
import type { ReactNode } from "react";
import { modeOf } from "../../domain/order.ts";
import { flaggedSectors, trackState } from "../../domain/flags.ts";
import { duration, instant, timeOfDay, UNKNOWN } from "../../domain/time.ts";
import { delayOf } from "../../domain/view.ts";
import { useBoard, useLink, useSessionNow, useSurroundings, useView } from "../../live/hooks.ts";
import { remaining } from "../../live/store.ts";
import { Icon } from "../../ui/Icon.tsx";
import { cx } from "../../ui/cx.ts";
import css from "./topbar.module.css";

/** Where the session stands: laps in a race, the part and the time left elsewhere. */
function Progress() {
  const mode = useBoard((b) => (b ? modeOf(b.session.type) : null));
  const lap = useBoard((b) => b?.lap ?? null);
  const total = useBoard((b) => b?.total_laps ?? null);
  const part = useBoard((b) => b?.part ?? null);
  const board = useBoard((b) => b);
  const now = useSessionNow();
  const left = board ? remaining(board, now) : null;
  if (mode == null) return <span className={css.progress}>{UNKNOWN}</span>;
  if (mode === "race") {
    return (
      <span className={css.progress} data-testid="laps" title={left == null ? undefined : `${duration(left)} of the time limit left`}>
        <small>Lap</small> <b>{lap ?? UNKNOWN}</b><span className={css.of}>/{total ?? UNKNOWN}</span>
      </span>
    );
  }
  const sprint = board?.session.type?.startsWith("sprint");
  return (
    <span className={css.progress} data-testid="clock">
      {mode === "qualifying" && part != null && <span className={css.part}>{sprint ? "SQ" : "Q"}{part}</span>}
      <b>{duration(left)}</b>
    </span>
  );
}

function TrackPill() {
  const track = useBoard((b) => b?.track);
  const status = useBoard((b) => b?.status ?? null);
  const part = useBoard((b) => b?.part ?? null);
  if (!track) return null;
  const state = trackState(track.status, status, part);
  const sectors = flaggedSectors(track.sectors);
  return (
    <span className={css.track} data-tone={state.tone} data-testid="track" title={track.message ?? state.word}>
      <span className={css.long}>{state.word}</span><span className={css.short}>{state.short}</span>
      {state.tone === "yellow" && sectors && <small>{sectors}</small>}
    </span>
  );
}

function WeatherDot() {
  const weather = useBoard((b) => b?.weather ?? null);
  if (!weather) return null;
  const wet = weather.rainfall === true;
  const words = `${weather.rainfall == null ? "Rain unknown" : wet ? "Rain" : "Dry"}, air ${weather.air_c ?? UNKNOWN} °C, track ${weather.track_c ?? UNKNOWN} °C`;
  return (
    <span className={css.weather} title={words} aria-label={words}>
      <i className={cx(css.dot, wet && css.wet)} />{weather.rainfall == null ? UNKNOWN : wet ? "Rain" : "Dry"}
      <span className={css.temps}>{weather.track_c == null ? UNKNOWN : `${Math.round(weather.track_c)}°`}</span>
    </span>
  );
}

/** How far behind, and whether the line to the server stands. */
function Delay() {
  const view = useView();
  const link = useLink();
  const shown = useBoard((b) => b?.view);
  const live = useBoard((b) => b?.quality.live ?? false);
  const trouble = useBoard((b) => b?.quality.trouble ?? "");
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const now = useBoard((b) => instant(b?.now));
  const { sessions } = useSurroundings();
  if (link.state === "offline") {
    return (
      <span className={cx(css.delay, css.lost)} role="status" data-testid="link" data-link="offline">
        No connection{now != null && <span className={css.more}> · last known state of {timeOfDay(now, view.zone, offset)}</span>}
      </span>
    );
  }
  if (link.state === "reconnecting") {
    return (
      <span className={cx(css.delay, css.lost)} role="status" data-testid="link" data-link="reconnecting" title={link.problem ?? undefined}>
        Reconnecting<span className={css.more}> · last data {timeOfDay(link.lastAt, "local", 0)}</span>
      </span>
    );
  }
  if (link.state === "connecting" && sessions?.length === 0) return <span className={css.delay} data-testid="link" data-link="idle">No session</span>;
  if (link.state === "connecting") return <span className={css.delay} data-testid="link" data-link="connecting">{link.problem ?? "Connecting"}</span>;
  if (!shown) return null;
  const behind = Math.round(shown.behind_ms / 1000);
  const delay = delayOf(view.clock);
  let words = trouble ? "Source lost" : live ? "Live" : "Ended";
  let short = words;
  let on = live && !trouble;
  if (shown.seekable) {
    on = false;
    words = shown.paused ? "Paused" : shown.speed === 1 ? "Replay" : `Replay ${shown.speed}×`;
    short = shown.paused ? "Paused" : shown.speed === 1 ? "Replay" : `${shown.speed}×`;
    if (shown.clock.startsWith("c_") && behind > 0) words += ` · ${duration(shown.behind_ms)} behind`;
  } else if (delay > 0 || (live && behind > 5)) {
    const late = delay > 0 ? delay : behind;
    words = `${late} s behind live`;
    short = `−${late} s`;
  }
  return (
    <span className={cx(css.delay, trouble !== "" && !shown.seekable && css.trouble)} data-testid="link" data-link="live" title={trouble || `The session's time at the track runs ${Math.round(offset / 360) / 10} h from UTC`}>
      <i className={cx(css.dot, on ? css.live : css.calm)} /><span className={css.long}>{words}</span><span className={css.short}>{short}</span>
    </span>
  );
}

/** The session's own time of day. */
function SessionClock() {
  const view = useView();
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const now = useSessionNow();
  const zone = view.zone === "track" ? "at the track" : view.zone === "utc" ? "UTC" : "your time";
  return <time className={css.time} dateTime={now == null ? undefined : new Date(now).toISOString()} title={`Session time, ${zone}`} data-testid="now">{timeOfDay(now, view.zone, offset)}</time>;
}

function Title({ onPick }: { onPick: (() => void) | null }) {
  const event = useBoard((b) => b?.session.event ?? null);
  const name = useBoard((b) => b?.session.name ?? null);
  const simulated = useBoard((b) => b?.session.simulated ?? false);
  return (
    <>
      <button
        type="button" className={css.title} disabled={onPick == null} onClick={onPick ?? undefined} title="Choose a session (s)" data-testid="pick"
      >
        <b>{event?.replace(/ Grand Prix(?: \(Simulation\))?$/, "") ?? "PitWall Live"}</b>
        {name && <span className={css.name}>{name}</span>}
        {onPick && <Icon name="chevron" />}
      </button>
      {simulated && <span className={css.simulated} title="Invented by the built-in simulator; no real session">SIMULATION</span>}
    </>
  );
}

/** One glance of context, always on screen. Controls of other features are handed in. */
export function TopBar({ onPick, controls }: { onPick: () => void; controls: ReactNode }) {
  const state = useBoard((b) => (b ? trackState(b.track.status, b.status, b.part).tone : "none"));
  const view = useView();
  return (
    <header className={css.topbar} data-tone={state} data-testid="topbar">
      <div className={css.left}>
        <Title onPick={view.wall ? null : onPick} />
      </div>
      <div className={css.middle}>
        <Progress />
        <TrackPill />
        <WeatherDot />
      </div>
      <div className={css.right}>
        <Delay />
        <SessionClock />
        {!view.wall && controls}
      </div>
    </header>
  );
}

/** Switches dark and light. */
export function ThemeButton({ theme, onToggle, className }: { theme: string; onToggle: () => void; className?: string }) {
  const next = theme === "dark" ? "light" : "dark";
  return (
    <button type="button" className={className} aria-label={`Switch to ${next}`} title={`Switch to ${next} (t)`} onClick={onToggle}>
      <Icon name={theme === "dark" ? "sun" : "moon"} />
    </button>
  );
}
