"use client";
import { hideable } from "../../domain/columns.ts";
import { modeOf } from "../../domain/order.ts";
import { address } from "../../live/address.ts";
import { useBoard, useChosenCode, useView } from "../../live/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import css from "./settings.module.css";

/** How the board looks: everything here is kept in the address too. */
export function SettingsButton() {
  return <Popover label={<Icon name="sliders" />} name="View" testid="settings">{() => <SettingsPanel />}</Popover>;
}

function SettingsPanel() {
  const view = useView();
  const mode = useBoard((b) => (b ? modeOf(b.session.type) : "race"));
  const chosen = useChosenCode();
  const toggle = (id: string) =>
    address.set({ hide: view.hide.includes(id) ? view.hide.filter((h) => h !== id) : [...view.hide, id] });
  return (
    <div className={css.panel}>
      <Segmented
        label="Density" value={view.density} onChange={(density) => address.set({ density })}
        options={[{ value: "glance", label: "Glance", title: "1" }, { value: "standard", label: "Standard", title: "2" }, { value: "engineer", label: "Engineer", title: "3" }]}
      />
      {mode === "race" && (
        <Segmented
          label="Gaps" value={view.gaps === "car" && chosen == null ? "interval" : view.gaps} onChange={(gaps) => address.set({ gaps })}
          options={[
            { value: "interval", label: "To car ahead" }, { value: "gap", label: "To leader" },
            ...(chosen != null ? [{ value: "car" as const, label: `To ${chosen}` }] : []),
          ]}
        />
      )}
      <Segmented
        label="Theme" value={view.theme} onChange={(theme) => address.set({ theme })}
        options={[{ value: "dark", label: "Dark" }, { value: "light", label: "Light" }]}
      />
      <Segmented
        label="Sector colours" value={view.palette} onChange={(palette) => address.set({ palette })}
        options={[{ value: "standard", label: "Purple, green, yellow" }, { value: "safe", label: "Colour-blind safe" }]}
      />
      <Segmented
        label="Times" value={view.zone} onChange={(zone) => address.set({ zone })}
        options={[{ value: "track", label: "At the track" }, { value: "local", label: "Here" }, { value: "utc", label: "UTC" }]}
      />
      <fieldset className={css.columns}>
        <legend>Columns</legend>
        {hideable(mode).map((c) => (
          <label key={c.id} title={c.title}>
            <input type="checkbox" checked={!view.hide.includes(c.id)} onChange={() => toggle(c.id)} />{c.label}
          </label>
        ))}
      </fieldset>
      <p className={css.note}><a href={`?${new URLSearchParams({ ...(view.session ? { session: view.session } : {}), view: "wall" })}`}>Open as a wall screen</a></p>
    </div>
  );
}
