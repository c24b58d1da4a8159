import { Centrifuge, type PublicationContext, type SubscribedContext, type Subscription } from "centrifuge";
import type { Envelope, SessionEntry } from "../wire/types.ts";
import type { EventStore } from "./events.ts";
import type { Side } from "./side.ts";
import type { BoardStore } from "./store.ts";

/** The code with which the server sends the viewers of an ended clock away. */
const CLOCK_ENDED = 2404;

/** Channel of what can be watched. */
const SESSIONS = "sessions";
/** A channel the server does not know now may be there soon: after its restart it reads its logs first. */
const RETRY_MS = 2000;

/** The server's code for a session or clock that it does not have. */
const UNKNOWN_CHANNEL = 102;

/** What takes the messages of a channel that comes and goes. */
export interface Taker {
  take(message: Envelope): boolean;
  leave(): void;
}

/** What the page wants to hear of the connection. */
export interface Listener {
  sessions(list: SessionEntry[]): void;
  /** the server answers, for the first time or again */
  connected(): void;
  /** the clock of the channel that is followed was ended by somebody */
  ended(channel: string): void;
  /** the server does not know the channel that is followed */
  unknown(channel: string): void;
}

/** What one channel tells its owner. */
interface Hears {
  /** takes a message; false asks for a fresh snapshot */
  take(message: Envelope): boolean;
  subscribed?(): void;
  subscribing?(): void;
  failed?(reason: string): void;
  /** the server ended it with this code */
  left?(code: number, reason: string): void;
}

/** One followed channel: it is opened anew when a message never came, and asked for again when it is not there. */
class Line {
  private sub: Subscription | null = null;

  constructor(private readonly client: Centrifuge, private readonly hears: Hears) {}

  /** Follows a channel; true when it is another than before. */
  follow(channel: string): boolean {
    if (this.sub?.channel === channel) {
      if (this.sub.state === "unsubscribed") this.sub.subscribe();
      return false;
    }
    this.drop();
    this.open(channel);
    return true;
  }

  private open(channel: string): void {
    const sub = this.client.newSubscription(channel);
    this.sub = sub;
    sub.on("subscribed", (ctx: SubscribedContext) => {
      if (ctx.data) this.accept(ctx.data as Envelope);
      this.hears.subscribed?.();
    });
    sub.on("publication", (ctx: PublicationContext) => this.accept(ctx.data as Envelope));
    sub.on("subscribing", () => this.hears.subscribing?.());
    sub.on("error", (ctx) => this.hears.failed?.(ctx.error.message));
    sub.on("unsubscribed", (ctx) => {
      if (ctx.code === 0) return;
      this.hears.left?.(ctx.code, ctx.reason);
      if (ctx.code !== CLOCK_ENDED) setTimeout(() => this.sub === sub && sub.subscribe(), RETRY_MS);
    });
    sub.subscribe();
  }

  /** Leaves the channel. */
  drop(): void {
    if (!this.sub) return;
    this.sub.removeAllListeners();
    this.sub.unsubscribe();
    this.client.removeSubscription(this.sub);
    this.sub = null;
  }

  private accept(message: Envelope): void {
    if (this.hears.take(message) || !this.sub) return;
    const channel = this.sub.channel;
    this.drop();
    this.open(channel);
  }
}

/**
 * The one connection of the page. It follows the board and the events of one clock and the list of sessions,
 * resumes by position after a disconnect, and asks for a fresh snapshot when the server says that is not possible.
 */
export class Feed {
  private readonly client: Centrifuge;
  private readonly board: Line;
  private readonly happened: Line;
  private readonly sides: Record<Side, Line>;
  private channel = "";
  private wasConnected = false;

  constructor(origin: string, private readonly store: BoardStore, private readonly events: EventStore, private readonly takers: Record<Side, Taker>, listener: Listener) {
    const ws = origin.replace(/^http/, "ws");
    this.client = new Centrifuge(
      [
        { transport: "websocket", endpoint: `${ws}/connection/websocket` },
        { transport: "http_stream", endpoint: `${origin}/connection/http_stream` },
        { transport: "sse", endpoint: `${origin}/connection/sse` },
      ],
      { emulationEndpoint: `${origin}/emulation`, minReconnectDelay: 250, maxReconnectDelay: 4000 },
    );
    this.client.on("connecting", () => {
      if (this.wasConnected) store.set({ state: "reconnecting" });
    });
    this.client.on("error", () => {
      if (!this.wasConnected) store.set({ state: "offline" });
    });
    this.client.on("connected", (ctx) => {
      const again = this.wasConnected;
      this.wasConnected = true;
      const link = store.link();
      store.set({ transport: ctx.transport, reconnects: link.reconnects + (again ? 1 : 0) });
      if (link.state === "offline") store.set({ state: "connecting" });
      listener.connected();
    });
    this.board = new Line(this.client, {
      take: (message) => store.take(message),
      subscribed: () => store.set({ state: "live", problem: null }),
      subscribing: () => {
        if (!store.link().old) store.set({ state: "reconnecting" });
      },
      failed: (problem) => store.set({ problem }),
      left: (code, reason) => {
        if (code === CLOCK_ENDED) {
          listener.ended(this.channel);
          return;
        }
        store.set({ problem: code === UNKNOWN_CHANNEL ? "The server does not hold this session." : reason, state: "reconnecting" });
        if (code === UNKNOWN_CHANNEL) listener.unknown(this.channel);
      },
    });
    // How the line is, the board's channel tells: this one comes and goes with it.
    this.happened = new Line(this.client, { take: (message) => events.take(message) });
    const side = (name: Side) => new Line(this.client, { take: (message) => takers[name].take(message) });
    this.sides = { strategy: side("strategy"), locations: side("locations") };
    const sessions = this.client.newSubscription(SESSIONS);
    const take = (data: unknown) => {
      const list = (data as Envelope | undefined)?.data as { sessions?: SessionEntry[] } | undefined;
      if (list?.sessions) listener.sessions(list.sessions);
    };
    sessions.on("subscribed", (ctx) => take(ctx.data));
    sessions.on("publication", (ctx) => take(ctx.data));
    sessions.subscribe();
    this.client.connect();
  }

  /** Follows a board with its events and leaves those before. */
  follow(board: string, events: string): void {
    this.channel = board;
    if (this.board.follow(board)) this.store.leave();
    if (this.happened.follow(events)) this.events.leave();
  }
  /** Follows a channel that is not always wanted, or with null leaves it. */
  watch(side: Side, channel: string | null): void {
    if (channel == null) {
      this.sides[side].drop();
      this.takers[side].leave();
    } else if (this.sides[side].follow(channel)) this.takers[side].leave();
  }
}
