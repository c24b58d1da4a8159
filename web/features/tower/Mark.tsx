"use client";
import { memo, useEffect, useRef, useState } from "react";
import { markState, segmentGlyph } from "../../domain/sectors.ts";
import { UNKNOWN } from "../../domain/time.ts";
import { cx } from "../../ui/cx.ts";
import { session } from "../../live/session.ts";
import css from "./tower.module.css";

/** How long a new value is marked, ms. */
const FRESH_MS = 600;
/** A replay faster than this renews everything all the time: then nothing is marked. */
const CALM_ABOVE = 5;
/** How long a withdrawn value stays, struck through, ms. */
const STRUCK_MS = 4000;

/** Marks an element for a moment when its text becomes another one under the viewer's eyes. */
function useFresh(text: string) {
  const ref = useRef<HTMLSpanElement>(null);
  const before = useRef(text);
  useEffect(() => {
    if (before.current === text) return;
    before.current = text;
    const fast = (session.store.board()?.view.speed ?? 1) > CALM_ABOVE;
    if (fast || session.store.quiet() || text === UNKNOWN || text === "") return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    ref.current?.animate(
      [{ backgroundColor: "var(--fresh)" }, { backgroundColor: "transparent" }],
      { duration: FRESH_MS, easing: still ? "steps(1, end)" : "ease-out" },
    );
  }, [text]);
  return ref;
}

interface Props {
  text: string;
  /** "ob", "pb" or "" */
  mark?: string;
  dim?: boolean;
  title?: string;
}

/** A value with its mark as colour and shape. */
export const Mark = memo(function Mark({ text, mark = "", dim, title }: Props) {
  const ref = useFresh(text);
  const state = markState(mark);
  return (
    <span ref={ref} className={cx(css.value, (dim || text === UNKNOWN) && css.dim)} data-s={state ?? undefined} title={title}>
      {state && <b className={css.glyph} aria-label={state === "overall" ? "overall best" : "personal best"}>{segmentGlyph(state)}</b>}
      {text}
    </span>
  );
});

/**
 * A best lap. When it gets worse it was deleted or corrected: the old value stays struck through for a
 * moment, then leaves.
 */
export const Best = memo(function Best({ ms, text, mark, title }: { ms: number | null; text: string; mark: string; title?: string }) {
  const held = useRef<{ ms: number | null; text: string }>({ ms, text });
  const [struck, setStruck] = useState<string | null>(null);
  useEffect(() => {
    const old = held.current;
    held.current = { ms, text };
    if (old.ms === ms) return;
    const worse = old.ms != null && (ms == null || ms > old.ms) && !session.store.quiet();
    setStruck(worse ? old.text : null);
  }, [ms, text]);
  useEffect(() => {
    if (struck == null) return;
    const timer = setTimeout(() => setStruck(null), STRUCK_MS);
    return () => clearTimeout(timer);
  }, [struck]);
  if (struck) return <span className={cx(css.value, css.struck)} title="This lap no longer counts"><s>{struck}</s></span>;
  return <Mark text={text} mark={mark} title={title} />;
});
