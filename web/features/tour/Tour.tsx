"use client";
import { useEffect, useState } from "react";
import { useBoard } from "../../live/hooks.ts";
import css from "./tour.module.css";

const SEEN = "pitwall:toured";
const STEP_MS = 4000;
/** Columns find their width as values come: what is framed is looked for again this often. */
const AGAIN_MS = 200;

const steps = [
  { at: ["[data-testid=row]"], words: "The order. Rows glide when places change; columns never move." },
  { at: ["[data-testid=row]:nth-of-type(2) [data-col=interval]", "[data-testid=row]:nth-of-type(2) [data-col=gap]"], words: "Time to the car ahead. A bar under it means less than a second." },
  { at: ["[data-testid=row] [data-col=s1]", "[data-testid=row] [data-col=minis]"], words: "Mini-sectors: ■ best of all, ▲ own best, ● slower." },
  { at: ["[data-testid=track]"], words: "The track's state, and how far the session is." },
  { at: ["[data-testid=strip]"], words: "The whole session. Press or drag to any moment." },
];

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The first of the places that is on screen. */
function place(selectors: readonly string[]): Box | null {
  for (const selector of selectors) {
    const r = document.querySelector(selector)?.getBoundingClientRect();
    if (r && r.width > 0) return { left: r.left - 4, top: r.top - 4, width: r.width + 8, height: r.height + 8 };
  }
  return null;
}

function same(a: Box | null, b: Box | null): boolean {
  return a?.left === b?.left && a?.top === b?.top && a?.width === b?.width && a?.height === b?.height;
}

/** A first visit is shown around for twenty seconds, once. The board runs on underneath. */
export function Tour() {
  const loaded = useBoard((b) => b != null);
  const [step, setStep] = useState<number | null>(null);
  const [box, setBox] = useState<Box | null>(null);
  useEffect(() => {
    if (!loaded) return;
    try {
      if (localStorage.getItem(SEEN)) return;
      localStorage.setItem(SEEN, "1");
      setStep(0);
    } catch {
      // without storage it would return on every visit: leave it out
    }
  }, [loaded]);
  useEffect(() => {
    if (step == null) return;
    const look = () => {
      const found = place(steps[step]!.at);
      setBox((last) => (same(last, found) ? last : found));
    };
    look();
    const again = setInterval(look, AGAIN_MS);
    const timer = setTimeout(() => setStep(step + 1 < steps.length ? step + 1 : null), STEP_MS);
    return () => {
      clearInterval(again);
      clearTimeout(timer);
    };
  }, [step]);
  useEffect(() => {
    if (step == null) return;
    const leave = (e: KeyboardEvent) => e.key === "Escape" && setStep(null);
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [step]);
  if (step == null || !box) return null;
  const below = box.top + box.height + 90 < window.innerHeight;
  return (
    <div role="status">
      <i className={css.frame} style={box} />
      <div
        className={css.words} data-testid="tour"
        style={{ left: `min(max(8px, ${box.left}px), 100vw - 308px)`, ...(below ? { top: box.top + box.height + 10 } : { bottom: window.innerHeight - box.top + 10 }) }}
      >
        <p>{steps[step]!.words}</p>
        <footer><span>{step + 1} of {steps.length}</span><button type="button" onClick={() => setStep(null)}>Skip</button></footer>
      </div>
    </div>
  );
}
