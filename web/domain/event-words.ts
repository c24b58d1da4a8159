// What an event says: a sign of a shape and a word, its value as its kind counts, and one sentence.
import { groupOf, type Group, type Told } from "./events.ts";
import { lowered } from "./race-control.ts";
import { lapTime } from "./time.ts";

/** A shape of 12 by 12 for each group: told apart without colour, at 8 pixels too. */
export const shapes: Record<Group, string> = {
  passes: "M6 1l5.4 10H.6z",
  pits: "M0 4h12v4H0z",
  tyres: "M6 .4a5.6 5.6 0 1 0 0 11.2A5.6 5.6 0 0 0 6 .4zm0 3.4a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z",
  flags: "M1 0h1.8v1h8.4L8.8 4l2.4 3H2.8v5H1z",
  stewards: "M6 0l6 6-6 6-6-6z",
  records: "M6 .3l1.7 3.9 4.2.4-3.2 2.8 1 4.1L6 9.3l-3.7 2.2 1-4.1L.1 4.6l4.2-.4z",
  qualifying: "M0 1.8h12v2.6H0zM0 7.6h3.4v2.6H0zM4.3 7.6h3.4v2.6H4.3zM8.6 7.6H12v2.6H8.6z",
  battles: "M0 1.2L5.4 6 0 10.8zM12 1.2v9.6L6.6 6z",
  other: "M6 3.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
};

export type EventTone = "none" | "yellow" | "sc" | "red" | "clear" | "check" | "blue" | "white" | "best";

export interface Sign {
  group: Group;
  word: string;
  tone: EventTone;
}

/** The short word of a kind, by the longest beginning that fits. */
const words: Record<string, string> = {
  "overtake.on_track": "PASS", "order.changed": "ORDER", "lead.change": "LEAD", "start.gain": "START", "start.loss": "START", lapped: "LAPPED", unlapped: "UNLAP",
  "pit.entry": "PIT IN", "pit.exit": "PIT OUT", "pit.stop": "STOP", "pit.drive_through": "DRIVE", "pit.red_flag": "PIT", undercut: "UNDERCUT", overcut: "OVERCUT",
  "tyre.": "TYRE", two_compound: "TYRES", "battle.started": "BATTLE", "battle.ended": "BATTLE", "train.": "TRAIN", "gap.": "CLOSING",
  fastest_lap: "LAP", sector: "SECTOR", speedtrap: "SPEED", "lap.completed": "LAP", "lap.deleted": "DEL", "lap.reinstated": "BACK", track_limits: "LIMITS",
  "flag.yellow": "YELLOW", "flag.double": "2×YEL", "flag.red": "RED", "flag.clear": "CLEAR", "flag.green": "GREEN", "flag.black_white": "B/W", "flag.black_orange": "B/O",
  "flag.black": "BLACK", "sc.": "SC", "vsc.": "VSC", "session.started": "START", "session.resumed": "GO", "session.suspended": "STOPPED", "session.ended": "FINISH", "session.": "SESSION",
  chequered: "FLAG", blue_flag: "BLUE", "part.": "PART", knocked_out: "OUT", advanced: "THROUGH", bubble: "BUBBLE", investigation: "NOTED",
  "investigation.no_action": "NO ACT", "penalty.": "PEN", overtake_mode: "AID", weather: "WEATHER", incident: "INCIDENT", "car.stopped": "STOP", retirement: "RET", "data.": "DATA",
  championship: "TITLE", result: "RESULT",
};
const byLength = Object.keys(words).sort((a, b) => b.length - a.length);

const tones: [string, EventTone][] = [
  ["flag.yellow", "yellow"], ["flag.double", "yellow"], ["flag.red", "red"], ["session.suspended", "red"], ["sc.ended", "clear"], ["vsc.ended", "clear"], ["sc.", "sc"], ["vsc.", "sc"],
  ["flag.clear", "clear"], ["flag.green", "clear"], ["session.started", "clear"], ["session.resumed", "clear"], ["flag.black", "white"], ["penalty.", "white"],
  ["blue_flag", "blue"], ["chequered", "check"], ["session.ended", "check"], ["part.ended", "check"], ["fastest_lap.overall", "best"], ["sector.record.overall", "best"],
];

