// Pace by stint: the median of the accurate laps of each, in milliseconds.
//
//   node lap-pace.js http://127.0.0.1:8080 latest
import { ask, createClient, rows, type Schemas } from "../src/index.ts";

export interface Pace {
  driver_number: number;
  stint_number: number;
  compound: string | null;
  laps: number;
  median_ms: number;
}

export async function lapPace(baseUrl: string, session: string): Promise<Pace[]> {
  const api = createClient({ baseUrl });
  const stints = new Map<string, Required<Schemas["LapsRow"]>[]>();
  const laps = rows((cursor) =>
    ask(api.GET("/api/v1/sessions/{session}/laps", { params: { path: { session }, query: { is_accurate: [true], cursor } } })),
  );
  for await (const row of laps) {
    const lap = row as Required<Schemas["LapsRow"]>; // without fields= every column is there
    const key = `${lap.driver_number}/${lap.stint_number}`;
    stints.set(key, [...(stints.get(key) ?? []), lap]);
  }
  return [...stints.values()].flatMap((stint) => {
    const times = stint.flatMap((l) => l.lap_time_ms ?? []).sort((a, b) => a - b);
    const [first] = stint;
    const median = times[Math.floor(times.length / 2)];
    if (!first || median === undefined || first.stint_number == null) return [];
    return { driver_number: first.driver_number, stint_number: first.stint_number, compound: first.compound, laps: times.length, median_ms: median };
  });
}

if (process.argv[1]?.endsWith("lap-pace.js")) {
  console.table(await lapPace(process.argv[2] ?? "http://127.0.0.1:8080", process.argv[3] ?? "latest"));
}
