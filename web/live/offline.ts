/** A page that was just opened may be renewed under the viewer's eyes, ms; later it waits until nobody looks. */
const JUST_OPENED_MS = 10_000;

/**
 * Registers the service worker, which opens the board without a server. When a newer board takes over, the
 * page is renewed at once if it is new, on a wall or hidden, else as soon as it is hidden.
 * The returned function asks whether there is a newer board.
 */
export function startOffline(wall: () => boolean): () => void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined; // absent outside secure contexts
  if (!workers || process.env.NODE_ENV !== "production") return () => undefined;
  const first = workers.controller == null;
  let renewing = false;
  let taken = 0;
  const renew = () => {
    if (renewing) return;
    renewing = true;
    window.location.reload();
  };
  workers.addEventListener("controllerchange", () => {
    if (first && taken++ === 0) return; // the first worker of all brings nothing newer
    if (performance.now() < JUST_OPENED_MS || document.hidden || wall()) renew();
    else document.addEventListener("visibilitychange", renew, { once: true });
  });
  const registered = workers.register("/sw.js", { updateViaCache: "none" }).catch(() => null); // the board works without it
  return () => void registered.then((r) => r?.update()).catch(() => undefined); // offline: nothing newer can be had
}
