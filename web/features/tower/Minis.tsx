import { memo } from "react";
import { segmentsInWords, segmentState } from "../../domain/sectors.ts";
import css from "./tower.module.css";

/** Mini-sectors: each state has its own shape beside its colour. */
export const Minis = memo(function Minis({ segments }: { segments: string }) {
  if (segments === "") return null;
  return (
    <span className={css.minis} role="img" aria-label={segmentsInWords(segments) || "not driven yet"}>
      {Array.from(segments, (letter, i) => <i key={i} data-s={segmentState(letter)} />)}
    </span>
  );
});
