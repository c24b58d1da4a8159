"use client";
import { useState } from "react";
import { lapAt } from "../../domain/timeline.ts";
import { timeOfDay } from "../../domain/time.ts";
import { delayOf } from "../../domain/view.ts";
import { useBoard, useSessionNow, useSurroundings, useView } from "../../live/hooks.ts";
import { session } from "../../live/session.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { cx } from "../../ui/cx.ts";
import { Strip } from "./Strip.tsx";
import css from "./replay.module.css";

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50];

/** The neighbour of a speed on the ladder. */
export function nextSpeed(now: number, up: boolean): number {
  return up ? (SPEEDS.find((s) => s > now) ?? SPEEDS.at(-1)!) : (SPEEDS.findLast((s) => s < now) ?? SPEEDS[0]!);
}

function Speed({ speed }: { speed: number }) {
  return (
    <Popover label={<b>{speed}×</b>} name="Speed" className={css.button} align="left" testid="speed">
      {(close) => (
        <div className={css.speeds}>
          {SPEEDS.map((s) => (
            <button
              key={s} type="button" aria-pressed={s === speed}
              onClick={() => {
                void session.speed(s);
                close();
              }}
            >
              {s}×
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}

/** The delay that keeps the board in step with the viewer's picture. */
function Delay({ seconds }: { seconds: number }) {
  const [text, setText] = useState(String(seconds));
  return (
    <Popover
      label={seconds > 0 ? `−${seconds} s` : "Delay"} name="Match the delay of your picture" className={css.button} testid="delay"
    >
      {(close) => (
        <form
          className={css.delay}
          onSubmit={(e) => {
            e.preventDefault();
            session.delay(Math.min(300, Math.max(0, Math.round(Number(text) || 0))));
            close();
          }}
        >
          <p>Seconds behind live, so that the board does not run ahead of your picture. It applies to everything shown.</p>
          <div>
            <input type="range" min={0} max={300} value={Number(text) || 0} aria-label="Seconds behind live" onChange={(e) => setText(e.target.value)} />
            <input type="number" min={0} max={300} value={text} aria-label="Seconds" onChange={(e) => setText(e.target.value)} />
            <button type="submit">Set</button>
          </div>
        </form>
      )}
    </Popover>
  );
}

/** Replay controls: the whole session as a strip, steps, speed, and the way back to live. */
export function ReplayBar() {
  const { axis } = useSurroundings();
  const view = useView();
  const clock = useBoard((b) => b?.view.clock ?? "default");
  const paused = useBoard((b) => b?.view.paused ?? false);
  const speed = useBoard((b) => b?.view.speed ?? 1);
  const seekable = useBoard((b) => b?.view.seekable ?? false);
  const loaded = useBoard((b) => b != null);
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const part = useBoard((b) => b?.part ?? null);
  const now = useSessionNow();
  const own = clock.startsWith("c_");
  const lap = axis && now != null ? lapAt(axis, now) : null;
  return (
    <footer
      className={css.bar} aria-label="Replay" data-testid="replay"
      // A click leaves the keys where they were: space after it still means play and pause.
      onMouseDown={(e) => (e.target as HTMLElement).closest("button") && e.preventDefault()}
    >
      <div className={css.controls}>
        <button type="button" className={css.button} disabled={!loaded} aria-label="Back one lap" title="Back one lap ([)" onClick={() => void session.stepLaps(-1)} data-testid="step-back">
          <Icon name="back" />
        </button>
        <button
          type="button" className={cx(css.button, css.play)} disabled={!loaded} aria-label={paused ? "Play" : "Pause"}
          title={`${paused ? "Play" : "Pause"} (space)`} onClick={() => void session.pause(!paused)} data-testid="play"
        >
          <Icon name={paused ? "play" : "pause"} size={20} />
        </button>
        <button type="button" className={css.button} disabled={!loaded} aria-label="Forward one lap" title="Forward one lap (])" onClick={() => void session.stepLaps(1)} data-testid="step-forward">
          <Icon name="forward" />
        </button>
        <button type="button" className={cx(css.button, css.wide)} disabled={!axis} aria-label="Back to the event before" title="Back to the event before (p; with shift only flags, safety cars, parts)" onClick={() => void session.stepEvents(false)} data-testid="event-back">
          <Icon name="flagBack" />
        </button>
        <button type="button" className={cx(css.button, css.wide)} disabled={!axis} aria-label="On to the next event" title="On to the next event (n; with shift only flags, safety cars, parts)" onClick={() => void session.stepEvents(true)} data-testid="event-forward">
          <Icon name="flagForward" />
        </button>
        {(seekable || !loaded) && <Speed speed={speed} />}
      </div>
      <div className={css.middle}>
        {axis ? <Strip axis={axis} now={now} seekable={seekable} /> : <div className={css.blank}>{loaded ? "No time axis for this session yet" : ""}</div>}
      </div>
      <div className={css.controls}>
        <span className={css.now} data-testid="replay-time">
          <b>{lap != null ? `L${lap}` : part != null ? `Q${part}` : ""}</b>
          <span>{timeOfDay(now, view.zone, offset)}</span>
        </span>
        {own ? (
          <button type="button" className={cx(css.button, css.live)} onClick={() => session.backToLive()} title="Back (l)" data-testid="back-to-live">
            <Icon name="live" /><span>Back to live</span>
          </button>
        ) : (
          !seekable && loaded && <Delay key={view.clock} seconds={delayOf(view.clock)} />
        )}
      </div>
    </footer>
  );
}
