import type { Quality } from "../wire/types.ts";

export type Level = "good" | "late" | "lost";

export interface QualityWord {
  level: Level;
  word: string;
}

/** One word for how good the data are, from the feed's side; the socket's side is told apart. */
export function qualityWord(q: Quality, missed: number): QualityWord {
  const stale = Object.values(q.topics).filter((t) => t.stale).length;
  if (missed > 0) return { level: "late", word: `${missed} missed` };
  if (stale > 0) return { level: "late", word: `${stale} late` };
  if (q.skipped > 0) return { level: "good", word: `${q.skipped} skipped` };
  return { level: "good", word: "Good" };
}

const account = "The official feed sends it only to signed-in clients since August 2025.";
const reasons: Record<string, string> = {
  "CarData.z": account,
  "Position.z": account,
  PitStop: account,
  PitStopSeries: account,
  TeamRadio: account,
  ChampionshipPrediction: account,
  LapCount: "Sent in races only; older recordings lack it.",
  Heartbeat: "Some recordings were made without it.",
};

/** Why a topic may be missing, as far as it is known. */
export function missingReason(topic: string): string {
  return reasons[topic] ?? "It has not arrived in this session up to now.";
}
