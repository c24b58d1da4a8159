import type { RCM } from "../wire/types.ts";

export type MessageKind = "flag" | "safety" | "car" | "stewards" | "blue" | "other";

export const kinds: { kind: MessageKind; label: string }[] = [
  { kind: "flag", label: "Flags" },
  { kind: "safety", label: "Safety car" },
  { kind: "stewards", label: "Stewards" },
  { kind: "car", label: "Laps deleted" },
  { kind: "other", label: "Other" },
  { kind: "blue", label: "Blue flags" },
];

const stewards = /PENALTY|INVESTIGAT|STEWARDS|REPRIMAND|NOTED|NO FURTHER ACTION|BLACK AND WHITE|INCIDENT/;

/** What a message is about, for the filters. The feed's categories put penalties and deletions in Other. */
export function kindOf(m: RCM): MessageKind {
  if (m.flag?.toUpperCase() === "BLUE") return "blue";
  if (m.category === "SafetyCar") return "safety";
  if (/DELETED|REINSTATED|TRACK LIMITS/.test(m.message)) return "car";
  if (stewards.test(m.message)) return "stewards";
  if (/SAFETY CAR|\bVSC\b/.test(m.message)) return "safety";
  if (m.category === "Flag") return "flag";
  return "other";
}

const keep = new Set(["DRS", "FIA", "VSC", "SC", "Q1", "Q2", "Q3", "SQ1", "SQ2", "SQ3", "P1", "P2", "P3", "UTC", "II", "III", "FL", "ST"]);

/** Race control writes in capitals; running text is read faster. Codes in brackets and known letters stay. */
export function readable(text: string): string {
  const lower = lowered(text);
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** The same inside a sentence. */
export function lowered(text: string): string {
  return text.replace(/\([A-Z]{3}\)|[A-Z][A-Z0-9']*/g, (word) => {
    if (word.startsWith("(") || keep.has(word) || /\d/.test(word)) return word;
    return word.toLowerCase();
  });
}

/** Messages that are read out to people who cannot see the screen: few, and only those that change the session. */
export function isAnnounced(m: RCM): boolean {
  const kind = kindOf(m);
  if (kind === "safety") return true;
  if (kind === "flag") return m.scope !== "Sector" && m.scope !== "Driver";
  return kind === "stewards" && /PENALTY/.test(m.message);
}

export interface Message extends RCM {
  id: string;
  kind: MessageKind;
}

/** All messages, newest first. */
export function messages(byID: Record<string, RCM>): Message[] {
  return Object.entries(byID)
    .map(([id, m]) => ({ ...m, id, kind: kindOf(m) }))
    .sort((a, b) => (a.time === b.time ? Number(b.id) - Number(a.id) : a.time < b.time ? 1 : -1));
}
