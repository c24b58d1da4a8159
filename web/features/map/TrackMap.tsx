"use client";
import { useEffect, useRef, useState, type PointerEvent } from "react";
import { contrast, reach } from "../../domain/colour.ts";
import type { Plate } from "../../domain/driver.ts";
import { fit, Ground, spotAt, type Fit, type Spot } from "../../domain/map.ts";
import { address } from "../../live/address.ts";
import { useBoard, usePlaces, usePlates, useView } from "../../live/hooks.ts";
import { rest } from "../../live/rest.ts";
import { session } from "../../live/session.ts";
import css from "./map.module.css";

/** The map is shown so long behind the session, ms: places come in groups, and the way between them is known only then. */
const BEHIND_MS = 1200;
const FRAME_MS = 33;
const MARGIN = 26;
/** A press so near a car chooses it, px. */
const NEAR = 18;

/** The grounds learnt since the page was opened, by session and by whether places are estimated. */
const grounds = new Map<string, Ground>();

function groundFor(key: string): Ground {
  let g = grounds.get(key);
  if (!g) grounds.set(key, (g = new Ground()));
  return g;
}

interface Drawn {
  key: string;
  x: number;
  y: number;
}

interface Look {
  plates: Record<string, Plate>;
  chosen: string | null;
  dark: boolean;
}

function token(el: Element, name: string): string {
  return getComputedStyle(el).getPropertyValue(name).trim();
}

function drawGround(c: CanvasRenderingContext2D, g: Ground, f: Fit, tone: string): void {
  c.fillStyle = tone;
  for (const [x, y] of g.points()) {
    const [px, py] = f.to(x, y);
    c.beginPath();
    c.arc(px, py, 2.2, 0, 7);
    c.fill();
  }
}

/** How far an estimated car may be ahead or behind, as an arc of the circuit. */
function drawBand(c: CanvasRenderingContext2D, g: Ground, f: Fit, s: Spot, tone: string, strong: boolean): void {
  if (s.share == null || s.band == null) return;
  const line = g.arc(s.share - s.band, s.share + s.band);
  if (line.length < 2) return;
  c.strokeStyle = tone;
  c.globalAlpha = strong ? 0.9 : 0.35;
  c.lineWidth = strong ? 6 : 4;
  c.lineCap = "round";
  c.setLineDash([2, 5]);
  c.beginPath();
  line.forEach(([x, y], i) => (i === 0 ? c.moveTo(...f.to(x, y)) : c.lineTo(...f.to(x, y))));
  c.stroke();
  c.setLineDash([]);
  c.globalAlpha = 1;
}

function drawCar(c: CanvasRenderingContext2D, at: [number, number], s: Spot, plate: Plate | undefined, key: string, look: Look): void {
  const strong = look.chosen === key;
  const panel = look.dark ? "#14171c" : "#ffffff";
  const ink = look.dark ? "#e8eaed" : "#14171c";
  const team = reach(plate?.colour ?? null, panel);
  const text = `${s.estimated ? "~" : ""}${plate?.code ?? key}`;
  c.font = `${s.estimated ? "italic " : ""}${strong ? 700 : 600} ${strong ? 13 : 11}px Plex, sans-serif`;
  const w = c.measureText(text).width + 8;
  const h = strong ? 18 : 15;
  const [x, y] = at;
  c.beginPath();
  c.roundRect(x - w / 2, y - h / 2, w, h, 4);
  const hollow = s.estimated || s.state === "in_pit" || !s.onTrack;
  c.fillStyle = hollow ? panel : team;
  c.fill();
  if (s.estimated) {
    // Hatched: nobody said that it is here.
    c.save();
    c.clip();
    c.strokeStyle = team;
    c.globalAlpha = 0.45;
    c.lineWidth = 1.5;
    for (let i = -h; i < w; i += 5) {
      c.beginPath();
      c.moveTo(x - w / 2 + i, y + h / 2);
      c.lineTo(x - w / 2 + i + h, y - h / 2);
      c.stroke();
    }
    c.restore();
  }
  c.strokeStyle = strong ? ink : hollow ? team : panel;
  c.lineWidth = strong ? 2 : 1.2;
  c.beginPath();
  c.roundRect(x - w / 2, y - h / 2, w, h, 4);
  c.stroke();
  c.fillStyle = hollow ? ink : contrast("#0b0d10", team) >= contrast("#ffffff", team) ? "#0b0d10" : "#ffffff";
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(text, x, y + 0.5);
}

