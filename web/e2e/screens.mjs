// Takes the screenshots of docs/screens from the real binary: node e2e/screens.mjs [FOLDER]
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { api, browser, open, simulated, start } from "./pitwall.mjs";

const out = resolve(process.argv[2] ?? "../docs/screens");
mkdirSync(out, { recursive: true });

const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
  landscape: { viewport: { width: 844, height: 390 }, deviceScaleFactor: 2, hasTouch: true },
  laptop: { viewport: { width: 1440, height: 900 } },
  wall: { viewport: { width: 1920, height: 1080 }, query: "view=wall" },
  wall4k: { viewport: { width: 3840, height: 2160 }, query: "view=wall" },
};

// Pictures are kept in the repository, so they show simulated sessions only: recordings are not ours to publish.
const race = simulated("race", 20);
const qualifying = simulated("qualifying", 20);
const practice = simulated("practice", 20);

const chrome = await browser();

async function shoot(base, name, size, query = "", act) {
  const { query: own = "", ...options } = sizes[size];
  const page = await open(chrome, `${base}/?${[own, query].filter(Boolean).join("&")}`, options);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(600);
  if (act) await act(page);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.context().close();
  console.log(name);
}

/** Runs a recording up to a fraction of its span, paused, after some seconds at speed so that deltas have come. */
async function at(path, fraction, shots) {
  const server = await start("replay", path);
  const { sessions } = await api(server.base, "/api/v1/sessions");
  const from = Date.parse(sessions[0].start);
  const span = Date.parse(sessions[0].end) - from;
  await api(server.base, "/api/v1/clocks/default", "PATCH", { at: new Date(from + fraction * span).toISOString(), paused: true });
  await shots(server.base);
  await server.stop();
}

await at(race, 0.68, async (base) => {
  for (const theme of ["dark", "light"]) {
    for (const size of ["phone", "laptop", "wall"]) await shoot(base, `race-${size}-${theme}`, size, `theme=${theme}`);
  }
  await shoot(base, "race-wall4k-dark", "wall4k");
  await shoot(base, "race-landscape-dark", "landscape");
  await shoot(base, "race-engineer-dark", "laptop", "density=engineer&car=4&gaps=car");
  await shoot(base, "race-glance-light", "laptop", "density=glance&theme=light");
  await shoot(base, "race-safe-palette", "laptop", "palette=safe");
  await shoot(base, "race-greyscale", "laptop", "", (page) => page.addStyleTag({ content: "html{filter:grayscale(1)}" }));
  await shoot(base, "race-preview", "laptop", "", async (page) => {
    const box = await page.locator("[data-testid=strip]").boundingBox();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 18);
    await page.waitForSelector("[data-testid=preview] li");
  });
});

await at(qualifying, 0.66, async (base) => {
  await shoot(base, "qualifying-laptop-dark", "laptop", "car=4");
  await shoot(base, "qualifying-laptop-light", "laptop", "theme=light");
  await shoot(base, "qualifying-phone-dark", "phone");
  await shoot(base, "qualifying-wall-dark", "wall");
});
await at(practice, 0.31, (base) => shoot(base, "practice-red-flag-dark", "laptop", "density=engineer"));
await at(practice, 0.6, (base) => shoot(base, "practice-laptop-light", "laptop", "theme=light"));
await chrome.close();
