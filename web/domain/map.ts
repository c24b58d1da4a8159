// Where cars are on the ground, in metres, and how that comes onto a screen.
import type { CircuitPoint, Location } from "../wire/types.ts";
import { instant } from "./time.ts";

export interface Spot {
  x: number;
  y: number;
  estimated: boolean;
  onTrack: boolean;
  /** of the lap, and how far to each side it may be; null for places that were sent */
  share: number | null;
  band: number | null;
  state: string;
}

/** Two places of a car farther apart are no way driven, m: the source jumped. */
const JUMP_M = 400;

function spotOf(l: Location): Spot | null {
  if (l.x_m == null || l.y_m == null) return null;
  return { x: l.x_m, y: l.y_m, estimated: l.estimated ?? false, onTrack: l.on_track ?? false, share: l.lap_share ?? null, band: l.band_share ?? null, state: l.state ?? "" };
}

/** Where a car was at an instant, on the straight line between the places around it; never beyond the last one. */
export function spotAt(places: readonly Location[], at: number): Spot | null {
  let before: Location | null = null;
  for (const l of places) {
    const t = instant(l.time);
    if (t == null) continue;
    if (t <= at || before == null) {
      before = l;
      if (t <= at) continue;
    }
    const a = spotOf(before);
    const b = spotOf(l);
    const from = instant(before.time)!;
    if (!a || !b || t <= from || at <= from || Math.hypot(b.x - a.x, b.y - a.y) > JUMP_M) return a ?? b;
    const k = (at - from) / (t - from);
    return { ...b, x: a.x + (b.x - a.x) * k, y: a.y + (b.y - a.y) * k };
  }
  return before ? spotOf(before) : null;
}

/** Cells of the ground in which a place counts once, m. */
const CELL_M = 12;
/** Estimated places lie on the circuit's line: the lap in so many parts keeps its shape. */
const PARTS = 360;

/**
 * The shape of the circuit: as the cars have drawn it where their places are sent, for no message holds an
 * outline; the server's outline where they are estimated. Every place on track is kept once per cell, and where the share
 * of the lap is known, the line in order.
 */
export class Ground {
  private readonly cells = new Map<string, [number, number]>();
  private readonly line: ([number, number] | null)[] = new Array<[number, number] | null>(PARTS).fill(null);
  private box: [number, number, number, number] | null = null;

  see(l: Location): void {
    if (l.x_m == null || l.y_m == null || !l.on_track || (l.x_m === 0 && l.y_m === 0 && !l.estimated)) return;
    const key = `${Math.round(l.x_m / CELL_M)} ${Math.round(l.y_m / CELL_M)}`;
    if (l.lap_share != null) this.line[Math.floor((((l.lap_share % 1) + 1) % 1) * PARTS)] = [l.x_m, l.y_m];
    if (!this.cells.has(key)) this.cells.set(key, [l.x_m, l.y_m]);
    const b = this.box;
    this.box = b ? [Math.min(b[0], l.x_m), Math.min(b[1], l.y_m), Math.max(b[2], l.x_m), Math.max(b[3], l.y_m)] : [l.x_m, l.y_m, l.x_m, l.y_m];
  }

  /** The outline on which estimated places lie. */
  outline(points: readonly CircuitPoint[]): void {
    for (const p of points) this.see({ ...p, time: "", driver_number: 0, z_m: null, on_track: true, estimated: true });
  }

  get size(): number {
    return this.cells.size;
  }

  points(): Iterable<[number, number]> {
    return this.cells.values();
  }

  bounds(): [number, number, number, number] | null {
    return this.box;
  }

  /** The line from one share of the lap to another, only where it has been driven. */
  arc(from: number, to: number): [number, number][] {
    const out: [number, number][] = [];
    for (let i = Math.floor(from * PARTS); i <= Math.ceil(to * PARTS); i++) {
      const p = this.line[((i % PARTS) + PARTS) % PARTS];
      if (p) out.push(p);
    }
    return out;
  }

}

export interface Fit {
  /** a point of the ground in pixels */
  to(x: number, y: number): [number, number];
  turned: boolean;
}

/** Puts the ground into a box of pixels, north up or turned by a quarter, whichever is larger. */
export function fit(box: readonly [number, number, number, number], width: number, height: number, margin: number): Fit {
  const w = Math.max(1, box[2] - box[0]);
  const h = Math.max(1, box[3] - box[1]);
  const roomX = Math.max(1, width - 2 * margin);
  const roomY = Math.max(1, height - 2 * margin);
  const straight = Math.min(roomX / w, roomY / h);
  const turnedK = Math.min(roomX / h, roomY / w);
  const turned = turnedK > straight * 1.05;
  const k = turned ? turnedK : straight;
  const cx = (box[0] + box[2]) / 2;
  const cy = (box[1] + box[3]) / 2;
  return {
    turned,
    to: (x, y) => (turned ? [width / 2 + (y - cy) * k, height / 2 + (x - cx) * k] : [width / 2 + (x - cx) * k, height / 2 - (y - cy) * k]),
  };
}
