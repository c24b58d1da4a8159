const paths = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  back: "M18 6v12l-8.5-6zM6 6h2.4v12H6z",
  forward: "M6 6v12l8.5-6zM15.6 6H18v12h-2.4z",
  flagBack: "M13 4v16h-2V4zM13 5h8l-2.4 3.5L21 12h-8zM8 7v8l-6-4z",
  flagForward: "M3 4v16h2V4zM5 5h8l-2.4 3.5L13 12H5zM16 11v8l6-4z",
  sun: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM11 2h2v3h-2zM11 19h2v3h-2zM2 11h3v2H2zM19 11h3v2h-3zM4.2 5.6l1.4-1.4 2.2 2.1-1.5 1.5zM16.2 17.7l1.5-1.5 2.1 2.2-1.4 1.4zM4.2 18.4l2.1-2.2 1.5 1.5-2.2 2.1zM16.2 6.3l2.2-2.1 1.4 1.4-2.1 2.2z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  sliders: "M4 6h9v2H4zM17 6h3v2h-3zM14 4h2v6h-2zM4 16h3v2H4zM11 16h9v2h-9zM8 14h2v6H8z",
  chevron: "M7 9.5l5 5 5-5-1.4-1.4L12 11.7 8.4 8.1z",
  close: "M6.4 5L5 6.4 10.6 12 5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4 17.6 5 12 10.6z",
  help: "M11 17h2v2h-2zM12 4.5a4.2 4.2 0 0 0-4.2 4.2h2a2.2 2.2 0 1 1 3.3 1.9c-1.3.8-2.1 1.6-2.1 3.4v1h2v-.8c0-1 .5-1.4 1.5-2A4.2 4.2 0 0 0 12 4.5z",
  drop: "M12 3s6 6.7 6 11a6 6 0 0 1-12 0c0-4.3 6-11 6-11z",
  wind: "M3 8h11a2.5 2.5 0 1 0-2.5-2.5h2a.6.6 0 1 1 .5.7H3zM3 11h16a3 3 0 1 1-3 3h2a1 1 0 1 0 1-1H3zM3 16h8a2.5 2.5 0 1 1-2.5 2.5h2a.6.6 0 1 0 .5-.7H3z",
  live: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
} as const;

export type IconName = keyof typeof paths;

/** A 24-unit glyph in the text colour; its meaning is told by the control around it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">
      <path d={paths[name]} fillRule="evenodd" />
    </svg>
  );
}
