"use client";
import { missingReason, qualityWord } from "../../domain/quality.ts";
import { age, instant } from "../../domain/time.ts";
import { useBoard, useLink, useSessionNow } from "../../live/hooks.ts";
import { Popover } from "../../ui/Popover.tsx";
import css from "./quality.module.css";

const transports: Record<string, string> = { websocket: "WebSocket", http_stream: "HTTP stream", sse: "Server-sent events" };

/** How good the data are: one word in the bar, everything behind it. */
export function QualityButton() {
  const quality = useBoard((b) => b?.quality ?? null);
  const link = useLink();
  if (!quality) return null;
  const word = qualityWord(quality, link.missed);
  const away = link.state === "reconnecting" || link.state === "offline";
  const level = away ? "lost" : word.level;
  const said = away ? "Line lost" : word.word;
  return (
    <Popover
      name={`Data quality: ${said}`} testid="quality"
      label={<span className={css.badge} data-level={level}><i /><span>{said}</span></span>}
    >
      {() => <QualityPanel />}
    </Popover>
  );
}

function QualityPanel() {
  const quality = useBoard((b) => b?.quality ?? null);
  const link = useLink();
  const now = useSessionNow(1000);
  if (!quality) return null;
  const topics = Object.entries(quality.topics).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <div className={css.panel} data-testid="quality-panel">
      <h2>Data quality</h2>
      <dl className={css.line}>
        <div><dt>Source</dt><dd>{quality.source || "unknown"}{quality.trouble ? `: ${quality.trouble}` : ""}</dd></div>
        <div><dt>Line to the server</dt><dd>{link.state === "live" ? (transports[link.transport] ?? link.transport) : link.state}</dd></div>
        <div><dt>Reconnects</dt><dd data-testid="reconnects">{link.reconnects}</dd></div>
        <div><dt>Messages missed</dt><dd data-testid="missed">{link.missed}</dd></div>
        <div><dt>Messages unusable</dt><dd>{quality.skipped}</dd></div>
      </dl>
      <table className={css.topics}>
        <thead><tr><th scope="col">Topic</th><th scope="col">Messages</th><th scope="col">Newest</th></tr></thead>
        <tbody>
          {topics.map(([name, t]) => {
            const at = instant(t.last);
            return (
              <tr key={name} data-stale={t.stale || undefined}>
                <th scope="row">{name}</th>
                <td>{t.messages}</td>
                <td>{at == null || now == null ? "—" : age(now - at)}{t.stale ? " · late" : ""}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {(quality.gaps ?? []).length > 0 && (
        <>
          <h3>Gaps: the source was lost</h3>
          <ul className={css.missing} data-testid="gaps">
            {quality.gaps.map((g) => <li key={g.from}>{g.from.slice(11, 19)} to {g.to.slice(11, 19)} UTC</li>)}
          </ul>
        </>
      )}
      {(quality.missing ?? []).length > 0 && (
        <>
          <h3>Missing</h3>
          <dl className={css.missing}>
            {(quality.missing ?? []).map((name) => <div key={name}><dt>{name}</dt><dd>{missingReason(name, quality.source)}</dd></div>)}
          </dl>
        </>
      )}
    </div>
  );
}
