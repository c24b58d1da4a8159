import { ask, createClient, Problem, type Schemas } from "@pitwall/client/source";
import type { Board, Circuit, ClockState, Events, SessionEntry, Timeline, Why } from "../wire/types.ts";

export { Problem };

const api = createClient();

/** What a clock can be asked to do. */
export type ClockChange = Schemas["ClockWish"];

/** The process's own clock needs no name. */
const named = (clock: string): { clock?: string } => (clock === "default" ? {} : { clock });

/** What the board asks over REST; a Problem's message has words for the viewer. */
export const rest = {
  async sessions(): Promise<SessionEntry[]> {
    const { sessions } = await ask(api.GET("/api/v1/sessions", { params: { query: { limit: 1 } } }));
    return sessions.filter((s) => !s.stored); // of those only the tables are there: nothing to watch
  },
  timeline: (session: string, clock: string): Promise<Timeline> =>
    ask(api.GET("/api/v1/sessions/{session}/timeline", { params: { path: { session }, query: named(clock) } })),
  boardAt: (session: string, at: string, signal: AbortSignal): Promise<Board> =>
    ask(api.GET("/api/v1/sessions/{session}/board", { params: { path: { session }, query: { at } }, signal })),
  /** What matters of all that is known at an instant, or at a clock. */
  eventsAt: (session: string, at: { at: string } | { clock: string }): Promise<Events> =>
    ask(api.GET("/api/v1/sessions/{session}/events", { params: { path: { session }, query: { priority: "P1", limit: 5000, ...at } } })),
  why: (session: string, event: string, clock: string, signal: AbortSignal): Promise<Why> =>
    ask(api.GET("/api/v1/sessions/{session}/events/{event}/why", { params: { path: { session, event }, query: named(clock) }, signal })),
  circuit: (session: string): Promise<Circuit> => ask(api.GET("/api/v1/sessions/{session}/circuit", { params: { path: { session } } })),
  clock: (id: string): Promise<ClockState> => ask(api.GET("/api/v1/clocks/{id}", { params: { path: { id } } })),
  makeClock: (session: string, change: ClockChange): Promise<ClockState> =>
    ask(api.POST("/api/v1/clocks", { body: { session_key: session, ...change } })),
  changeClock: (id: string, change: ClockChange): Promise<ClockState> =>
    ask(api.PATCH("/api/v1/clocks/{id}", { params: { path: { id } }, body: change })),
};
