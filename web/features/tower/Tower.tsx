"use client";
import { useCallback, useMemo, useRef, useState, type CSSProperties } from "react";
import { columnsFor, type Column } from "../../domain/columns.ts";
import { cutAfter, modeOf } from "../../domain/order.ts";
import { signs, type Told } from "../../domain/events.ts";
import { age, instant, timeOfDay } from "../../domain/time.ts";
import { address } from "../../live/address.ts";
import { orderFor } from "../../live/derived.ts";
import { sameList, useBoard, useChosenCode, useEvents, useLink, useMedia, useSessionNow, useView, useWallNow } from "../../live/hooks.ts";
import { cx } from "../../ui/cx.ts";
import { Row } from "./Row.tsx";
import { RowMenu } from "./RowMenu.tsx";
import { useMovingRows } from "./rows.ts";
import css from "./tower.module.css";

const none: string[] = [];
/** A board is called old when nothing has come for so long, ms. */
const STALE_MS = 10_000;

function headLabel(c: Column, gaps: string, chosen: string | null, single: boolean): string {
  if ((c.id === "gap" || (single && c.id === "interval")) && gaps === "car" && chosen) return `to ${chosen}`;
  if (single && c.id === "interval" && gaps === "gap") return "Gap";
  return c.label;
}

/** Why the tower may be grey: how old what it shows is; null while it is fresh. */
function useStale(): string | null {
  const link = useLink();
  const view = useView();
  const wall = useWallNow();
  const timing = useBoard((b) => b?.quality.topics["TimingData"] ?? null);
  const trouble = useBoard((b) => b?.quality.trouble ?? "");
  const now = useBoard((b) => instant(b?.now));
  const offset = useBoard((b) => b?.session.utc_offset_s ?? 0);
  if (now == null) return null;
  const silent = link.lastAt == null ? 0 : wall - link.lastAt;
  if (link.old || link.state !== "live") {
    if (silent <= STALE_MS) return null;
    const what = link.state === "offline" ? "No connection" : link.old ? "From an earlier visit" : "No data";
    return `${what}: state of ${timeOfDay(now, view.zone, offset)}, ${age(silent)} old`;
  }
  const last = instant(timing?.last);
  const late = last == null ? 0 : now - last;
  if (trouble && Math.max(silent, late) > STALE_MS) return `The source is lost: nothing for ${age(Math.max(silent, late))}`;
  return timing?.stale ? `Timing is late: nothing for ${age(late)}` : null;
}

/** What each car has just done, by car. */
function useSigns(): Map<string, Told> {
  const { newest } = useEvents();
  const speed = useBoard((b) => b?.view.speed ?? 1);
  const now = useSessionNow(1000);
  return useMemo(() => signs(newest, now, speed), [newest, now, speed]);
}

/** The timing tower: the order of the session and what each car does. */
export function Tower() {
  const view = useView();
  const phone = useMedia("(max-width: 700px), (max-height: 480px)") && !view.wall;
  const wide = useMedia("(min-width: 1700px)");
  const order = useBoard((b) => orderFor(b) ?? none, sameList);
  const mode = useBoard((b) => (b ? modeOf(b.session.type) : "race"));
  const cut = useBoard((b) => (b ? cutAfter(b) : null));
  const part = useBoard((b) => b?.part ?? null);
  const chosenCode = useChosenCode();
  const loaded = useBoard((b) => b != null);
  const stale = useStale();
  const happened = useSigns();
  const body = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ id: string; x: number; y: number } | null>(null);
  useMovingRows(body, order);

  const density = view.density;
  const names = view.wall || (!phone && (density !== "engineer" || wide));
  const columns = useMemo(
    () => columnsFor(mode, density, phone, view.hide, names),
    [mode, density, phone, view.hide, names],
  );
  const template = columns.map((c) => `${c.width}em`).join(" ");
  const gaps = view.gaps === "car" && chosenCode == null ? "interval" : view.gaps;

  const choose = useCallback((id: string) => {
    const now = address.view().car;
    // What is open beside follows the car where it is about cars.
    const { panel } = address.view();
    address.set(now === id ? { car: null } : { car: id, panel: panel === "strategy" || panel === "map" ? panel : "car" }, true);
  }, []);
  const open = useCallback((id: string, x: number, y: number) => setMenu({ id, x, y }), []);
  const close = useCallback(() => {
    setMenu(null);
    if (menu) body.current?.querySelector<HTMLElement>(`[data-testid=row][data-car="${menu.id}"]`)?.focus({ preventScroll: true });
  }, [menu]);
  const move = useCallback((id: string, step: number) => {
    const rows = [...(body.current?.children ?? [])] as HTMLElement[];
    const at = rows.findIndex((r) => r.dataset.car === id);
    rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
  }, []);

  return (
    <section
      className={css.tower} aria-label="Timing" data-testid="tower" data-density={view.wall ? "wall" : density} data-phone={phone || undefined}
      data-stale={stale != null || undefined} style={{ "--columns": template, "--rows": Math.max(order.length, 20), "--count": columns.length, "--ems": columns.reduce((sum, c) => sum + c.width, 0) } as CSSProperties}
    >
      <div className={css.scroll}>
        <div role="table" aria-label="Order" aria-rowcount={order.length + 1} aria-colcount={columns.length} className={css.table}>
          <div role="rowgroup" className={css.headgroup}>
            <div role="row" aria-rowindex={1} className={css.head}>
              {columns.map((c) => (
                <div key={c.id} role="columnheader" className={cx(css.cell, css[c.align])} title={c.title} data-head={c.id}>
                  {headLabel(c, gaps, chosenCode, !columns.some((o) => o.id === "gap"))}
                </div>
              ))}
            </div>
          </div>
          <div role="rowgroup" ref={body} className={css.body}>
            {order.map((id, i) => (
              <Row
                key={id} id={id} index={i + 2} columns={columns} mode={mode} gaps={gaps} chosen={view.car} names={names} phone={phone}
                history={density === "engineer" || view.wall || wide ? 4 : phone ? 0 : 3} theme={view.theme}
                cutBelow={cut === i + 1 ? cut : null} tab={chosenCode != null ? view.car === id : i === 0} sign={happened.get(id) ?? null} onChoose={choose} onMenu={open} onMove={move}
              />
            ))}
          </div>
          {!loaded && <Waiting columns={columns} />}
        </div>
      </div>
      {cut != null && <span className="visually-hidden">{`Part ${part}: the first ${cut} go through`}</span>}
      {stale && <div className={css.stale} role="status">{stale}</div>}
      {menu && <RowMenu {...menu} onClose={close} />}
    </section>
  );
}

/** The empty tower of the first frame: its places are already there. */
function Waiting({ columns }: { columns: Column[] }) {
  return (
    <div className={css.body} aria-hidden="true">
      {Array.from({ length: 20 }, (_, i) => (
        <div key={i} className={cx(css.row, css.waiting)}>
          {columns.map((c) => (
            <div key={c.id} className={cx(css.cell, css[c.align])}>
              <span className={css.none}>{c.id === "pos" ? i + 1 : "—"}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
