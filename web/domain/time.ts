// Times and gaps as a timing screen writes them. Unknown is always "—".

export const UNKNOWN = "—";

/** A lap or sector time: 1:39.582, 28.123. */
export function lapTime(ms: number | null | undefined): string {
  if (ms == null) return UNKNOWN;
  const minutes = Math.floor(ms / 60000);
  const rest = ((ms % 60000) / 1000).toFixed(3);
  return minutes > 0 ? `${minutes}:${rest.padStart(6, "0")}` : rest;
}

/** A distance to another car: +1.234, +1:02.345; negative when ahead. */
export function delta(ms: number | null | undefined, digits = 3): string {
  if (ms == null) return UNKNOWN;
  const sign = ms < 0 ? "−" : "+";
  const abs = Math.abs(ms);
  const minutes = Math.floor(abs / 60000);
  const rest = ((abs % 60000) / 1000).toFixed(digits);
  return minutes > 0 ? `${sign}${minutes}:${rest.padStart(3 + digits, "0")}` : `${sign}${rest}`;
}

/** Time left or gone: 1:23:45, 12:05. */
export function duration(ms: number | null | undefined): string {
  if (ms == null) return UNKNOWN;
  const s = Math.max(0, Math.ceil(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${two(m)}:${two(s % 60)}`;
}

/** An age in words short enough for a bar: 8 s, 3 min, 2 h. */
export function age(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return `${s} s`;
  const m = Math.round(s / 60);
  return m < 120 ? `${m} min` : `${Math.round(m / 60)} h`;
}

/** UTC text to milliseconds since 1970, null when it is no time. */
export function instant(text: string | null | undefined): number | null {
  if (!text) return null;
  const t = Date.parse(text);
  return Number.isNaN(t) ? null : t;
}

export type Zone = "track" | "utc" | "local";

/** Time of day of an instant, at the track, in UTC or where the viewer is. */
export function timeOfDay(at: number | null, zone: Zone, offsetS: number): string {
  if (at == null) return UNKNOWN;
  if (zone === "local") {
    const d = new Date(at);
    return [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
  }
  const shifted = zone === "track" ? at + offsetS * 1000 : at;
  return new Date(shifted).toISOString().slice(11, 19);
}

/** Time of day to the millisecond, for evidence. */
export function exactTime(at: number | null, zone: Zone, offsetS: number): string {
  return at == null ? UNKNOWN : `${timeOfDay(at, zone, offsetS)}.${String(((at % 1000) + 1000) % 1000).padStart(3, "0")}`;
}

/** The day of an instant at the track: 29 Apr 2018. */
export function day(at: number | null, offsetS: number): string {
  if (at == null) return UNKNOWN;
  const d = new Date(at + offsetS * 1000);
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return `${d.getUTCDate()} ${months[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
}
