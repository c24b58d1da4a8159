const points = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

/** The compass point the wind comes from. */
export function compass(degrees: number): string {
  return points[Math.round((((degrees % 360) + 360) % 360) / 45) % 8]!;
}
