"use client";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { cx } from "./cx.ts";
import css from "./ui.module.css";

interface Props {
  label: ReactNode;
  /** what the button does, for people who cannot see it */
  name: string;
  className?: string;
  align?: "left" | "right";
  testid?: string;
  children: (close: () => void) => ReactNode;
}

/** A button with a panel below it; Escape and a press elsewhere close it and focus returns. */
export function Popover({ label, name, className, align = "right", testid, children }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const press = (e: PointerEvent) => {
      if (!root.current?.contains(e.target as Node)) setOpen(false);
    };
    const key = (e: KeyboardEvent) => {
      if (e.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", press);
    document.addEventListener("keydown", key);
    return () => {
      document.removeEventListener("pointerdown", press);
      document.removeEventListener("keydown", key);
    };
  }, [open]);
  return (
    <div className={css.popover} ref={root}>
      <button
        ref={button} type="button" className={cx(css.bar, className)} aria-expanded={open} aria-controls={id}
        aria-label={name} title={name} data-testid={testid} onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div id={id} className={cx(css.sheet, align === "left" && css.left)} role="group" aria-label={name}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}
