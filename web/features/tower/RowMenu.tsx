"use client";
import { useEffect, useRef } from "react";
import { address } from "../../live/address.ts";
import { useBoard } from "../../live/hooks.ts";
import css from "./tower.module.css";

/** What can be done with a row: opened by a right click or a long press. */
export function RowMenu({ id, x, y, onClose }: { id: string; x: number; y: number; onClose: () => void }) {
  const code = useBoard((b) => b?.cars[id]?.tla ?? id);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (e: Event) => {
      if (!ref.current?.contains(e.target as Node)) onClose();
    };
    const key = (e: KeyboardEvent) => {
      if (e.key === "Escape" || e.key === "Tab") {
        e.preventDefault();
        onClose();
      }
      if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
      e.preventDefault();
      const items = [...(ref.current?.querySelectorAll("button") ?? [])];
      const at = items.indexOf(document.activeElement as HTMLButtonElement) + (e.key === "ArrowDown" ? 1 : -1);
      items[(at + items.length) % items.length]?.focus();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", key);
    ref.current?.querySelector("button")?.focus();
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("keydown", key);
    };
  }, [onClose]);
  const act = (run: () => void) => () => {
    run();
    onClose();
  };
  return (
    <div ref={ref} className={css.menu} role="menu" aria-label={code} style={{ left: `min(${x}px, 100vw - 190px)`, top: `min(${y}px, 100vh - 130px)` }}>
      <button type="button" role="menuitem" onClick={act(() => address.set({ car: id, panel: "car" }, true))}>Focus {code}</button>
      <button type="button" role="menuitem" onClick={act(() => address.set({ car: id, gaps: "car" }, true))}>Gaps to {code}</button>
      <button type="button" role="menuitem" onClick={act(() => address.set({ gaps: "interval" }, true))}>Gaps to the car ahead</button>
    </div>
  );
}
