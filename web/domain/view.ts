// Everything that is shown has an address: this is the query string, both ways. Defaults are left out, so
// a plain address means the plain board.
import type { Density } from "./columns.ts";
import { wishesOf, type Wish } from "./events.ts";
import { kinds, type MessageKind } from "./race-control.ts";
import type { Zone } from "./time.ts";

export type Theme = "dark" | "light";
export type Palette = "standard" | "safe";
export type GapMode = "interval" | "gap" | "car";
export type Panel = "events" | "control" | "strategy" | "map" | "conditions" | "car";

export interface View {
  session: string | null;
  /** "default", "live-30", "c_7f3a" */
  clock: string;
  /** a moment to open at, UTC; the clock is made for it */
  at: string | null;
  density: Density;
  gaps: GapMode;
  car: string | null;
  hide: string[];
  theme: Theme;
  palette: Palette;
  zone: Zone;
  panel: Panel;
  wall: boolean;
  /** race control: only messages of this kind */
  only: MessageKind | null;
  /** events: only these groups, and what is shown beside them */
  events: Wish[];
  /** the event whose reasons are open */
  why: string | null;
}

export const defaults: View = {
  session: null, clock: "default", at: null, density: "standard", gaps: "interval", car: null, hide: [],
  theme: "dark", palette: "standard", zone: "track", panel: "events", wall: false, only: null, events: [], why: null,
};

function oneOf<T extends string>(value: string | null, allowed: readonly T[], otherwise: T): T {
  return allowed.find((a) => a === value) ?? otherwise;
}

const whyForm = /^[A-Za-z0-9_-]{1,40}$/;
const clockForm = /^(default|live|live-\d{1,3}|c_[A-Za-z0-9_-]{1,64})$/;

/** Reads a query string; anything it does not understand becomes the base's value. */
export function parseView(query: string, base: View = defaults): View {
  const q = new URLSearchParams(query);
  const clock = q.get("clock") ?? "";
  const car = q.get("car");
  return {
    session: q.get("session"),
    clock: clockForm.test(clock) ? clock : "default",
    at: q.get("at"),
    density: oneOf(q.get("density"), ["glance", "standard", "engineer"], base.density),
    gaps: oneOf(q.get("gaps"), ["interval", "gap", "car"], base.gaps),
    car: car && /^\d{1,3}$/.test(car) ? car : null,
    hide: (q.get("hide") ?? "").split(",").filter((s) => /^[a-z0-9]+$/.test(s)),
    theme: oneOf(q.get("theme"), ["dark", "light"], base.theme),
    palette: oneOf(q.get("palette"), ["standard", "safe"], base.palette),
    zone: oneOf(q.get("time"), ["track", "utc", "local"], base.zone),
    panel: oneOf(q.get("panel"), ["events", "control", "strategy", "map", "conditions", "car"], base.panel),
    wall: q.get("view") === "wall",
    only: kinds.find((k) => k.kind === q.get("only"))?.kind ?? null,
    events: wishesOf(q.get("events")),
    why: whyForm.exec(q.get("why") ?? "")?.[0] ?? null,
  };
}

/** The query string of a view, "" when everything is as usual. */
export function formatView(v: View, base: View = defaults): string {
  const q = new URLSearchParams();
  const put = (key: string, value: string | null, usual: string | null) => {
    if (value != null && value !== "" && value !== usual) q.set(key, value);
  };
  put("session", v.session, null);
  put("clock", v.clock, "default");
  put("at", v.at, null);
  put("density", v.density, base.density);
  put("gaps", v.gaps, base.gaps);
  put("car", v.car, null);
  put("hide", v.hide.join(","), "");
  put("theme", v.theme, base.theme);
  put("palette", v.palette, base.palette);
  put("time", v.zone, base.zone);
  put("panel", v.panel, base.panel);
  put("view", v.wall ? "wall" : null, null);
  put("only", v.only, null);
  put("events", v.events.join(","), "");
  put("why", v.why, null);
  const text = q.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

/** The channel of a session at a clock: of its board, or of its events. */
export function channelOf(session: string, clock: string, what: "timing" | "events" = "timing"): string {
  return clock === "default" || clock === "live" ? `${what}:${session}` : `${what}:${session}@${clock}`;
}

/** Seconds of delay of a live-N clock, 0 for any other. */
export function delayOf(clock: string): number {
  const m = /^live-(\d+)$/.exec(clock);
  return m ? Number(m[1]) : 0;
}
