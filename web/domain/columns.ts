import type { Mode } from "./order.ts";

export type Density = "glance" | "standard" | "engineer";

export type ColumnID =
  | "pos" | "change" | "code" | "tyre" | "gap" | "interval" | "cut" | "last" | "best" | "ideal"
  | "s1" | "s2" | "s3" | "laps" | "status" | "trap";

export interface Column {
  id: ColumnID;
  label: string;
  /** what the column means, for people who see it for the first time */
  title: string;
  /** fixed width in em of the row's type size: columns never move */
  width: number;
  align: "left" | "right" | "center";
}

const all: Record<ColumnID, Column> = {
  pos: { id: "pos", label: "P", title: "Position", width: 2.1, align: "right" },
  change: { id: "change", label: "±", title: "Places gained or lost since the grid", width: 2.5, align: "right" },
  code: { id: "code", label: "Driver", title: "Team colour and driver code", width: 4.9, align: "left" },
  tyre: { id: "tyre", label: "Tyre", title: "Compound and age of the set in laps; earlier sets after it", width: 6, align: "left" },
  gap: { id: "gap", label: "Gap", title: "Time to the leader", width: 6.1, align: "right" },
  interval: { id: "interval", label: "Int", title: "Interval: time to the car ahead", width: 5.2, align: "right" },
  cut: { id: "cut", label: "Cut", title: "Margin to the last place that goes through: minus is safe", width: 5.2, align: "right" },
  last: { id: "last", label: "Last", title: "Last lap", width: 5.9, align: "right" },
  best: { id: "best", label: "Best", title: "Best lap", width: 5.9, align: "right" },
  ideal: { id: "ideal", label: "Ideal", title: "Best possible: the sum of the car's best sectors", width: 5.4, align: "right" },
  s1: { id: "s1", label: "S1", title: "Sector 1 with its mini-sectors", width: 5.2, align: "right" },
  s2: { id: "s2", label: "S2", title: "Sector 2 with its mini-sectors", width: 5.2, align: "right" },
  s3: { id: "s3", label: "S3", title: "Sector 3 with its mini-sectors", width: 5.2, align: "right" },
  laps: { id: "laps", label: "Laps", title: "Laps", width: 2.9, align: "right" },
  status: { id: "status", label: "Pit", title: "Pit stops and what the car is doing", width: 5.2, align: "left" },
  trap: { id: "trap", label: "Trap", title: "Speed trap, km/h", width: 3.3, align: "right" },
};

const sets: Record<Mode, Record<Density | "phone", ColumnID[]>> = {
  race: {
    phone: ["pos", "code", "tyre", "interval", "last"],
    glance: ["pos", "code", "tyre", "interval"],
    standard: ["pos", "change", "code", "tyre", "gap", "interval", "last", "best", "s1", "s2", "s3", "status"],
    engineer: ["pos", "change", "code", "tyre", "gap", "interval", "last", "best", "ideal", "s1", "s2", "s3", "laps", "status", "trap"],
  },
  qualifying: {
    phone: ["pos", "code", "tyre", "gap", "best"],
    glance: ["pos", "code", "tyre", "gap"],
    standard: ["pos", "code", "tyre", "best", "gap", "cut", "last", "s1", "s2", "s3", "status"],
    engineer: ["pos", "code", "tyre", "best", "gap", "interval", "cut", "last", "ideal", "s1", "s2", "s3", "laps", "status", "trap"],
  },
  practice: {
    phone: ["pos", "code", "tyre", "gap", "best"],
    glance: ["pos", "code", "tyre", "gap"],
    standard: ["pos", "code", "tyre", "best", "gap", "interval", "last", "s1", "s2", "s3", "laps", "status"],
    engineer: ["pos", "code", "tyre", "best", "gap", "interval", "last", "ideal", "s1", "s2", "s3", "laps", "status", "trap"],
  },
};

/** Columns that can never be hidden: without them a row says nothing. */
const fixed = new Set<ColumnID>(["pos", "code"]);

/** Width of the driver column when names are written out, em. */
export const NAME_WIDTH = 10.6;

/** A phone has no room for the earlier sets. */
const PHONE_TYRE_WIDTH = 3.8;

/** The columns to show, in their fixed places. */
export function columnsFor(mode: Mode, density: Density, phone: boolean, hidden: readonly string[], names: boolean): Column[] {
  const set = sets[mode][phone && density === "standard" ? "phone" : density];
  return set
    .filter((id) => fixed.has(id) || !hidden.includes(id))
    .map((id) => {
      if (id === "code" && names) return { ...all.code, width: NAME_WIDTH };
      if (id === "status" && mode !== "race") return { ...all.status, label: "Status", title: "What the car is doing" };
      return id === "tyre" && phone ? { ...all.tyre, width: PHONE_TYRE_WIDTH } : all[id];
    });
}

/** The columns a viewer may hide in this mode. */
export function hideable(mode: Mode): Column[] {
  return sets[mode].engineer.filter((id) => !fixed.has(id)).map((id) => all[id]);
}
