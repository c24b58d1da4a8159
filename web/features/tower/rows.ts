"use client";
import { useLayoutEffect, useRef, type RefObject } from "react";
import { session } from "../../live/session.ts";

const MOVE_MS = 220;

/**
 * Rows glide to their new places when the order changes. A row that is still moving starts its next move
 * from where it is seen now: never two animations on one row.
 */
export function useMovingRows(body: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const before = useRef<readonly string[]>(order);
  const moving = useRef(new Map<string, Animation>());
  useLayoutEffect(() => {
    const old = before.current;
    before.current = order;
    const root = body.current;
    if (!root || old === order || old.length === 0 || session.store.quiet()) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const places = new Map(old.map((key, i) => [key, i]));
    const height = (root.firstElementChild as HTMLElement | null)?.offsetHeight ?? 0;
    for (const row of root.children) {
      const el = row as HTMLElement;
      const key = el.dataset.car;
      if (key == null) continue;
      const was = places.get(key);
      const is = order.indexOf(key);
      if (was == null || was === is) continue;
      const running = moving.current.get(key);
      let offset = (was - is) * height;
      if (running && running.playState === "running") {
        offset += new DOMMatrix(getComputedStyle(el).transform).m42;
        running.cancel();
      }
      // The row that gained is drawn above the rows it passes.
      el.style.zIndex = was > is ? "2" : "1";
      const animation = el.animate([{ transform: `translateY(${offset}px)` }, { transform: "none" }], {
        duration: MOVE_MS,
        easing: "cubic-bezier(0.2, 0, 0.1, 1)",
      });
      moving.current.set(key, animation);
      animation.onfinish = () => {
        el.style.zIndex = "";
        moving.current.delete(key);
      };
    }
  }, [body, order]);
}
