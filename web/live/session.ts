import type { Board, SessionEntry } from "../wire/types.ts";
import { axisOf, type Axis } from "../domain/timeline.ts";
import { channelOf } from "../domain/view.ts";
import { address } from "./address.ts";
import { keep, kept } from "./cache.ts";
import { Problem, rest, type ClockChange } from "./rest.ts";
import { Feed } from "./socket.ts";
import { BoardStore } from "./store.ts";

const KEEP_EVERY_MS = 10_000;
const TIMELINE_EVERY_MS = 15_000;

/** Lists that change rarely: the sessions to choose from, the time axis, a notice to the viewer. */
export interface Surroundings {
  sessions: SessionEntry[] | null;
  chosen: string | null;
  axis: Axis | null;
  notice: string | null;
}

/** What the page follows: it joins the address, the connection and the clocks of the server. */
class Session {
  readonly store = new BoardStore({
    now: () => performance.now(),
    frame: (run) => requestAnimationFrame(run),
  });
  private around: Surroundings = { sessions: null, chosen: null, axis: null, notice: null };
  private readonly listeners = new Set<() => void>();
  private feed: Feed | null = null;
  private axisFor = "";
  private checked = "";

  surroundings = (): Surroundings => this.around;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private change(part: Partial<Surroundings>): void {
    this.around = { ...this.around, ...part };
    for (const listener of this.listeners) listener();
  }

  /** Starts once for the life of the page. */
  start(): void {
    if (this.feed) return;
    address.start();
    this.feed = new Feed(
      window.location.origin,
      this.store,
      (list) => this.listed(list),
      (channel, deliberately) => this.ended(channel, deliberately),
    );
    const view = address.view();
    const last = kept(view.session ? channelOf(view.session, view.clock) : null);
    if (last) this.store.warm(last.board, last.at);
    address.subscribe(() => this.settle());
    void this.list();
    setInterval(() => this.keep(), KEEP_EVERY_MS);
    setInterval(() => void this.refreshAxis(), TIMELINE_EVERY_MS);
    window.addEventListener("pagehide", () => this.keep());
  }

  private async list(): Promise<void> {
    try {
      this.listed(await rest.sessions());
    } catch (e) {
      this.tell(e, "The list of sessions did not load");
      setTimeout(() => void this.list(), 3000);
    }
  }

  private listed(sessions: SessionEntry[]): void {
    this.change({ sessions });
    this.settle();
  }

  /** Brings what is followed in line with the address. */
  private settle(): void {
    const view = address.view();
    const list = this.around.sessions ?? [];
    const named = list.find((s) => s.session.key === view.session || s.session.slug === view.session);
    const usual = list.find((s) => s.default) ?? list.find((s) => s.live) ?? list[0];
    // The session shown by default may change; a private clock is of the one it was made for.
    const held = view.clock.startsWith("c_") ? this.around.chosen : null;
    const key = view.session ? (named?.session.key ?? view.session) : (held ?? usual?.session.key ?? null);
    if (key !== this.around.chosen) this.change({ chosen: key, axis: null });
    if (key == null) return;
    if (view.at && view.clock === "default") {
      void this.openAt(key, view.at);
      return;
    }
    if (view.clock.startsWith("c_") && this.checked !== view.clock) {
      void this.checkClock(key, view.clock, view.at);
      return;
    }
    this.feed?.follow(channelOf(key, view.clock));
    void this.refreshAxis();
  }

  /** A link may name a clock that ended with its last viewer: then its moment is opened anew. */
  private async checkClock(key: string, clock: string, at: string | null): Promise<void> {
    this.checked = clock;
    try {
      await rest.clock(clock);
      this.settle();
    } catch (e) {
      if (!(e instanceof Problem) || e.status !== 404) this.tell(e, "The replay did not open");
      if (at) await this.openAt(key, at);
      else address.set({ clock: "default" });
    }
  }

