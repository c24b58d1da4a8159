"use client";
import { useLayoutEffect, useRef, type ReactNode } from "react";
import { cx } from "./cx.ts";
import { Icon } from "./Icon.tsx";
import css from "./ui.module.css";

/** A modal window over the board; the board goes on behind it. */
export function Dialog({ title, onClose, wide, testid, children }: { title: string; onClose: () => void; wide?: boolean; testid?: string; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close(); // while it is still there: focus returns to where it was
  }, []);
  return (
    <dialog
      ref={ref} className={cx(css.dialog, wide && css.wide)} aria-label={title} onClose={onClose} data-testid={testid}
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
