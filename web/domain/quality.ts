import type { Quality } from "../wire/types.ts";

export type Level = "good" | "late" | "lost";

export interface QualityWord {
  level: Level;
  word: string;
}

/** One word for how good the data are, from the feed's side; the socket's side is told apart. */
export function qualityWord(q: Quality, missed: number): QualityWord {
  const stale = Object.values(q.topics).filter((t) => t.stale).length;
  if (q.trouble) return { level: "lost", word: "No source" };
  if (missed > 0) return { level: "late", word: `${missed} missed` };
  if (stale > 0) return { level: "late", word: `${stale} late` };
  if (q.skipped > 0) return { level: "good", word: `${q.skipped} skipped` };
  return { level: "good", word: "Good" };
}

const account = "The official feed sends it only to signed-in clients since August 2025.";
const restricted = new Set(["CarData.z", "Position.z", "PitStop", "PitStopSeries", "TeamRadio", "ChampionshipPrediction"]);

/** Why a topic may be missing, as far as it is known. */
export function missingReason(topic: string, source: string): string {
  if (source === "recording" || source === "archive") return "This recording does not hold it, up to here.";
  return source.startsWith("livetiming") && restricted.has(topic) ? account : "It has not arrived in this session up to now.";
}
