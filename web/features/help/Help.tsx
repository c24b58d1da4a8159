"use client";
import { Dialog } from "../../ui/Dialog.tsx";
import css from "./help.module.css";

const keys: [string, string][] = [
  ["space", "play or pause"], ["← →", "10 seconds back, forward; with shift a minute"], ["[ ]", "one lap back, forward"],
  ["p n", "previous, next event; with shift only flags, safety cars, parts"], ["e w", "to the list of events; why the newest was told"],
  [", .", "slower, faster"], ["l", "back to live"], ["1 2 3", "glance, standard, engineer"], ["g", "gaps: car ahead, leader, chosen car"],
  ["t", "dark or light"], ["s", "sessions"], ["↑ ↓ enter", "in the tower: move, choose a car"],
  ["menu, long press", "on a row: what can be done with the car"], ["esc", "close what is open"], ["?", "this page"],
];

const signs: [string, string][] = [
  ["■", "overall best"], ["▲", "personal best"], ["●", "slower"], ["▬", "in the pit lane"], ["·", "not driven yet"],
  ["—", "not known"], ["1L +92.3", "a lap down, and the seconds"], ["bar under an interval", "less than a second: in range to attack"],
  ["slanted, ?", "told, not confirmed yet"], ["struck through", "told and taken back"], ["grey sector time", "from the lap before"], ["broken tyre ring", "a used set"],
];

/** Keys and signs. */
export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys and signs" onClose={onClose}>
      <div className={css.help}>
        <dl>{keys.map(([k, w]) => <div key={k}><dt><kbd>{k}</kbd></dt><dd>{w}</dd></div>)}</dl>
        <dl>{signs.map(([k, w]) => <div key={k}><dt>{k}</dt><dd>{w}</dd></div>)}</dl>
      </div>
    </Dialog>
  );
}
