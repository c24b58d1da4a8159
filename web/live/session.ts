import type { Board, SessionEntry } from "../wire/types.ts";
import { marksOf, type EventMark } from "../domain/events.ts";
import { axisOf, eventFrom, eventsOf, type Axis } from "../domain/timeline.ts";
import { channelOf } from "../domain/view.ts";
import { address } from "./address.ts";
import { browserShelf, Cache } from "./cache.ts";
import { EventStore } from "./events.ts";
import { startOffline } from "./offline.ts";
import { Problem, rest, type ClockChange } from "./rest.ts";
import { Feed } from "./socket.ts";
import { placesStore, strategyStore, type Side } from "./side.ts";
import { BoardStore } from "./store.ts";

const KEEP_EVERY_MS = 10_000;
const LIST_AGAIN_MS = 3000;
const TIMELINE_EVERY_MS = 15_000;

/** Lists that change rarely: the sessions to choose from, the time axis, a notice to the viewer. */
export interface Surroundings {
  sessions: SessionEntry[] | null;
  /** the list is of what is kept here: no server has sent one */
  kept: boolean;
  chosen: string | null;
  axis: Axis | null;
  /** what matters on the axis, by time: of a replay the whole session's, else what is known */
  marks: readonly EventMark[];
  notice: string | null;
}

/** The server could not be reached: the bar says so, a notice would only repeat it. */
function away(e: unknown): boolean {
  return e instanceof Problem && e.status === 0;
}

