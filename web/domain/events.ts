// Events as a list to read: which belong together, which are asked for, which stand out now.
import type { Event as Told } from "../wire/types.ts";
import { instant } from "./time.ts";

export type { Told };

export type Group = "passes" | "pits" | "tyres" | "flags" | "stewards" | "records" | "qualifying" | "battles" | "other";

export const groups: { group: Group; label: string }[] = [
  { group: "passes", label: "Passes" },
  { group: "pits", label: "Pits" },
  { group: "tyres", label: "Tyres" },
  { group: "battles", label: "Battles" },
  { group: "records", label: "Records" },
  { group: "flags", label: "Flags" },
  { group: "stewards", label: "Stewards" },
  { group: "qualifying", label: "Qualifying" },
  { group: "other", label: "Other" },
];

/** Beginnings of kinds, the longer before the shorter that they begin with. */
const beginnings: [string, Group][] = [
  ["overtake.on_track", "passes"], ["order.", "passes"], ["lead.", "passes"], ["start.", "passes"], ["lapped", "passes"], ["unlapped", "passes"],
  ["pit.", "pits"], ["undercut.", "pits"], ["overcut.", "pits"],
  ["tyre.", "tyres"], ["two_compound.", "tyres"],
  ["battle.", "battles"], ["train.", "battles"], ["gap.", "battles"],
  ["fastest_lap.", "records"], ["sector.", "records"], ["speedtrap.", "records"], ["lap.completed", "records"],
  ["flag.black", "stewards"], ["lap.", "stewards"], ["track_limits.", "stewards"], ["investigation.", "stewards"], ["penalty.", "stewards"], ["107.", "stewards"],
  ["flag.", "flags"], ["sc.", "flags"], ["vsc.", "flags"], ["session.", "flags"], ["blue_flag", "flags"], ["chequered.", "flags"], ["three_hour.", "flags"],
  ["part.", "qualifying"], ["knocked_out", "qualifying"], ["advanced", "qualifying"], ["bubble.", "qualifying"],
];

/** The group of a kind; a kind that is not known here is still shown, as another. */
export function groupOf(kind: string): Group {
  return beginnings.find(([start]) => kind.startsWith(start))?.[1] ?? "other";
}

/** What a viewer asks for beside groups: events for the record, those taken back, only the chosen car's. */
export const extras = ["minor", "retracted", "car"] as const;
export type Extra = (typeof extras)[number];
export type Wish = Group | Extra;

/** Wishes in the order of the filters, so that one view has one address; what is not known is left out. */
export function ordered(wishes: readonly string[]): Wish[] {
  const known: readonly Wish[] = [...groups.map((g) => g.group), ...extras];
  return known.filter((w) => wishes.includes(w));
}

/** Reads the wishes of an address. */
export function wishesOf(text: string | null): Wish[] {
  return ordered((text ?? "").split(","));
}

/** The cars an event is about, the subject first. */
export function carsOf(e: Told): number[] {
  if (e.driver_numbers && e.driver_numbers.length > 0) return e.driver_numbers;
  return [e.driver_number, e.other_driver_number].filter((n) => n != null);
}

/** P0 interrupts, P1 matters at once; the others can wait. */
export function matters(e: Told): boolean {
  return (e.priority === "P0" || e.priority === "P1") && e.status !== "retracted";
}

/** An event that was taken back stays for so long, ms of the session. */
export const LEAVES_AFTER_MS = 20_000;

/** Whether so much of the session or less has gone since this version of an event became known. */
export function within(e: Told, now: number | null, span: number): boolean {
  const at = instant(e.known);
  return now != null && at != null && now - at < span;
}

export interface Pick {
  wishes: readonly Wish[];
  /** the chosen car's number */
  car: number | null;
  /** session time, ms since 1970 */
  now: number | null;
  most: number;
}

/** The events to show of a list, in its order, at most so many. */
export function pick(list: readonly Told[], p: Pick): Told[] {
  const asked = new Set<string>(p.wishes);
  const anyGroup = groups.some((g) => asked.has(g.group));
  const out: Told[] = [];
  for (const e of list) {
    if (out.length >= p.most) break;
    if (anyGroup && !asked.has(groupOf(e.kind))) continue;
    if (e.priority === "P3" && !asked.has("minor")) continue;
    if (asked.has("car") && p.car != null && !carsOf(e).includes(p.car)) continue;
    if (e.status === "retracted" && !asked.has("retracted") && !within(e, p.now, LEAVES_AFTER_MS)) continue;
    out.push(e);
  }
  return out;
}

/** What interrupts stays on top for so long, ms; a faster replay keeps it as long as a slow one. */
export const PIN_MS = 20_000;
/** A row of the tower carries the sign of what just happened for so long, ms. */
export const SIGN_MS = 12_000;

/** The events that interrupt and are new, the newest first. */
export function pinned(list: readonly Told[], now: number | null, speed: number): Told[] {
  const span = PIN_MS * Math.max(1, speed);
  return list.slice(0, 60).filter((e) => e.priority === "P0" && e.status !== "retracted" && within(e, now, span)).slice(0, 2);
}

/** Whose order a sign in the tower would tell: the car that did it, and who lost by it only where nothing better is said. */
export function signs(list: readonly Told[], now: number | null, speed: number): Map<string, Told> {
  const span = SIGN_MS * Math.max(1, speed);
  const found = new Map<string, Told>();
  for (const e of list.slice(0, 120)) {
    if (e.driver_number == null || !matters(e) || !within(e, now, span)) continue;
    const key = String(e.driver_number);
    const had = found.get(key);
    if (!had || e.priority < had.priority) found.set(key, e);
  }
  return found;
}

/** Who replaced whom: by the event that was replaced, the one that stands. */
export function successors(list: readonly Told[]): Map<string, Told> {
  const by = new Map<string, Told>();
  for (const e of list) if (e.supersedes && e.status !== "retracted" && !by.has(e.supersedes)) by.set(e.supersedes, e);
  return by;
}

/** A mark on the time axis. */
export interface EventMark {
  id: string;
  at: number;
  group: Group;
  first: boolean;
}

/** The marks of what matters, by time. */
export function marksOf(list: readonly Told[]): EventMark[] {
  return list
    .filter(matters)
    .flatMap((e) => {
      const at = instant(e.time);
      return at == null ? [] : [{ id: e.event_id, at, group: groupOf(e.kind), first: e.priority === "P0" }];
    })
    .sort((a, b) => a.at - b.at);
}

/** The mark nearest to an instant, within a reach in ms; of several at one place the one that matters most. */
export function nearestMark(marks: readonly EventMark[], at: number, reach: number): EventMark | null {
  let best: EventMark | null = null;
  for (const m of marks) {
    const d = Math.abs(m.at - at);
    if (d > reach) continue;
    if (!best || Number(m.first) > Number(best.first) || (m.first === best.first && d < Math.abs(best.at - at))) best = m;
  }
  return best;
}
