"use client";
import { useId } from "react";
import css from "./ui.module.css";

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; title?: string }[];
  onChange: (value: T) => void;
  hideLabel?: boolean;
}

/** One of a few choices, side by side. */
export function Segmented<T extends string>({ label, value, options, onChange, hideLabel }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={css.segmented}>
      <legend className={hideLabel ? "visually-hidden" : css.legend}>{label}</legend>
      <div className={css.options}>
        {options.map((o) => (
          <label key={o.value} title={o.title} data-on={o.value === value || undefined}>
            <input type="radio" name={name} checked={o.value === value} onChange={() => onChange(o.value)} />
            {o.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
