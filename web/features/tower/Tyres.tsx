import { memo } from "react";
import type { Stint } from "../../wire/types.ts";
import { WHY_NO_TYRE } from "../../domain/reasons.ts";
import { tyre } from "../../domain/tyres.ts";
import css from "./tower.module.css";

function described(s: Stint, era2018: boolean): string {
  const fitted = s.fresh == null ? "" : s.fresh ? ", fitted new" : ", fitted used";
  return `${tyre(s.compound, era2018).word}, ${s.age} laps old${fitted}`;
}

/** The current set as a sidewall with its letter, its age, and the earlier sets as letters. */
export const Tyres = memo(function Tyres({ stints, era2018, history }: { stints: Stint[]; era2018: boolean; history: number }) {
  const now = stints.at(-1);
  if (!now) return <span className={css.none} title={WHY_NO_TYRE}>—</span>;
  const shown = tyre(now.compound, era2018);
  const earlier = stints.slice(0, -1).slice(-history);
  return (
    <span className={css.tyres} title={stints.map((s) => described(s, era2018)).join(" · then ")}>
      <svg className={css.tyre} viewBox="0 0 20 20" role="img" aria-label={described(now, era2018)} data-tone={shown.tone}>
        <circle cx="10" cy="10" r="9.5" className={css.rubber} />
        <circle cx="10" cy="10" r="8" className={css.band} strokeDasharray={now.fresh === false ? "21.6 3.53" : undefined} />
        <text x="10" y="13.7" className={shown.letter.length > 1 ? css.letters : css.letter}>{shown.letter}</text>
      </svg>
      <span className={css.age}>{now.age}</span>
      {history > 0 && earlier.length > 0 && (
        <span className={css.earlier} aria-hidden="true">
          {earlier.map((s, i) => {
            const t = tyre(s.compound, era2018);
            return <i key={i} data-tone={t.tone}>{t.letter}</i>;
          })}
        </span>
      )}
    </span>
  );
});
