import { api, browser, open, start } from "./pitwall.mjs";
const server = await start("replay", "/tmp/wwsim/session");
const { sessions: [entry] } = await api(server.base, "/api/v1/sessions");
const key = entry.session.key;
const all = await api(server.base, `/api/v1/sessions/${key}/events?at=${entry.end}&limit=5000`);
const pass = all.events.filter((e) => e.kind === "lead.change" || e.kind === "overtake.on_track");
const chrome = await browser();
const sizes = { laptop: [{ viewport: { width: 1440, height: 900 } }, ""], wall: [{ viewport: { width: 1920, height: 1080 } }, "view=wall"], phone: [{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true }, ""], small: [{ viewport: { width: 1280, height: 620 } }, ""], landscape: [{ viewport: { width: 844, height: 390 }, deviceScaleFactor: 2, hasTouch: true }, ""] };
const lead = all.events.filter((e) => e.kind === "lead.change").at(-1);
await api(server.base, "/api/v1/clocks/default", "PATCH", { at: new Date(Date.parse(lead.known) + 4000).toISOString(), paused: true });
const want = (process.argv[2] ?? "laptop,wall,phone").split(",");
for (const name of want) {
  for (const theme of ["dark", "light"]) {
    const [options, query] = sizes[name];
    for (const [tag, extra, act] of [["", ""], ["-why", `why=${lead.event_id}`], ["-minor", "events=minor"]]) {
      if (name === "wall" && tag) continue;
      if (process.argv[3] && !process.argv[3].split(",").includes(tag || "plain")) continue;
      const page = await open(chrome, `${server.base}/?${[query, extra, `theme=${theme}`].filter(Boolean).join("&")}`, options);
      if (name === "phone" && tag !== "-why") await page.click("[data-testid=handle]");
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `/tmp/wwsim/${name}${tag}-${theme}.png` });
      console.log(name, tag, theme, page.errors.join(";"));
      await page.context().close();
    }
  }
}
await chrome.close(); await server.stop();
