"use client";
import { useEffect, useState } from "react";
import type { Why as Reasons } from "../../wire/types.ts";
import { sentence, statusWord } from "../../domain/event-words.ts";
import { carsOf, successors, type Told } from "../../domain/events.ts";
import { exactTime, instant } from "../../domain/time.ts";
import { address } from "../../live/address.ts";
import { useBoard, useEvents, usePlates, useSurroundings, useView } from "../../live/hooks.ts";
import { rest } from "../../live/rest.ts";
import { session } from "../../live/session.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { CopyButton, Messages } from "./Cited.tsx";
import { Words } from "./Line.tsx";
import { KindSign } from "./Parts.tsx";
import css from "./why.module.css";

/** So long before it a replay is set, to see it happen, ms. */
const LEAD_MS = 5000;

type Asked = { why: Reasons; problem: null } | { why: null; problem: string } | null;

/** What justifies an event, asked again with each new version of it. */
function useReasons(id: string): Asked {
  const { chosen } = useSurroundings();
  const { clock } = useView();
  const version = useEvents().byID.get(id)?.version ?? 0;
  const [asked, setAsked] = useState<Asked>(null);
  useEffect(() => {
    if (chosen == null) return;
    const stop = new AbortController();
    rest.why(chosen, id, clock, stop.signal).then(
      (why) => setAsked({ why, problem: null }),
      (e: unknown) => {
        if (!stop.signal.aborted) setAsked({ why: null, problem: e instanceof Error ? e.message : String(e) });
      },
    );
    return () => stop.abort();
  }, [chosen, id, clock, version]);
  return asked;
}

/** Whether the rule holds from the cited messages alone, in words and with a sign. */
function Verdict({ why }: { why: Reasons }) {
  const n = why.messages.length;
  const from = n === 1 ? "The message below alone shows it" : `The ${n} messages below alone show it`;
  if (!why.holds) return <p className={css.verdict} data-holds="no" data-testid="verdict"><b aria-hidden="true">✕</b><span>The cited messages alone do not show it: {why.problem}</span></p>;
  const back = why.event.status === "retracted";
  return <p className={css.verdict} data-holds="yes" data-testid="verdict"><b aria-hidden="true">✓</b><span>{back ? `${from}, and that it was taken back.` : `${from}: the rule, worked out again from nothing else, holds.`}</span></p>;
}

function Versions({ versions, exact }: { versions: readonly Told[]; exact: (text: string) => string }) {
  const first = instant(versions[0]?.known);
  return (
    <ol className={css.versions}>
      {versions.map((v) => {
        const after = first == null ? 0 : (instant(v.known) ?? first) - first;
        return (
          <li key={v.version} data-status={v.status}>
            <b>{v.version}</b><span className={css.status}>{statusWord(v.status)}</span><time>{exact(v.known)}</time>
            <span>{after > 0 ? `+${(after / 1000).toFixed(1)} s` : ""}</span><span className={css.note}>{v.detail ?? ""}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Related({ e, onOpen }: { e: Told; onOpen: (id: string) => void }) {
  const { byID, newest } = useEvents();
  const before = e.supersedes ? byID.get(e.supersedes) : undefined;
  const after = successors(newest).get(e.event_id);
  if (!e.supersedes && !after) return null;
  return (
    <p className={css.related}>
      {e.supersedes && <button type="button" onClick={() => onOpen(e.supersedes!)}>It replaces: {before?.title.toLowerCase() ?? e.supersedes}</button>}
      {after && <button type="button" onClick={() => onOpen(after.event_id)}>It was replaced by: {after.title.toLowerCase()}</button>}
    </p>
  );
}

function Body({ why, onClose }: { why: Reasons; onClose: () => void }) {
  const view = useView();
  const plates = usePlates();
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  const e = why.event;
  const exact = (text: string | null) => exactTime(instant(text), view.zone, offset);
  const cars = carsOf(e);
  const subjects = { cars, codes: cars.map((n) => plates[n]?.code ?? "").filter((c) => /^[A-Z]{3}$/.test(c)) };
  const at = instant(e.time);
  return (
    <div className={css.why}>
      <div className={css.what} data-status={e.status}>
        <KindSign e={e} />
        <span><Words e={e} plates={plates} theme={view.theme} /></span>
      </div>
      <p className={css.facts}>
        <span data-testid="why-status">{statusWord(e.status)}</span>
        {e.lap_number != null && <span>lap {e.lap_number}</span>}
        <span>happened {exact(e.time)}</span><span>known {exact(e.known)}</span><code>{e.kind}</code>
      </p>
      <Related e={e} onOpen={(id) => address.set({ why: id }, true)} />
      <h3>Rule</h3>
      <p className={css.rule} data-testid="rule">{why.rule}</p>
      <Verdict why={why} />
      <div className={css.actions}>
        <CopyButton label="Copy link" text={() => window.location.href} />
        <CopyButton label="Copy all as JSON" text={() => JSON.stringify(why, null, 2)} />
        {at != null && (
          <button
            type="button"
            onClick={() => {
              onClose();
              void session.seek(at - LEAD_MS);
            }}
          >
            Watch it
          </button>
        )}
      </div>
      <h3>Versions</h3>
      <Versions versions={why.versions} exact={exact} />
      <h3>Messages as they came</h3>
      <Messages messages={why.messages} subjects={subjects} exact={exact} />
      <p className="visually-hidden">{sentence(e, (n) => plates[n]?.code ?? String(n))}</p>
    </div>
  );
}

/** Why an event was told: the rule, whether it holds, its versions, and the raw messages. It has an address. */
export function Why() {
  const { why: id } = useView();
  return id == null ? null : <WhyOf key={id} id={id} />;
}

function WhyOf({ id }: { id: string }) {
  const asked = useReasons(id);
  const close = () => {
    if (address.view().why === id) address.set({ why: null });
  };
  return (
    <Dialog title={asked?.why ? `Why: ${asked.why.event.title.toLowerCase()}` : "Why?"} wide testid="why" onClose={close}>
      {asked?.why ? <Body why={asked.why} onClose={close} /> : (
        <div className={css.why} aria-live="polite">
          <p>{asked == null ? "Asking the server for its reasons" : `Nothing is known of this event at this moment of the session. ${asked.problem}`}</p>
        </div>
      )}
    </Dialog>
  );
}