/** What the page follows: it joins the address, the connection and the clocks of the server. */
class Session {
  readonly store = new BoardStore({
    now: () => performance.now(),
    frame: (run) => requestAnimationFrame(run),
  });
  readonly events = new EventStore({
    now: () => performance.now(),
    frame: (run) => requestAnimationFrame(run),
  });
  readonly sides = { strategy: strategyStore(), locations: placesStore() };
  private readonly wanted: Record<Side, number> = { strategy: 0, locations: 0 };
  private around: Surroundings = { sessions: null, kept: false, chosen: null, axis: null, marks: [], notice: null };
  private readonly listeners = new Set<() => void>();
  private feed: Feed | null = null;
  private cache = new Cache(null);
  private axisFor = "";
  private checked = "";
  private followed = "";
  private opening = false;
  private askForNewer: () => void = () => undefined;

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
    this.cache = new Cache(browserShelf());
    this.feed = new Feed(window.location.origin, this.store, this.events, this.sides, {
      sessions: (list) => this.listed(list),
      connected: () => this.connected(),
      ended: (channel) => this.ended(channel),
      unknown: (channel) => void this.unknown(channel),
    });
    const view = address.view();
    this.warm(view.session ? channelOf(view.session, view.clock) : null);
    this.askForNewer = startOffline(() => address.view().wall);
    address.subscribe(() => this.settle());
    void this.list();
    setInterval(() => this.keep(), KEEP_EVERY_MS);
    setInterval(() => void this.refreshAxis(), TIMELINE_EVERY_MS);
    window.addEventListener("pagehide", () => this.keep());
  }

  /** Shows what a channel showed last, until the server answers. */
  private warm(channel: string | null): void {
    const last = this.cache.kept(channel);
    if (!last) return;
    this.store.warm(last.board, last.at);
    if (last.axis && !this.around.axis) this.change({ axis: last.axis });
  }

  private async list(): Promise<void> {
    try {
      this.listed(await rest.sessions());
    } catch (e) {
      if (!away(e)) this.tell(e, "The list of sessions did not load");
      if (this.around.sessions == null) {
        this.change({ sessions: this.cache.sessions(), kept: true });
        this.settle();
      }
      setTimeout(() => void this.list(), LIST_AGAIN_MS);
    }
  }

  private listed(sessions: SessionEntry[]): void {
    this.change({ sessions, kept: false });
    this.settle();
  }

  /** The server answers again: what could not be asked is asked now, and a restart may have brought a newer board. */
  private connected(): void {
    this.settle();
    this.askForNewer();
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
    if (key !== this.around.chosen) this.change({ chosen: key, axis: null, marks: [] });
    if (key == null) return;
    if (view.at && view.clock === "default") {
      void this.openAt(key, view.at);
      return;
    }
    if (view.clock.startsWith("c_") && this.checked !== view.clock) {
      void this.checkClock(key, view.clock, view.at);
      return;
    }
    this.follow(key, view.clock);
    void this.refreshAxis();
  }

  private follow(key: string, clock: string): void {
    const channel = channelOf(key, clock);
    const other = this.followed !== channel;
    this.followed = channel;
    this.feed?.follow(channel, channelOf(key, clock, "events"));
    for (const side of ["strategy", "locations"] as const) this.watch(side);
    if (other) this.warm(channel);
  }

  /** Follows a channel as long as somebody shows it; what it returns lets go of it. */
  want(side: Side): () => void {
    this.wanted[side]++;
    this.watch(side);
    return () => {
      this.wanted[side]--;
      this.watch(side);
    };
  }

  private watch(side: Side): void {
    const [, tail] = this.followed.split(/:(.*)/s);
    this.feed?.watch(side, this.wanted[side] > 0 && tail ? `${side}:${tail}` : null);
  }

  /** A link may name a clock that ended with its last viewer: then its moment is opened anew. */
  private async checkClock(key: string, clock: string, at: string | null): Promise<void> {
    this.checked = clock;
    try {
      await rest.clock(clock);
    } catch (e) {
      if (e instanceof Problem && e.status === 404) {
        await this.reopen(key, at);
        return;
      }
      this.checked = ""; // not known: asked again with the next answer of the server
      if (!away(e)) this.tell(e, "The replay did not open");
      this.follow(key, clock);
      return;
    }
    this.settle();
  }

  /** Somebody ended the replay clock that is followed. */
  private ended(channel: string): void {
    const { clock } = address.view();
    if (!clock.startsWith("c_") || !channel.endsWith(`@${clock}`)) return;
    this.notify("This replay was ended");
    this.backToLive();
  }

  /** The followed channel is not there: a replay clock has ended, its moment is opened with a new one. */
  private async unknown(channel: string): Promise<void> {
    const view = address.view();
    const key = this.around.chosen;
    if (key == null || !view.clock.startsWith("c_") || channel !== channelOf(key, view.clock)) return;
    await this.reopen(key, this.shownAt(key) ?? view.at);
  }

  /** The moment on screen, when it is of this session. */
  private shownAt(key: string): string | null {
    const board = this.store.board();
    return board?.session.key === key ? board.now : null;
  }

  private async reopen(key: string, at: string | null): Promise<void> {
    if (at == null) {
      address.set({ clock: "default" });
      this.notify("This replay has ended on the server. The board is back at its usual clock.");
      return;
    }
    if (await this.openAt(key, at)) this.notify("This replay had ended on the server. It was opened again at the same moment.");
  }

  private async openAt(key: string, at: string): Promise<boolean> {
    if (this.opening) return false;
    this.opening = true;
    const shown = this.store.board()?.view;
    const pace = shown?.seekable && shown.clock.startsWith("c_") ? { speed: shown.speed, paused: shown.paused } : { speed: 1 };
    try {
      const made = await rest.makeClock(key, { at, ...pace });
      this.checked = made.id;
      address.set({ clock: made.id, at });
      return true;
    } catch (e) {
      if (away(e)) {
        this.warm(channelOf(key, address.view().clock)); // the address stays; it is opened when the server answers
        return false;
      }
      this.tell(e, "The moment did not open");
      address.set({ clock: "default", at: null });
      return false;
    } finally {
      this.opening = false;
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
      const whole = clock.startsWith("c_") ? "default" : clock;
      const axis = axisOf(await rest.timeline(key, whole));
      if (this.around.chosen !== key || address.view().clock !== clock) return;
      this.axisFor = wanted;
      this.change({ axis });
      if (!axis) return;
      const told = await rest.eventsAt(key, whole.startsWith("live-") ? { clock: whole } : { at: new Date(axis.end).toISOString() });
      if (this.axisFor === wanted) this.change({ marks: marksOf(told.events) });
    } catch (e) {
      if (!(e instanceof Problem)) throw e; // without an axis the bar says so itself
    }
  }

  private keep(): void {
    const board = this.store.board();
    const key = this.around.chosen;
    const { old, lastAt } = this.store.link();
    if (!board || key !== board.session.key || old || lastAt == null) return;
    this.cache.keep({ at: lastAt, channel: channelOf(key, address.view().clock), board, axis: this.around.axis });
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
      if (e instanceof Problem && e.status === 404 && board.view.clock.startsWith("c_")) await this.reopen(key, board.now);
      else this.tell(e, "The replay did not move");
    }
  }

  /** Keeps the moment in the address of a private clock, so that a link opens at it. */
  private mark(board: Board, at: string | null): void {
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

  /** To the next event that matters, or to the one before; of chapters only to flags, safety cars and parts. */
  stepEvents(forward: boolean, chapters = false): Promise<void> {
    const now = this.store.sessionNow();
    const { axis, marks } = this.around;
    const times = axis ? [...eventsOf(axis), ...(chapters ? [] : marks.map((m) => m.at))] : [];
    const to = now == null ? null : eventFrom(times, now, forward);
    return to == null ? Promise.resolve() : this.seek(to);
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
    address.set({ session: key, clock: "default", at: null, car: null, why: null }, true);
  }
}

export const session = new Session();
