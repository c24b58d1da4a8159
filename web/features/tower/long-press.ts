"use client";
import { useRef, type MouseEvent, type PointerEvent } from "react";

/** A finger that rests so long asks for the menu, ms. */
const LONG_MS = 500;
/** A finger that moved so far scrolls, px. */
const SLACK = 10;

interface Handlers {
  onClick(e: MouseEvent): void;
  onContextMenu(e: MouseEvent): void;
  onPointerDown(e: PointerEvent): void;
  onPointerMove(e: PointerEvent): void;
  onPointerUp(): void;
  onPointerCancel(): void;
}

/** A press chooses; a right click, the menu key or a long press asks for the menu. */
export function useRowMenu(menu: (x: number, y: number) => void, choose: () => void): Handlers {
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);
  const asked = useRef(false);
  const end = () => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };
  return {
    onClick: () => {
      if (!asked.current) choose();
      asked.current = false;
    },
    onContextMenu: (e) => {
      e.preventDefault();
      if (press.current) asked.current = true; // the browser's own long press: the click after it is not a choice
      end();
      menu(e.clientX, e.clientY);
    },
    onPointerDown: (e) => {
      end();
      asked.current = false;
      if (e.pointerType === "mouse") return;
      const { clientX: x, clientY: y } = e;
      const timer = setTimeout(() => {
        asked.current = true;
        menu(x, y);
      }, LONG_MS);
      press.current = { x, y, timer };
    },
    onPointerMove: (e) => {
      if (press.current && Math.hypot(e.clientX - press.current.x, e.clientY - press.current.y) > SLACK) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
