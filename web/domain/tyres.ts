// Compounds: the letter on the sidewall, the word, and the colour token.

export interface Tyre {
  letter: string;
  word: string;
  tone: string;
}

const compounds: Record<string, Tyre> = {
  HYPERSOFT: { letter: "HS", word: "hypersoft", tone: "hyper" },
  ULTRASOFT: { letter: "US", word: "ultrasoft", tone: "ultra" },
  SUPERSOFT: { letter: "SS", word: "supersoft", tone: "soft" },
  SOFT: { letter: "S", word: "soft", tone: "soft" },
  MEDIUM: { letter: "M", word: "medium", tone: "medium" },
  HARD: { letter: "H", word: "hard", tone: "hard" },
  SUPERHARD: { letter: "SH", word: "superhard", tone: "super" },
  INTERMEDIATE: { letter: "I", word: "intermediate", tone: "inter" },
  WET: { letter: "W", word: "wet", tone: "wet" },
  TEST: { letter: "T", word: "test tyre", tone: "unknown" },
  TEST_UNKNOWN: { letter: "T", word: "test tyre", tone: "unknown" },
};

/** What to show for a compound; 2018 had a soft that was yellow, told by its softer sisters in the field. */
export function tyre(compound: string | null, era2018 = false): Tyre {
  const t = compound == null ? undefined : compounds[compound];
  if (!t) return { letter: "?", word: "compound not known yet", tone: "unknown" };
  if (!era2018) return t;
  if (compound === "SOFT") return { ...t, tone: "medium" };
  if (compound === "MEDIUM") return { ...t, tone: "hard" };
  if (compound === "HARD") return { ...t, tone: "ice" };
  return t;
}

/** Seasons up to 2018 named seven dry compounds and painted them differently. */
export function hadSevenCompounds(start: string | null): boolean {
  const year = Number(start?.slice(0, 4));
  return year > 0 && year <= 2018;
}
