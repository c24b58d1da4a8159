// Draws the icons of the web manifest from public/icon.svg: node scripts/icons.mjs
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { browser } from "../e2e/pitwall.mjs";

const folder = fileURLToPath(new URL("../public/", import.meta.url));
const svg = await readFile(`${folder}icon.svg`, "utf8");
const square = svg.replace(/ rx="96"/, "").replace("scale(0.86)", "scale(0.7)"); // a mask may cut off a fifth on every side

const chrome = await browser();
for (const [name, size, drawing] of [["icon-192", 192, svg], ["icon-512", 512, svg], ["icon-maskable", 512, square], ["icon-apple", 180, square]]) {
  const page = await chrome.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${drawing}`);
  await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
  await page.close();
}
await chrome.close();
