import { Centrifuge, type PublicationContext, type SubscribedContext, type Subscription } from "centrifuge";
import type { Envelope, SessionEntry } from "../wire/types.ts";
import type { BoardStore } from "./store.ts";

/** The code with which the server sends the viewers of an ended clock away. */
const CLOCK_ENDED = 2404;

/** Channel of what can be watched. */
const SESSIONS = "sessions";
/** A channel the server does not know now may be there soon: after its restart it reads its logs first. */
const RETRY_MS = 2000;

/** The server's code for a session or clock that it does not have. */
const UNKNOWN_CHANNEL = 102;

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

/**
 * The one connection of the page. It follows one board channel and the list of sessions, resumes by
 * position after a disconnect, and asks for a fresh snapshot when the server says that is not possible.
 */
export class Feed {
  private readonly client: Centrifuge;
  private board: Subscription | null = null;
  private wasConnected = false;

  constructor(origin: string, private readonly store: BoardStore, private readonly listener: Listener) {
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

  /** Follows a channel and leaves the one before. */
  follow(channel: string): void {
    if (this.board?.channel === channel) {
      if (this.board.state === "unsubscribed") this.board.subscribe();
      return;
    }
    this.drop();
    this.store.leave();
    this.open(channel);
  }

  private open(channel: string): void {
    const sub = this.client.newSubscription(channel);
    this.board = sub;
    sub.on("subscribed", (ctx) => this.subscribed(ctx));
    sub.on("publication", (ctx) => this.published(ctx));
    sub.on("subscribing", () => {
      if (!this.store.link().old) this.store.set({ state: "reconnecting" });
    });
    sub.on("error", (ctx) => this.store.set({ problem: ctx.error.message }));
    sub.on("unsubscribed", (ctx) => {
      if (ctx.code === 0) return;
      if (ctx.code === CLOCK_ENDED) {
        this.listener.ended(channel);
        return;
      }
      this.store.set({ problem: ctx.code === UNKNOWN_CHANNEL ? "The server does not hold this session." : ctx.reason, state: "reconnecting" });
      if (ctx.code === UNKNOWN_CHANNEL) this.listener.unknown(channel);
      setTimeout(() => this.board === sub && sub.subscribe(), RETRY_MS);
    });
    sub.subscribe();
  }

  private drop(): void {
    if (!this.board) return;
    this.board.removeAllListeners();
    this.board.unsubscribe();
    this.client.removeSubscription(this.board);
    this.board = null;
  }

  private subscribed(ctx: SubscribedContext): void {
    if (ctx.data) this.accept(ctx.data as Envelope);
    this.store.set({ state: "live", problem: null });
  }

  private published(ctx: PublicationContext): void {
    this.accept(ctx.data as Envelope);
  }

  private accept(message: Envelope): void {
    if (this.store.take(message) || !this.board) return;
    const channel = this.board.channel;
    this.drop();
    this.open(channel);
  }
}