export function signOf(kind: string): Sign {
  const found = byLength.find((start) => kind.startsWith(start));
  const group = groupOf(kind);
  return { group, word: found ? words[found]! : "EVENT", tone: tones.find(([start]) => kind.startsWith(start))?.[1] ?? "none" };
}

type Unit = "s" | "gain" | "lap time" | "km/h" | "laps" | "cars" | "sector" | "zone" | "part" | "times" | "%" | "places";

/** What the value of a kind counts. A kind that is not here shows no value: a number without a unit says nothing. */
const units: [string, Unit][] = [
  ["lap.", "lap time"], ["fastest_lap.", "lap time"], ["sector.", "lap time"], ["speedtrap.", "km/h"],
  ["pit.", "s"], ["undercut.", "gain"], ["overcut.", "gain"], ["penalty.applied", "s"], ["battle.", "s"], ["incident.", "s"], ["overtake_mode.available", "s"],
  ["gap.closing", "laps"], ["train.", "cars"], ["flag.yellow", "sector"], ["flag.double", "sector"], ["flag.clear", "sector"],
  ["overtake_mode.", "zone"], ["part.", "part"], ["blue_flag", "times"], ["weather.risk", "%"], ["start.", "places"],
];

const plural = (n: number, one: string) => `${n} ${one}${n === 1 ? "" : "s"}`;

/** The value of an event as its kind counts it; "" where there is none to show. */
export function valueText(e: Told): string {
  if (e.value == null) return "";
  const v = e.value;
  if (e.kind === "penalty.issued" || e.kind === "penalty.served") return penaltyValue(v, e.detail ?? "");
  switch (units.find(([start]) => e.kind.startsWith(start))?.[1]) {
    case "lap time": return lapTime(Math.round(v * 1000));
    case "s": return `${v.toFixed(v < 10 ? 2 : 1)} s`;
    case "gain": return `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(1)} s`;
    case "km/h": return `${Math.round(v)} km/h`;
    case "laps": return `in ${plural(v, "lap")}`;
    case "cars": return plural(v, "car");
    case "sector": return `sector ${v}`;
    case "zone": return `zone ${v}`;
    case "part": return `Q${v}`;
    case "times": return v > 1 ? `${v}×` : "";
    case "%": return `${v} %`;
    case "places": return plural(v, "place");
    default: return "";
  }
}

/** A penalty counts what its kind, which begins the detail, says. */
function penaltyValue(v: number, detail: string): string {
  if (/^grid/.test(detail)) return plural(v, "grid place");
  return /^(time|stop)/.test(detail) ? `${v} s` : "";
}

/** Kinds of a change of places in a few words. They stand in details too, for a new lead and for what turned out otherwise. */
const ways: Record<string, string> = {
  "overtake.on_track": "on track", "order.changed.pit": "in the pits", "order.changed.incident": "incident", "order.changed.penalty": "after the flag",
  "order.changed.lapping": "lapping", "order.changed.neutral": "under neutralisation", "order.changed.timing": "a correction of the timing", "order.changed.other": "unexplained",
};
const wayForm = new RegExp(Object.keys(ways).map((w) => w.replaceAll(".", "\\.")).join("|"), "g");

/** The detail in words. Race control's capitals and the names of kinds are read more slowly than words. */
export function detailText(e: Told): string {
  const words = (e.detail ?? "")
    .replace(wayForm, (kind) => ways[kind]!)
    .replace(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ/, "$1 $2 UTC")
    .replace(/\b[a-z]+(_[a-z]+)+\b/g, (word) => word.replaceAll("_", " "));
  // Only what race control shouted: names keep their capitals.
  const said = words.split("; ").map((part) => (/[a-z]/.test(part) ? part.replace(/\b[A-Z]{4,}\b/g, lowered) : lowered(part))).join("; ");
  if (e.kind === "pit.entry" && said !== "") return `under ${said}`;
  if (e.kind.startsWith("order.")) return [ways[e.kind], said].filter((t) => t).join(", ");
  return e.kind.startsWith("penalty.") ? said.replace(/^time\b/, "time penalty").replace(/^grid drop\b/, "grid places") : said;
}

