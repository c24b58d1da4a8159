// A raw message as lines to read: indented JSON in which the lines that decide are marked.

export interface JsonLine {
  text: string;
  /** it says something of the event's own cars, or of the whole session */
  decides: boolean;
  /** a line around one that decides */
  around: boolean;
}

export interface Subjects {
  /** car numbers of the event */
  cars: readonly number[];
  /** their drivers' codes, as messages in words name them */
  codes: readonly string[];
}

/** Topics whose messages hold many cars by number. */
function holdsCars(topic: string): boolean {
  return !/^(RaceControlMessages|TrackStatus|SessionStatus|SessionInfo|SessionData|LapCount|WeatherData|ExtrapolatedClock|Heartbeat)/.test(topic);
}

function isObject(v: unknown): v is Record<string, unknown> {
  return typeof v === "object" && v !== null;
}

/** Whether a value is about one of the subjects: a message that names it, a record with its number. */
function names(value: unknown, s: Subjects): boolean {
  if (!isObject(value)) return false;
  const number = value["RacingNumber"] ?? value["DriverNumber"];
  if (number != null && s.cars.some((c) => String(c) === String(number))) return true;
  const text = value["Message"];
  if (typeof text !== "string") return false;
  return s.codes.some((c) => text.includes(`(${c})`)) || s.cars.some((c) => new RegExp(`\\bCARS? [^.]*\\b${c}\\b`).test(text));
}

interface Writer {
  lines: { text: string; decides: boolean; depth: number }[];
  subjects: Subjects;
  byCar: boolean;
}

function write(w: Writer, prefix: string, value: unknown, depth: number, decides: boolean, last: boolean): void {
  const pad = "  ".repeat(depth);
  const comma = last ? "" : ",";
  const entries = isObject(value) ? Object.entries(value) : [];
  if (!isObject(value) || entries.length === 0) {
    w.lines.push({ text: `${pad}${prefix}${JSON.stringify(value)}${comma}`, decides, depth });
    return;
  }
  const list = Array.isArray(value);
  w.lines.push({ text: `${pad}${prefix}${list ? "[" : "{"}`, decides, depth });
  entries.forEach(([key, child], i) => {
    const own = decides || (w.byCar && w.subjects.cars.some((c) => String(c) === key) && !list) || names(child, w.subjects);
    write(w, list ? "" : `${JSON.stringify(key)}: `, child, depth + 1, own, i === entries.length - 1);
  });
  w.lines.push({ text: `${pad}${list ? "]" : "}"}${comma}`, decides, depth });
}

/**
 * The lines of a payload. Where cars stand by number, the subjects' lines decide; a message about the track
 * or the session decides as a whole, and so does one of race control when none in it names a subject.
 */
export function jsonLines(topic: string, payload: unknown, subjects: Subjects): JsonLine[] {
  const byCar = holdsCars(topic);
  const w: Writer = { lines: [], subjects, byCar };
  write(w, "", payload, 0, false, true);
  const some = w.lines.some((l) => l.decides);
  const whole = !some && !byCar;
  const out = w.lines.map((l) => ({ text: l.text, decides: whole || l.decides, around: false }));
  if (whole) return out;
  // The lines that open and close what the deciding ones stand in.
  const open: number[] = [];
  w.lines.forEach((l, i) => {
    while (open.length > 0 && w.lines[open.at(-1)!]!.depth >= l.depth) {
      const o = open.pop()!;
      const closes = w.lines[o]!.depth === l.depth && /^\s*[}\]]/.test(l.text);
      if (closes && out[o]!.around) out[i]!.around = true;
    }
    if (l.decides) for (const o of open) out[o]!.around = !out[o]!.decides;
    if (/[{[]$/.test(l.text)) open.push(i);
  });
  return out;
}

/** So many lines of a message are shown at once. */
export const SHORT = 40;

/** What is shown first of a long message: the lines that decide and where they stand; what is left out is one line. */
export function excerpt(lines: readonly JsonLine[], most = SHORT): JsonLine[] {
  if (lines.length <= most || !lines.some((l) => l.decides)) return lines.slice(0, most);
  const out: JsonLine[] = [];
  let skipped = 0;
  const gap = () => {
    if (skipped > 0) out.push({ text: `… ${skipped} line${skipped === 1 ? "" : "s"}`, decides: false, around: false });
    skipped = 0;
  };
  for (const l of lines) {
    if (!l.decides && !l.around) {
      skipped++;
      continue;
    }
    gap();
    out.push(l);
    if (out.length >= 4 * most) break;
  }
  gap();
  return out;
}
