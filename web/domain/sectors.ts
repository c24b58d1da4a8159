// Mini-sector letters of the contract and what they look like: colour and shape.

export type SegmentState = "overall" | "personal" | "slower" | "pit" | "stopped" | "none" | "unknown";

const states: Record<string, SegmentState> = {
  p: "overall", g: "personal", y: "slower", b: "pit", s: "stopped", ".": "none",
};

const glyphs: Record<SegmentState, string> = {
  overall: "■", personal: "▲", slower: "●", pit: "▬", stopped: "✕", none: "·", unknown: "?",
};

export function segmentState(letter: string): SegmentState {
  return states[letter] ?? "unknown";
}

export function segmentGlyph(state: SegmentState): string {
  return glyphs[state];
}

/** Mark of a time or speed: "ob", "pb" or "" to its state, null when it deserves no ink. */
export function markState(mark: string): SegmentState | null {
  if (mark === "ob") return "overall";
  return mark === "pb" ? "personal" : null;
}

/** Mini-sectors in words, for people who cannot see them: "2 overall best, 1 slower". */
export function segmentsInWords(segments: string): string {
  const words: [string, string][] = [
    ["p", "overall best"], ["g", "personal best"], ["y", "slower"], ["b", "in the pit lane"], ["s", "stopped"],
  ];
  return words
    .map(([letter, word]) => [segments.split(letter).length - 1, word] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(", ");
}
