// Team colours come from the feed and are made strong enough to be seen on the background they lie on.

type RGB = [number, number, number];

function parse(hex: string): RGB | null {
  const m = /^#?([0-9a-f]{6})$/i.exec(hex);
  if (!m) return null;
  const n = Number.parseInt(m[1]!, 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

function luminance([r, g, b]: RGB): number {
  const lin = (v: number) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * lin(r) + 0.7152 * lin(g) + 0.0722 * lin(b);
}

/** WCAG contrast ratio of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const x = parse(a);
  const y = parse(b);
  if (!x || !y) return 1;
  const [hi, lo] = [luminance(x), luminance(y)].sort((p, q) => q - p) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

/** The colour, mixed towards white or black until it reaches the contrast; grey when unknown. */
export function reach(colour: string | null, background: string, ratio = 3): string {
  const rgb = colour == null ? null : parse(colour);
  const back = parse(background);
  if (!rgb || !back) return "#8a9099";
  const target: RGB = luminance(back) < 0.2 ? [255, 255, 255] : [0, 0, 0];
  for (let step = 0; step <= 20; step++) {
    const mixed = rgb.map((v, i) => Math.round(v + ((target[i]! - v) * step) / 20)) as RGB;
    const hex = `#${mixed.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
    if (contrast(hex, background) >= ratio) return hex;
  }
  return "#8a9099";
}
