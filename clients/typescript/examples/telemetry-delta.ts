// Where one lap lost time to another: seconds behind at every half kilometre.
//
//   node telemetry-delta.js http://127.0.0.1:8080 latest 44:fastest 1:fastest
import { ask, createClient } from "../src/index.ts";

export interface Place {
  distance_m: number;
  delta_s: number;
}

export async function telemetryDelta(baseUrl: string, session: string, lap: string, reference: string): Promise<Place[]> {
  const api = createClient({ baseUrl });
  const { laps } = await ask(
    api.GET("/api/v1/sessions/{session}/telemetry/laps", {
      params: { path: { session }, query: { laps: [lap], delta_to: reference, by: "distance", every: 500, channels: ["speed_kmh"] } },
    }),
  );
  return (laps[0]?.distance_m ?? []).flatMap((distance_m, i) => {
    const delta_s = laps[0]?.delta_s?.[i];
    return distance_m == null || delta_s == null ? [] : { distance_m, delta_s };
  });
}

if (process.argv[1]?.endsWith("telemetry-delta.js")) {
  const [, , url = "http://127.0.0.1:8080", session = "latest", lap = "44:fastest", reference = "1:fastest"] = process.argv;
  console.table(await telemetryDelta(url, session, lap, reference));
}
