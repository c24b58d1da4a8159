import type { Car } from "../../wire/types.ts";
import type { Mode } from "../../domain/order.ts";
import type { LapProgress } from "../../domain/hot-lap.ts";
import { delta } from "../../domain/time.ts";

export type StatusTone = "pit" | "out" | "hot" | "stop" | "gone" | "flag" | "calm";

export interface Status {
  word: string;
  tone: StatusTone;
  title: string;
}

/** What a car is doing, in one short word; null when it simply races. */
export function statusOf(car: Car, mode: Mode, progress: LapProgress | null): Status | null {
  if (car.knocked_out) return { word: "OUT", tone: "gone", title: "Eliminated" };
  if (car.retired) return { word: "RET", tone: "gone", title: "Retired" };
  if (car.stopped) return { word: "STOP", tone: "stop", title: "Stopped on track" };
  if (car.chequered && mode === "race") return { word: "FLAG", tone: "flag", title: "Has taken the chequered flag" };
  if (car.in_pit) return { word: "PIT", tone: "pit", title: "In the pit lane" };
  if (car.pit_out) return { word: mode === "race" ? "EXIT" : "OUT LAP", tone: "out", title: "Just left the pits" };
  if (mode === "race" || !progress) return null;
  if (progress.running === "hot") {
    const text = progress.toBest == null ? "HOT" : `HOT ${delta(progress.toBest)}`;
    return { word: text, tone: "hot", title: hotTitle(progress) };
  }
  return progress.running === "slow" ? { word: "slow", tone: "calm", title: "Not pushing" } : null;
}

function hotTitle(p: LapProgress): string {
  const parts = ["On a timed lap"];
  if (p.toBest != null) parts.push(`${delta(p.toBest)} to the own best after ${p.done} sector${p.done > 1 ? "s" : ""}`);
  if (p.toFastest != null) parts.push(`${delta(p.toFastest)} to the fastest lap`);
  return parts.join(", ");
}
