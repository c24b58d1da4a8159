/** A small filled shape of 12 units in the text colour; the word beside it, or the label, says what it means. */
export function Shape({ d, size = 9, label }: { d: string; size?: number | string; label?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" fill="currentColor" fillRule="evenodd" role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : true} focusable="false">
      <path d={d} />
    </svg>
  );
}
