"use client";
import { useEffect, useRef, type ReactNode } from "react";
import { Icon } from "./Icon.tsx";
import css from "./ui.module.css";

/** A modal window over the board; the board goes on behind it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog
      ref={ref} className={css.dialog} aria-label={title} onClose={onClose}
      onPointerDown={(e) => e.target === ref.current && ref.current?.close()}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className={css.bar} aria-label="Close" onClick={() => ref.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
