package events_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// told counts the events of a journal that hold, by kind; a blue flag by how many it stands for. What only the
// track status tells is not race control's.
func told(journal []f1.Event) map[string]int {
	n := map[string]int{}
	for _, e := range events.Newest(journal) {
		switch kind := string(e.Kind); {
		case e.Kind == events.BlueFlag:
			n[kind] += int(e.Value.Or(0))
		case strings.Contains(e.Detail, "track status alone"):
		case e.Kind == events.CarStopped && e.Detail == "": // timing's alone
		case strings.HasPrefix(kind, "investigation.") && e.Status == f1.Retracted: // the message stands; a correction follows it
			n[kind]++
		case e.Status == f1.Retracted:
		default:
			n[kind]++
		}
	}
	return n
}

// spoken counts the messages of race control by the event that each must give, from the fields and a few words
// of the feed and not by our parser. One that comes again with its time and text counts once.
func spoken(s *timing.Session) map[string]int {
	n, seen := map[string]int{}, map[string]bool{}
	for _, row := range s.RaceControl {
		id := row.Time.Format(time.RFC3339) + row.Message
		if seen[id] {
			continue
		}
		seen[id] = true
		if kind := kindOf(&row); kind != "" {
			n[kind]++
		}
	}
	return n
}

func kindOf(row *f1.RaceControlRow) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(row.Message, w) })
	}
	if kind := map[string]string{
		"YELLOW": "flag.yellow", "DOUBLE YELLOW": "flag.double_yellow", "CLEAR": "flag.clear", "GREEN": "flag.green", "RED": "flag.red",
		"BLUE": "blue_flag", "BLACK AND WHITE": "flag.black_white", "BLACK AND ORANGE": "flag.black_orange", "BLACK": "flag.black",
	}[row.Flag]; kind != "" {
		return kind
	}
	switch {
	case row.Flag != "", has("F2 ", "F3 "):
		return ""
	case has("YELLOW IN PIT LANE"):
		return "flag.yellow"
	case has("PIT LANE CLEAR"):
		return "flag.clear"
	case row.Message == "SAFETY CAR DEPLOYED":
		return "sc.deployed"
	case row.Message == "SAFETY CAR IN THIS LAP":
		return "sc.in_this_lap"
	case row.Message == "VIRTUAL SAFETY CAR DEPLOYED":
		return "vsc.deployed"
	case row.Message == "VIRTUAL SAFETY CAR ENDING":
		return "vsc.ending"
	case has("PENALTY SERVED"):
		return "penalty.served"
	case has("PENALTY FOR CAR"):
		return "penalty.issued"
	case has("NO FURTHER", "NO INVESTIGATION"):
		return "investigation.no_action"
	case has("UNDER INVESTIGATION"):
		return "investigation.under"
	case has("WILL BE INVESTIGATED"):
		return "investigation.after_session"
	case has(" NOTED"):
		return "investigation.noted"
	case has("DRS ENABLED", "OVERTAKE ENABLED", "OVERTAKE MODE ENABLED"):
		return "overtake_mode.enabled"
	case has("DRS DISABLED", "OVERTAKE DISABLED", "OVERTAKE MODE DISABLED"):
		return "overtake_mode.disabled"
	case has("RISK OF RAIN"):
		return "weather.rain_risk"
	case has("DECLARED WET", "WET SESSION DECLARED", "WET RACE DECLARED", "WET TRACK"):
		return "weather.declared_wet"
	case has(" STOPPED AT TURN"):
		return "car.stopped"
	}
	return ""
}

// own are the kinds that have sources of their own besides the messages counted by kindOf.
var own = []string{"sc.ended", "vsc.ended", "overtake_mode.available", "weather.change"}

// TestRaceControlOneToOne compares the events with the messages of race control, kind by kind, on every recording.
func TestRaceControlOneToOne(t *testing.T) {
	total, n := map[string]int{}, 0
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		got, want := told(d.Journal()), spoken(s)
		for kind := range got {
			if !ofControl(kind) {
				delete(got, kind)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: events by kind\n  %v\nmessages\n  %v", path, got, want)
		}
		for kind, k := range want {
			total[kind] += k
			n += k
		}
	}
	t.Logf("%d messages, one event each: %v", n, total)
	if n < 1000 {
		t.Errorf("only %d messages were counted", n)
	}
}