/** Draws one frame and says where the cars are on the screen. */
function draw(canvas: HTMLCanvasElement, key: string, look: Look): Drawn[] {
  const places = session.sides.locations.value();
  const now = session.store.sessionNow();
  const c = canvas.getContext("2d");
  if (!c) return [];
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  if (!places || now == null) return [];
  const some = Object.values(places).some((l) => l.at(-1)?.estimated);
  const ground = groundFor(`${key} ${some}`);
  for (const list of Object.values(places)) for (const l of list) if ((l.estimated ?? false) === some) ground.see(l);
  const box = ground.bounds();
  if (!box) return [];
  const f = fit(box, width, height, MARGIN);
  drawGround(c, ground, f, token(canvas, "--mark"));
  const cars = Object.entries(places).flatMap(([id, list]) => {
    const s = spotAt(list, now - BEHIND_MS);
    return s ? [{ id, s, at: f.to(s.x, s.y) }] : [];
  });
  // Who is ahead lies above who is behind, the chosen car above all.
  const line = (id: string) => (id === look.chosen ? 0 : (session.store.board()?.cars[id]?.line ?? 99));
  cars.sort((a, b) => line(b.id) - line(a.id));
  for (const { id, s } of cars) if (s.estimated) drawBand(c, ground, f, s, reach(look.plates[id]?.colour ?? null, look.dark ? "#14171c" : "#ffffff"), id === look.chosen);
  for (const { id, s, at } of cars) drawCar(c, at, s, look.plates[id], id, look);
  return cars.map(({ id, at }) => ({ key: id, x: at[0], y: at[1] }));
}

/** The cars on the circuit, as far as their places are sent or can be estimated. A press on one chooses it. */
export function TrackMap() {
  const view = useView();
  const plates = usePlates();
  const places = usePlaces();
  const key = useBoard((b) => b?.session.key ?? "");
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<Drawn[]>([]);
  const look = useRef<Look>({ plates, chosen: view.car, dark: view.theme === "dark" });
  look.current = { plates, chosen: view.car, dark: view.theme === "dark" };
  useEffect(() => {
    let frame = 0;
    let last = 0;
    const tick = (t: number) => {
      frame = requestAnimationFrame(tick);
      if (t - last < FRAME_MS || !canvas.current) return;
      last = t;
      drawn.current = draw(canvas.current, key, look.current);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [key]);
  const known = Object.values(places ?? {}).filter((l) => l.at(-1)?.x_m != null);
  const estimated = known.some((l) => l.at(-1)!.estimated);
  useEffect(() => {
    if (!estimated || !key) return;
    let gone = false;
    rest.circuit(key).then(
      (c) => !gone && groundFor(`${key} true`).outline(c.outline),
      () => undefined, // a circuit that is not known is drawn by the cars
    );
    return () => {
      gone = true;
    };
  }, [key, estimated]);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 3000);
    return () => clearTimeout(timer);
  }, [key]);
  const choose = (e: PointerEvent) => {
    const at = e.currentTarget.getBoundingClientRect();
    const [x, y] = [e.clientX - at.left, e.clientY - at.top];
    const near = [...drawn.current].reverse().sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0];
    if (near && Math.hypot(near.x - x, near.y - y) <= NEAR) address.set({ car: address.view().car === near.key ? null : near.key }, true);
  };
  const words = known.length === 0 ? "" : estimated
    ? "~ Estimated from mini-sectors: the feed sends no places. The dotted arc holds the car nine times in ten."
    : "Places as sent. The circuit is drawn by the cars.";
  return (
    <section className={css.panel} aria-label="Map" data-testid="map" data-cars={known.length} data-estimated={estimated || undefined}>
      <canvas ref={canvas} className={css.canvas} onPointerUp={choose} role="img" aria-label={`${known.length} cars on the circuit${estimated ? ", places estimated" : ""}`} />
      <p className={css.note}>{words || (slow ? "No places are known here: neither sent nor, on this circuit, to be estimated." : "")}</p>
    </section>
  );
}
