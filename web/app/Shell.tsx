"use client";
import { useEffect, useState } from "react";
import { CarPanel } from "../features/car/CarPanel.tsx";
import { Announcer } from "../features/announcer/Announcer.tsx";
import { Conditions } from "../features/conditions/Conditions.tsx";
import { Events, LatestEvent, useLatestEvent } from "../features/events/Events.tsx";
import { Why } from "../features/events/Why.tsx";
import { TrackMap } from "../features/map/TrackMap.tsx";
import { Help } from "../features/help/Help.tsx";
import { QualityButton } from "../features/quality/Quality.tsx";
import { LatestMessage, RaceControl } from "../features/racecontrol/RaceControl.tsx";
import { ReplayBar } from "../features/replay/ReplayBar.tsx";
import { Sessions } from "../features/sessions/Sessions.tsx";
import { SettingsButton } from "../features/settings/Settings.tsx";
import { StrategyPanel } from "../features/strategy/StrategyPanel.tsx";
import { Tour } from "../features/tour/Tour.tsx";
import { ThemeButton, TopBar } from "../features/topbar/TopBar.tsx";
import { Tower } from "../features/tower/Tower.tsx";
import { WallPanel } from "../features/wall/Wall.tsx";
import type { Panel } from "../domain/view.ts";
import { address } from "../live/address.ts";
import { useBoard, useLink, useMedia, useSurroundings, useView } from "../live/hooks.ts";
import { session } from "../live/session.ts";
import { Icon } from "../ui/Icon.tsx";
import ui from "../ui/ui.module.css";
import { useKeys } from "./keys.ts";
import css from "./shell.module.css";

const panels: { id: Panel; label: string }[] = [
  { id: "events", label: "Events" },
  { id: "control", label: "Race control" },
  { id: "strategy", label: "Strategy" },
  { id: "map", label: "Map" },
  { id: "conditions", label: "Conditions" },
  { id: "car", label: "Car" },
];

/** What is shown when there is nothing to show, and why. */
function Empty() {
  const link = useLink();
  const { sessions, kept } = useSurroundings();
  const none = useBoard((b) => b == null);
  if (!none) return null;
  if (link.state === "offline") {
    return <p className={css.empty} role="alert" data-testid="empty">No connection to the server, and nothing is kept here from an earlier visit. The board starts by itself when the server answers.</p>;
  }
  if (link.problem) return <p className={css.empty} role="alert" data-testid="empty">{link.problem}</p>;
  if (sessions?.length === 0 && !kept) {
    return <p className={css.empty} data-testid="empty">No session here yet. The board starts by itself as soon as a source delivers one.</p>;
  }
  return null;
}

/** What just happened, else what race control said last. */
function Latest() {
  const e = useLatestEvent();
  return e ? <LatestEvent e={e} /> : <LatestMessage />;
}

/**
 * Beside the tower: what happened, the strategy or the map. Events and race control's messages have different paces, a
 * flag would drown in passes: one above the other where there is height for both, else one at a time.
 */
function Side() {
  const view = useView();
  const room = useMedia("(min-height: 640px)");
  const shown = panels.filter((p) => (room ? ["events", "strategy", "map"] : ["events", "control", "strategy", "map"]).includes(p.id));
  const one = shown.find((p) => p.id === view.panel)?.id ?? "events";
  return (
    <div className={css.single}>
      <div className={css.tabs} role="tablist" aria-label="Beside the tower">
        {shown.map((p) => (
          <button key={p.id} type="button" role="tab" aria-selected={one === p.id} data-testid={`tab-${p.id}`} onClick={() => address.set({ panel: p.id })}>{p.id === "events" && room ? "Messages" : p.label}</button>
        ))}
      </div>
      {one === "events" && (room ? <div className={css.messages}><Events /><RaceControl /></div> : <Events />)}
      {one === "control" && <RaceControl />}
      {one === "strategy" && <StrategyPanel />}
      {one === "map" && <TrackMap />}
    </div>
  );
}

