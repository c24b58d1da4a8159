// Words and tones of the track's state and of race control's flags. A flag is never shown by colour alone.
import { UNKNOWN } from "./time.ts";

export type Tone = "clear" | "yellow" | "sc" | "red" | "blue" | "white" | "check" | "none";

export interface Flag {
  word: string;
  short: string;
  tone: Tone;
}

const states: Record<string, Flag> = {
  clear: { word: "Track clear", short: "CLEAR", tone: "clear" },
  yellow: { word: "Yellow flag", short: "YELLOW", tone: "yellow" },
  sc: { word: "Safety car", short: "SC", tone: "sc" },
  vsc: { word: "Virtual safety car", short: "VSC", tone: "sc" },
  vsc_ending: { word: "VSC ending", short: "VSC END", tone: "sc" },
  red: { word: "Red flag", short: "RED", tone: "red" },
};

/**
 * The track's state in words; before the start and at the finish the session's status tells it. Part is the
 * qualifying part, null elsewhere: its end is not the session's.
 */
export function trackState(status: string | null, session: string | null, part: number | null = null): Flag {
  if (session === "inactive" && (status === "clear" || status == null)) return { word: "Not started", short: "SOON", tone: "none" };
  if (session === "finished" && part != null && part < 3) return { word: `Part ${part} over`, short: "OVER", tone: "check" };
  if (session === "finished" || session === "finalised" || session === "ends") {
    return { word: "Chequered flag", short: "FINISH", tone: "check" };
  }
  if (status == null) return { word: "Track status unknown", short: UNKNOWN, tone: "none" };
  return states[status] ?? { word: status.replaceAll("_", " "), short: status.toUpperCase(), tone: "none" };
}

/** The tone of a race control flag word: GREEN, DOUBLE YELLOW, BLACK AND WHITE … */
export function flagTone(flag: string): Tone {
  const f = flag.toUpperCase();
  if (f === "GREEN" || f === "CLEAR") return "clear";
  if (f.includes("YELLOW")) return "yellow";
  if (f === "RED") return "red";
  if (f === "BLUE") return "blue";
  if (f === "CHEQUERED") return "check";
  if (f.includes("WHITE") || f.includes("BLACK")) return "white";
  return "none";
}

/** Marshal sectors whose flag still holds, in order: "S4 S7". */
export function flaggedSectors(sectors: Record<string, string>): string {
  return Object.entries(sectors)
    .filter(([, flag]) => flagTone(flag) === "yellow" || flagTone(flag) === "red")
    .map(([n]) => Number(n))
    .sort((a, b) => a - b)
    .map((n) => `S${n}`)
    .join(" ");
}
