import { defaults, formatView, parseView, type View } from "../domain/view.ts";

const REMEMBERED = "pitwall:view";

/** What a viewer chose last for looks; the address always wins over it. */
function remembered(): View {
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Partial<View>;
    const q = new URLSearchParams();
    for (const key of ["density", "theme", "palette"] as const) {
      const value = kept[key];
      if (typeof value === "string") q.set(key, value);
    }
    if (typeof kept.zone === "string") q.set("time", kept.zone);
    const read = parseView(q.toString());
    return { ...defaults, density: read.density, theme: read.theme, palette: read.palette, zone: read.zone };
  } catch {
    return defaults; // private windows have no storage, old entries no meaning
  }
}

/** The view in the address bar, as an external store. */
class Address {
  private base: View = defaults;
  private now: View = defaults;
  private readonly listeners = new Set<() => void>();

  start(): void {
    this.base = remembered();
    this.read();
    window.addEventListener("popstate", () => this.read());
  }

  view = (): View => this.now;
  serverView = (): View => defaults;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes what is shown. Places that Back should return to are pushed, looks only replaced. */
  set(change: Partial<View>, push = false): void {
    const next = { ...this.now, ...change };
    const looks = change.density ?? change.theme ?? change.palette ?? change.zone;
    if (looks != null) this.remember(next);
    const query = formatView(next);
    const path = `${window.location.pathname}${query}`;
    if (push) window.history.pushState(null, "", path);
    else window.history.replaceState(window.history.state, "", path);
    this.now = next;
    this.tell();
  }

  private remember(v: View): void {
    try {
      localStorage.setItem(REMEMBERED, JSON.stringify({ density: v.density, theme: v.theme, palette: v.palette, zone: v.zone }));
    } catch {
      // storage is a comfort, not a need
    }
  }

  private read(): void {
    this.now = parseView(window.location.search, this.base);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export const address = new Address();