  /** A private clock that is gone: ended by somebody, the page goes back to live; forgotten while it was away, its moment is opened anew. */
  private ended(channel: string, deliberately: boolean): void {
    const { clock } = address.view();
    if (!clock.startsWith("c_") || !channel.endsWith(`@${clock}`)) return;
    if (deliberately) {
      this.notify("This replay was ended");
      this.backToLive();
      return;
    }
    this.checked = "";
    this.settle();
  }

  private async openAt(key: string, at: string): Promise<void> {
    try {
      const made = await rest.makeClock(key, { at, speed: 1 });
      this.checked = made.id;
      address.set({ clock: made.id, at });
    } catch (e) {
      this.tell(e, "The moment did not open");
      address.set({ clock: "default", at: null });
    }
  }

  private async refreshAxis(): Promise<void> {
    const key = this.around.chosen;
    if (key == null) return;
    const clock = address.view().clock;
    const wanted = `${key}@${clock}`;
    const known = this.axisFor === wanted && this.around.axis != null;
    const board = this.store.board();
    if (known && board?.view.seekable) return; // a replay's axis does not grow
    try {
      const axis = axisOf(await rest.timeline(key, clock.startsWith("c_") ? "default" : clock));
      if (this.around.chosen === key) {
        this.axisFor = wanted;
        this.change({ axis });
      }
    } catch (e) {
      if (!(e instanceof Problem)) throw e; // without an axis the bar says so itself
    }
  }

  private keep(): void {
    const board = this.store.board();
    const key = this.around.chosen;
    if (board && key && !this.store.link().old) keep(board, channelOf(key, address.view().clock));
  }

  private tell(e: unknown, what: string): void {
    const why = e instanceof Error ? e.message : String(e);
    this.notify(`${what}: ${why}`);
  }

  notify(notice: string): void {
    this.change({ notice });
    setTimeout(() => {
      if (this.around.notice === notice) this.change({ notice: null });
    }, 6000);
  }

  /** Changes the clock of the board. A live clock cannot be moved: then a replay clock is made for this viewer. */
  private async move(change: ClockChange): Promise<void> {
    const board = this.store.board();
    const key = this.around.chosen;
    if (!board || key == null) return;
    try {
      if (board.view.seekable) {
        const state = await rest.changeClock(board.view.clock, change);
        if (change.at || change.lap || change.step_laps) this.mark(board, state.at);
        return;
      }
      const { step_laps, ...rest_ } = change;
      const start: ClockChange = step_laps ? { ...rest_, lap: Math.max(1, (board.lap ?? 1) + step_laps) } : rest_;
      if (!start.at && !start.lap) start.at = new Date(this.store.sessionNow() ?? Date.now()).toISOString();
      const made = await rest.makeClock(key, { speed: 1, ...start });
      this.checked = made.id;
      address.set({ clock: made.id, at: made.at }, true);
    } catch (e) {
      this.tell(e, "The replay did not move");
    }
  }

  /** Keeps the moment in the address of a private clock, so that a link opens at it. */
  private mark(board: Board, at: string): void {
    if (board.view.clock.startsWith("c_")) address.set({ at });
  }

  seek(at: number): Promise<void> {
    return this.move({ at: new Date(at).toISOString() });
  }

  skip(ms: number): Promise<void> {
    const now = this.store.sessionNow();
    return now == null ? Promise.resolve() : this.seek(now + ms);
  }

  stepLaps(n: number): Promise<void> {
    return this.move({ step_laps: n });
  }

  pause(paused: boolean): Promise<void> {
    return this.move({ paused });
  }

  speed(speed: number): Promise<void> {
    return this.move({ speed, paused: false });
  }

  backToLive(): void {
    address.set({ clock: "default", at: null }, true);
  }

  delay(seconds: number): void {
    address.set({ clock: seconds > 0 ? `live-${seconds}` : "default", at: null }, true);
  }

  choose(key: string): void {
    address.set({ session: key, clock: "default", at: null, car: null }, true);
  }
}

export const session = new Session();