/** Phone: panels side by side, swiped; the tab above follows the finger. */
function Swipe() {
  const view = useView();
  const [open, setOpen] = useState(false);
  return (
    <div className={css.swipe} data-open={open || undefined}>
      <button type="button" className={css.handle} aria-expanded={open} onClick={() => setOpen(!open)} data-testid="handle">
        <Latest />
        <Icon name="chevron" />
      </button>
      {open && (
        <>
          <div className={css.tabs} role="tablist">
            {panels.map((p) => (
              <button
                key={p.id} type="button" role="tab" aria-selected={view.panel === p.id}
                onClick={() => {
                  address.set({ panel: p.id });
                  document.getElementById(`panel-${p.id}`)?.scrollIntoView({ inline: "start", block: "nearest", behavior: "smooth" });
                }}
              >
                {p.label}
              </button>
            ))}
          </div>
          <div
            className={css.pages}
            onScroll={(e) => {
              const at = Math.round(e.currentTarget.scrollLeft / e.currentTarget.clientWidth);
              const id = panels[at]?.id;
              if (id && id !== address.view().panel) address.set({ panel: id });
            }}
          >
            <div id="panel-events"><Events /></div>
            <div id="panel-control"><RaceControl /></div>
            <div id="panel-strategy">{view.panel === "strategy" && <StrategyPanel />}</div>
            <div id="panel-map">{view.panel === "map" && <TrackMap />}</div>
            <div id="panel-conditions"><Conditions /></div>
            <div id="panel-car"><CarPanel /></div>
          </div>
        </>
      )}
    </div>
  );
}

/** The page: the bar, the tower, its side panels and the replay bar. */
export function Shell() {
  const view = useView();
  const { notice } = useSurroundings();
  const phone = useMedia("(max-width: 700px)") && !view.wall;
  const [picking, setPicking] = useState(false);
  const [helping, setHelping] = useState(false);
  const event = useBoard((b) => (b && [b.session.event, b.session.name].filter(Boolean).join(" ")));

  useEffect(() => session.start(), []);
  useEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = view.theme;
    root.dataset.palette = view.palette;
    if (view.wall) root.dataset.view = "wall";
    else delete root.dataset.view;
  }, [view.theme, view.palette, view.wall]);
  useEffect(() => {
    document.title = event ? `${event} · PitWall Live` : "PitWall Live";
  }, [event]);
  useKeys({ onSessions: () => setPicking(true), onHelp: () => setHelping(true) });

  const controls = (
    <>
      <QualityButton />
      <SettingsButton />
      {!phone && <ThemeButton className={ui.bar} theme={view.theme} onToggle={() => address.set({ theme: view.theme === "dark" ? "light" : "dark" })} />}
      {!phone && (
        <button type="button" className={ui.bar} aria-label="Keys and signs" title="Keys and signs (?)" onClick={() => setHelping(true)}>
          <Icon name="help" />
        </button>
      )}
    </>
  );
  return (
    <div className={css.shell} data-wall={view.wall || undefined}>
      <TopBar onPick={() => setPicking(true)} controls={controls} />
      <main className={css.main}>
        <Tower />
        {!phone && (
          <aside className={css.side}>
            {view.wall ? <WallPanel><Conditions /></WallPanel> : <div className={css.facts}><Conditions /><CarPanel /></div>}
            {view.wall ? <div className={css.messages}><Events still /><RaceControl filters={false} /></div> : <Side />}
          </aside>
        )}
        <Empty />
      </main>
      {phone && <Swipe />}
      {!view.wall && <ReplayBar />}
      {picking && <Sessions onClose={() => setPicking(false)} />}
      {helping && <Help onClose={() => setHelping(false)} />}
      {!view.wall && <Tour />}
      {!view.wall && <Why />}
      <Announcer />
      {notice && <div className={css.notice} role="alert" data-testid="notice">{notice}</div>}
    </div>
  );
}
