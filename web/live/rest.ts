import type { Board, Circuit, ClockState, Events, SessionEntry, Timeline, Why } from "../wire/types.ts";

/** An RFC 9457 problem, or a plain failure of the line, as one error with words for the viewer. */
export class Problem extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Problem(0, "The server cannot be reached.");
  }
  if (response.ok) return response.status === 204 ? (undefined as T) : body<T>(response);
  let words = `The server answered ${response.status}.`;
  try {
    const problem = (await response.json()) as { detail?: string; title?: string };
    words = problem.detail ?? problem.title ?? words;
  } catch {
    // not a problem document: the status is all there is to say
  }
  throw new Problem(response.status, words);
}

/** The line may be cut in the middle of an answer too. */
async function body<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Problem(0, "The server's answer did not arrive whole.");
  }
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

const enc = encodeURIComponent;

export interface ClockChange {
  at?: string;
  lap?: number;
  step_laps?: number;
  speed?: number;
  paused?: boolean;
}

export const rest = {
  async sessions(): Promise<SessionEntry[]> {
    const all = (await call<{ sessions: SessionEntry[] | null }>("/api/v1/sessions?limit=1")).sessions ?? [];
    return all.filter((s) => !s.stored); // of those only the tables are there: nothing to watch
  },
  timeline: (key: string, clock: string) =>
    call<Timeline>(`/api/v1/sessions/${enc(key)}/timeline${clock === "default" ? "" : `?clock=${enc(clock)}`}`),
  boardAt: (key: string, at: string, signal: AbortSignal) =>
    call<Board>(`/api/v1/sessions/${enc(key)}/board?at=${enc(at)}`, { signal }),
  /** What matters of all that is known at an instant, or at a clock. */
  eventsAt: (key: string, at: { at: string } | { clock: string }) =>
    call<Events>(`/api/v1/sessions/${enc(key)}/events?priority=P1&limit=5000&${new URLSearchParams(at)}`),
  why: (key: string, id: string, clock: string, signal: AbortSignal) =>
    call<Why>(`/api/v1/sessions/${enc(key)}/events/${enc(id)}/why${clock === "default" ? "" : `?clock=${enc(clock)}`}`, { signal }),
  circuit: (key: string) => call<Circuit>(`/api/v1/sessions/${enc(key)}/circuit`),
  clock: (id: string) => call<ClockState>(`/api/v1/clocks/${enc(id)}`),
  makeClock: (session: string, change: ClockChange) =>
    call<ClockState>("/api/v1/clocks", json("POST", { session_key: session, ...change })),
  changeClock: (id: string, change: ClockChange) => call<ClockState>(`/api/v1/clocks/${enc(id)}`, json("PATCH", change)),
};
