"use client";
import { useState } from "react";
import type { SessionEntry } from "../../wire/types.ts";
import { day, duration, instant } from "../../domain/time.ts";
import { useSurroundings } from "../../live/hooks.ts";
import { session } from "../../live/session.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Icon } from "../../ui/Icon.tsx";
import css from "./sessions.module.css";

function matches(e: SessionEntry, words: string): boolean {
  const s = e.session;
  const text = [s.event, s.name, s.circuit, s.country, s.start?.slice(0, 4)].filter(Boolean).join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((w) => text.includes(w));
}

function Entry({ e, chosen, onPick }: { e: SessionEntry; chosen: boolean; onPick: () => void }) {
  const from = instant(e.start);
  const to = instant(e.end);
  return (
    <li>
      <button type="button" className={css.entry} aria-current={chosen || undefined} onClick={onPick} data-testid="session" data-key={e.session.key}>
        <span className={css.title}><b>{e.session.event ?? e.session.key}</b><span>{e.session.name}</span></span>
        <span className={css.facts}>
          <span>{day(instant(e.session.start), e.session.utc_offset_s)}</span>
          {e.session.circuit && <span>{e.session.circuit}</span>}
          {from != null && to != null && to > from && <span>{duration(to - from)} held</span>}
        </span>
        <span className={css.tags}>
          {e.session.simulated && <span>SIMULATION</span>}
          {e.live && <span className={css.live}><Icon name="live" size={12} />Live</span>}
        </span>
      </button>
    </li>
  );
}

/** Chooses what to watch. */
export function Sessions({ onClose }: { onClose: () => void }) {
  const { sessions, kept, chosen } = useSurroundings();
  const [words, setWords] = useState("");
  const list = (sessions ?? []).filter((e) => matches(e, words));
  return (
    <Dialog title="Sessions" onClose={onClose}>
      {(sessions?.length ?? 0) > 6 && (
        <input className={css.find} type="search" placeholder="Event, circuit, year" aria-label="Find a session" value={words} onChange={(e) => setWords(e.target.value)} />
      )}
      <ul className={css.list}>
        {list.map((e) => (
          <Entry
            key={e.session.key} e={e} chosen={e.session.key === chosen}
            onPick={() => {
              session.choose(e.session.key);
              onClose();
            }}
          />
        ))}
      </ul>
      {kept && <p className={css.none} data-testid="kept">No connection. These are kept here from earlier visits, as they were then.</p>}
      {sessions == null && <p className={css.none}>The list has not arrived yet.</p>}
      {sessions != null && !kept && list.length === 0 && (
        <p className={css.none}>{words ? "No session has these words." : "Nothing is held here. Start with a source or a recording: pitwall replay PATH."}</p>
      )}
    </Dialog>
  );
}