/** Counts that are no places, in words. */
function countText(e: Told): string {
  const { count_from: from, count_to: to } = e;
  switch (e.count_of) {
    case "stop": case "strike": case "stint": return to == null ? "" : `${e.count_of} ${to}`;
    case "laps_down": return to == null ? "" : to === 0 ? "on the lead lap" : `${to}L`;
    case "lap": return from == null ? "" : to == null ? `stops on lap ${from}` : `laps ${from} and ${to}`;
    case "championship_place": return from == null || to == null ? "" : `P${from} → P${to}`;
    default: return "";
  }
}

/** Places as written: P5 → P4, or the count that a kind keeps in their stead. */
export function placesText(e: Told): string {
  if (e.count_of != null) return countText(e);
  if (e.kind.startsWith("lap.")) return "";
  if (e.kind.startsWith("battle.")) return e.position_to == null ? "" : `for P${Math.min(e.position_to, e.position_from ?? e.position_to)}`;
  if (e.position_from != null && e.position_to != null) return e.position_from === e.position_to ? `P${e.position_to}` : `P${e.position_from} → P${e.position_to}`;
  return e.position_to != null ? `P${e.position_to}` : "";
}

/** The word between two cars, from the subject to the other; the kinds that need no title beside it come first. */
const between: [string, string][] = [
  ["overtake.on_track", "passes"], ["order.changed", "ahead of"], ["lead.change", "ahead of"], ["battle.started", "fights"], ["gap.closing_ended", "closed on"], ["gap.closing", "closes on"],
  ["undercut.attempt", "tries to undercut"], ["undercut.success", "undercuts"], ["undercut.fail", "fails to undercut"],
  ["overcut.attempt", "tries to overcut"], ["overcut.success", "overcuts"], ["overcut.fail", "fails to overcut"],
];
const beside: [string, string][] = [
  ["battle.ended", "behind"], ["lapped", "by"], ["fastest_lap", "beats"], ["speedtrap", "beats"], ["sector.record", "beats"], ["overtake_mode.available", "behind"], ["unlapped", "from"], ["blue_flag", "for"],
];

export function joint(kind: string): string {
  return [...between, ...beside].find(([start]) => kind.startsWith(start))?.[1] ?? "and";
}

/** Kinds whose cars and the word between them say everything: a title would only repeat it. */
function speaks(e: Told): boolean {
  return e.other_driver_number != null && between.some(([start]) => e.kind.startsWith(start));
}

/** Whether the title is written beside sign and cars. */
export function needsTitle(e: Told): boolean {
  return !speaks(e) && !/^(lap\.completed|pit\.(entry|exit|stop)|tyre\.changed|retirement|fastest_lap\.overall)/.test(e.kind);
}

/** The joint where the sign is not seen. */
function spoken(kind: string): string {
  return kind.startsWith("lead.change") ? "takes the lead from" : joint(kind);
}

/** So many cars of one event are named in a list; a result has all of them. */
export const NAMED = 6;

/** One sentence for people who hear it, or see only one line: "HAM passes PIA, P5 to P4, start". */
export function sentence(e: Told, name: (number: number) => string): string {
  const many = e.driver_numbers ?? [];
  const who = many.length > 0
    ? many.slice(0, NAMED).map(name).join(", ") + (many.length > NAMED ? ` and ${many.length - NAMED} more` : "")
    : e.driver_number == null ? "" : e.other_driver_number == null ? name(e.driver_number) : `${name(e.driver_number)} ${spoken(e.kind)} ${name(e.other_driver_number)}`;
  const parts = [!speaks(e) || who === "" ? e.title : "", who, placesText(e).replace("→", "to"), valueText(e), detailText(e)];
  const text = parts.filter((p) => p !== "").join(", ");
  if (e.status === "retracted") return `Taken back: ${text}`;
  return e.status === "provisional" ? `${text}, not confirmed yet` : text;
}

const statuses: Record<string, string> = { provisional: "Provisional", confirmed: "Confirmed", retracted: "Taken back" };

export function statusWord(status: string): string {
  return statuses[status] ?? status;
}

/** Messages of race control already say these: what is read out is not said twice. */
export function restatesMessage(kind: string): boolean {
  return /^(flag|sc|vsc|blue_flag|investigation|overtake_mode)\b|^penalty\.(issued|served)|^lap\.(deleted|reinstated)|^track_limits/.test(kind);
}