// ofControl reports whether events of a kind come from messages of race control one to one.
func ofControl(kind string) bool {
	if slices.Contains(own, kind) {
		return false
	}
	for _, prefix := range []string{"flag.", "blue_flag", "sc.", "vsc.", "penalty.issued", "penalty.served", "investigation.", "overtake_mode.", "weather.", "car.stopped"} {
		if strings.HasPrefix(kind, prefix) {
			return true
		}
	}
	return false
}

// TestFlagsAgree holds that where a recording has both topics, flags and safety cars are confirmed by both: what
// has one source says so, and it is rare.
func TestFlagsAgree(t *testing.T) {
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		if s.Topics["TrackStatus"] == nil || s.Topics["RaceControlMessages"] == nil || strings.HasPrefix(path, "recordings") {
			continue
		}
		both, one := 0, []string{}
		for _, e := range events.Newest(d.Journal()) {
			switch k := string(e.Kind); {
			case !strings.HasPrefix(k, "flag.red") && !strings.HasPrefix(k, "flag.yellow") && !strings.HasPrefix(k, "flag.double") && !strings.HasPrefix(k, "sc.") && !strings.HasPrefix(k, "vsc."):
			case strings.Contains(e.Detail, "alone") || e.Status == f1.Provisional:
				one = append(one, describe(&e))
			case e.Status == f1.Confirmed:
				both++
			}
		}
		t.Logf("%s: %d by both, by one: %v", path, both, one)
		if len(one) > 2 || both == 0 && len(one) > 0 && !strings.Contains(path, "2025-10-25") {
			t.Errorf("%s: %d events have one source only, %d both", path, len(one), both)
		}
	}
}

// TestCorrections holds that what race control corrects is taken back, and nothing else of what it said: each
// retraction answers one message that says of itself that it is a correction.
func TestCorrections(t *testing.T) {
	corrected := 0
	for _, path := range recordings(t) {
		d, s := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		var want []string
		for _, row := range s.RaceControl {
			if strings.HasPrefix(row.Message, "CORRECTION: ") || strings.HasPrefix(row.Message, "UPDATE: ") {
				if text := row.Message; !strings.Contains(text, "FIRST CAR TO TAKE THE FLAG") { // told elsewhere
					want = append(want, row.Time.UTC().Format(time.RFC3339))
				}
			}
		}
		var got []string
		for _, e := range events.Newest(d.Journal()) {
			if old, ok := superseded(d.Journal(), &e); ok && old.Status == f1.Retracted && strings.HasSuffix(old.Detail, "; corrected") {
				got = append(got, e.Time.UTC().Format(time.RFC3339))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: corrections that took an event back %v, in the source %v", path, got, want)
		}
		corrected += len(want)
	}
	t.Logf("%d corrections", corrected)
	if corrected < 3 {
		t.Errorf("only %d corrections were seen", corrected)
	}
}

// superseded finds the newest version of the event that e replaces.
func superseded(journal []f1.Event, e *f1.Event) (f1.Event, bool) {
	var old f1.Event
	for i := range journal {
		if e.Supersedes != "" && journal[i].ID == e.Supersedes {
			old = journal[i]
		}
	}
	return old, old.ID != ""
}

// TestSteps holds that the steps of an incident hang together: what supersedes is newer, of the same family and
// names the same cars.
func TestSteps(t *testing.T) {
	chains := 0
	for _, path := range recordings(t) {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", path)))
		for _, e := range events.Newest(d.Journal()) {
			if !strings.HasPrefix(string(e.Kind), "investigation.") || e.Supersedes == "" {
				continue
			}
			old, ok := superseded(d.Journal(), &e)
			if !ok || old.Time.After(e.Time) || !strings.HasPrefix(string(old.Kind), "investigation.") || fmt.Sprint(cars(&old)) != fmt.Sprint(cars(&e)) {
				t.Errorf("%s: %s supersedes %s", path, describe(&e), describe(&old))
			}
			chains++
		}
	}
	t.Logf("%d steps go on about an incident told before", chains)
	if chains < 30 {
		t.Errorf("only %d steps were joined", chains)
	}
}

func cars(e *f1.Event) []int {
	all := slices.Clone(e.Cars)
	if len(all) == 0 {
		for _, n := range []f1.Opt[int]{e.Car, e.Other} {
			if n.Known {
				all = append(all, n.Value)
			}
		}
	}
	slices.Sort(all)
	return all
}
