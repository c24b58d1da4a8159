// Counts the browser's long tasks while 22 cars run at 50x in the real binary: node e2e/longtasks.mjs [SECONDS]
// A figure to read, not a test. Tasks are counted by the processor time they took: on a busy machine the clock
// says more about the others.
import { api, browser, open, simulated, start } from "./pitwall.mjs";

const seconds = Number(process.argv[2] ?? 30);
const server = await start("replay", simulated("race", 30));
const chrome = await browser();
for (const [name, viewport, query] of [["laptop", { width: 1440, height: 900 }, "density=engineer"], ["wall", { width: 1920, height: 1080 }, "view=wall"], ["phone", { width: 390, height: 844 }, ""]]) {
  await api(server.base, "/api/v1/clocks/default", "PATCH", { lap: 3, speed: 50, paused: false });
  const page = await open(chrome, `${server.base}/?${query}`, { viewport, reducedMotion: "no-preference" });
  await page.waitForTimeout(2000);
  await chrome.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "devtools.timeline", "toplevel", "__metadata"] });
  await page.waitForTimeout(seconds * 1000);
  const { traceEvents } = JSON.parse(await chrome.stopTracing());
  // The page's own main thread is the one that did most.
  const of = new Map();
  for (const e of traceEvents) {
    if (e.name !== "RunTask" && e.name !== "ThreadControllerImpl::RunTask") continue;
    const key = `${e.pid}/${e.tid}`;
    of.set(key, [...(of.get(key) ?? []), e]);
  }
  const main = new Set(traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid}/${e.tid}`));
  const tasks = [...of].filter(([key]) => main.has(key)).map(([, list]) => list).sort((a, b) => b.length - a.length)[0] ?? [];
  const cpu = tasks.map((e) => (e.tdur ?? e.dur ?? 0) / 1000).sort((a, b) => b - a);
  const part = (name) => traceEvents.filter((e) => e.name === name).reduce((sum, e) => sum + (e.tdur ?? e.dur ?? 0) / 1000, 0) / seconds;
  const layouts = traceEvents.filter((e) => e.name === "Layout").length;
  console.log(
    `${name}: ${cpu.filter((ms) => ms > 50).length} tasks over 50 ms of processor time in ${seconds} s, longest ${(cpu[0] ?? 0).toFixed(0)} ms ` +
    `(on the clock ${Math.max(0, ...tasks.map((e) => (e.dur ?? 0) / 1000)).toFixed(0)} ms); per second ${(cpu.reduce((a, b) => a + b, 0) / seconds).toFixed(0)} ms busy, ` +
    `of it script ${part("FunctionCall").toFixed(0)}, style ${part("UpdateLayoutTree").toFixed(0)}, layout ${part("Layout").toFixed(0)}; ${(layouts / seconds).toFixed(1)} layouts`,
  );
  await page.context().close();
}
await chrome.close();
await server.stop();
