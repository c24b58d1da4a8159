"use client";
import { useMemo, useRef, useState } from "react";
import type { Cited as Message } from "../../wire/types.ts";
import { excerpt, jsonLines, SHORT, type Subjects } from "../../domain/evidence.ts";
import css from "./why.module.css";

/** How long the button says what it did, ms. */
const SAID_MS = 2000;

/** Copies text. Pages without a secure address may not: then the text is shown for the viewer to take. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [said, setSaid] = useState("");
  const [offer, setOffer] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = (words: string) => {
    setSaid(words);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(""), SAID_MS);
  };
  const copy = () => {
    const what = text();
    const done = navigator.clipboard?.writeText(what) ?? Promise.reject(new Error("no clipboard"));
    done.then(() => say("Copied"), () => setOffer(what));
  };
  return (
    <>
      <button type="button" onClick={copy}>{said || label}</button>
      <span className="visually-hidden" aria-live="polite">{said}</span>
      {offer != null && <textarea className={css.offer} readOnly autoFocus value={offer} aria-label="Copy this text" onFocus={(e) => e.currentTarget.select()} onBlur={() => setOffer(null)} />}
    </>
  );
}

function Raw({ message, subjects }: { message: Message; subjects: Subjects }) {
  const [whole, setWhole] = useState(false);
  const lines = useMemo(() => jsonLines(message.topic, message.payload, subjects), [message, subjects]);
  const shown = whole ? lines : excerpt(lines);
  const cut = shown.length < lines.length;
  return (
    <>
      <pre className={css.raw} tabIndex={0} aria-label={`Payload of message ${message.offset}`}>
        {shown.map((l, i) => (l.decides ? <mark key={i}>{l.text}{"\n"}</mark> : <span key={i}>{l.text}{"\n"}</span>))}
      </pre>
      {(cut || whole) && lines.length > SHORT && (
        <button type="button" className={css.more} aria-expanded={whole} onClick={() => setWhole(!whole)}>{whole ? "Show what decides" : `Show the whole message, ${lines.length} lines`}</button>
      )}
    </>
  );
}

/** The raw messages an event cites, by their place in the session's log. */
export function Messages({ messages, subjects, exact }: { messages: readonly Message[]; subjects: Subjects; exact: (text: string | null) => string }) {
  if (messages.length === 0) return <p className={css.note}>It cites no message.</p>;
  return (
    <ol className={css.messages}>
      {messages.map((m) => (
        <li key={m.offset} data-testid="cited" data-offset={m.offset}>
          <header>
            <b>{m.topic}</b><time>{exact(m.time)}</time><span className={css.note}>offset {m.offset}</span>
            <CopyButton label="Copy" text={() => JSON.stringify(m, null, 2)} />
          </header>
          <Raw message={m} subjects={subjects} />
        </li>
      ))}
    </ol>
  );
}
