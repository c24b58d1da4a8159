package racecontrol

import (
	"testing"

	"pitwall.live/internal/f1"
)

func said(text string) Message { return Parse(&f1.RaceControlRow{Message: text}) }

// TestIncidents: what is heard, and with which of the messages before it belongs, by its number; 0 begins one.
func TestIncidents(t *testing.T) {
	type line struct {
		text string
		with int
	}
	f := func(name string, lines ...line) {
		t.Helper()
		var x Incidents
		keys := []string{""}
		seen := map[string]bool{}
		for i, l := range lines {
			m := said(l.text)
			key, first := x.Hear(&m)
			switch {
			case key == "":
				t.Errorf("%s: %q is about no incident", name, l.text)
			case first != (l.with == 0) || first && seen[key]:
				t.Errorf("%s: %q begins an incident: %v (%q)", name, l.text, first, key)
			case !first && key != keys[l.with]:
				t.Errorf("%s: line %d went on with %q, want line %d %q", name, i+1, key, l.with, keys[l.with])
			}
			keys = append(keys, key)
			seen[key] = true
		}
	}
	f("the whole way",
		line{"TURN 8 INCIDENT INVOLVING CARS 9 (ABC) AND 90 (DEF) NOTED - CONTACT", 0},
		line{"FIA STEWARDS: TURN 8 INCIDENT INVOLVING CARS 90 (DEF) AND 9 (ABC) UNDER INVESTIGATION - CONTACT", 1},
		line{"FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 90 (DEF) - CONTACT", 1},
		line{"FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 9 (ABC) - CONTACT", 1}, // the other one too
		line{"FIA STEWARDS: PENALTY SERVED - 5 SECOND TIME PENALTY FOR CAR 90 (DEF) - CONTACT", 1})
	f("the reason comes later",
		line{"TURN 8 INCIDENT INVOLVING CAR 9 (ABC) NOTED", 0},
		line{"UPDATE: TURN 8 INCIDENT INVOLVING CAR 9 (ABC) NOTED - WEAVING", 1},
		line{"FIA STEWARDS: INCIDENT INVOLVING CAR 9 (ABC) WILL BE INVESTIGATED AFTER THE RACE - WEAVING", 1})
	f("the reason was wrong, and the time",
		line{"INCIDENT INVOLVING CAR 9 (ABC) NOTED - WEAVING (09:00:00)", 0},
		line{"CORRECTION: INCIDENT INVOLVING CAR 9 (ABC) NOTED - BLOCKING (09:01:00)", 1},
		line{"INCIDENT INVOLVING CAR 9 (ABC) UNDER INVESTIGATION - BLOCKING (09:01:00)", 1})
	f("9 is not 90, nor turn 8 turn 7, nor nine o'clock ten",
		line{"TURN 8 INCIDENT INVOLVING CAR 9 (ABC) NOTED - WEAVING (09:00:00)", 0},
		line{"TURN 8 INCIDENT INVOLVING CAR 90 (DEF) UNDER INVESTIGATION - WEAVING (09:00:00)", 0},
		line{"TURN 7 INCIDENT INVOLVING CAR 9 (ABC) UNDER INVESTIGATION - WEAVING (09:00:00)", 0},
		line{"TURN 8 INCIDENT INVOLVING CAR 9 (ABC) UNDER INVESTIGATION - WEAVING (10:00:00)", 0},
		line{"TURN 8 INCIDENT INVOLVING CAR 9 (ABC) UNDER INVESTIGATION - WEAVING (09:00:00)", 1})
	f("the same again",
		line{"INCIDENT INVOLVING CAR 9 (ABC) NOTED - SPEEDING", 0},
		line{"DRIVE THROUGH PENALTY FOR CAR 9 (ABC) - SPEEDING", 1},
		line{"INCIDENT INVOLVING CAR 9 (ABC) NOTED - SPEEDING", 0},
		line{"PENALTY SERVED - DRIVE THROUGH PENALTY FOR CAR 9 (ABC) - SPEEDING", 1},
		line{"10 SECOND TIME PENALTY FOR CAR 9 (ABC) - SPEEDING", 3},
		line{"PENALTY SERVED - 10 SECOND TIME PENALTY FOR CAR 9 (ABC) - SPEEDING", 3},
		line{"PENALTY SERVED - 10 SECOND TIME PENALTY FOR CAR 9 (ABC) - SPEEDING", 0}) // of what, nobody heard
	f("decided is decided",
		line{"TURN 8 INCIDENT INVOLVING CARS 9 (ABC) AND 90 (DEF) NOTED", 0},
		line{"TURN 8 INCIDENT INVOLVING CARS 9 (ABC) AND 90 (DEF) REVIEWED NO FURTHER ACTION", 1},
		line{"5 SECOND TIME PENALTY FOR CAR 9 (ABC) - WEAVING", 0})
	f("a penalty means what is investigated",
		line{"TURN 8 INCIDENT INVOLVING CARS 9 (ABC) AND 90 (DEF) NOTED", 0},
		line{"TURN 8 INCIDENT INVOLVING CARS 9 (ABC) AND 90 (DEF) UNDER INVESTIGATION", 1},
		line{"TURN 2 INCIDENT INVOLVING CARS 9 (ABC) AND 91 (GHI) NOTED", 0},
		line{"5 SECOND TIME PENALTY FOR CAR 9 (ABC) - CONTACT", 1})
	f("nobody named",
		line{"TURN 8 INCIDENT NOTED", 0},
		line{"TURN 9 INCIDENT UNDER INVESTIGATION", 0},
		line{"TURN 8 INCIDENT WILL BE INVESTIGATED AFTER THE RACE", 1},
		line{"INCIDENT NOTED", 0},
		line{"INCIDENT UNDER INVESTIGATION", 0})
}

// TestIncidentsClone: a copy hears for itself.
func TestIncidentsClone(t *testing.T) {
	var x Incidents
	given := said("5 SECOND TIME PENALTY FOR CAR 9 (ABC)")
	key, _ := x.Hear(&given)
	y := x.Clone()
	served := said("PENALTY SERVED - 5 SECOND TIME PENALTY FOR CAR 9 (ABC)")
	for name, incidents := range map[string]*Incidents{"the original": &x, "the copy": &y} {
		if got, first := incidents.Hear(&served); got != key || first {
			t.Errorf("%s heard %q, want %q", name, got, key)
		}
	}
}

func TestSupersedes(t *testing.T) {
	f := func(earlier, later string, want bool) {
		t.Helper()
		e, m := said(earlier), said(later)
		if got := m.Supersedes(&e); got != want {
			t.Errorf("%q after %q: %v", later, earlier, got)
		}
	}
	f("Q2 WILL START AT 10:20", "Q2 WILL START AT 10:30", true)
	f("Q2 WILL START AT 10:20", "CORRECTION: Q2 WILL START AT 10:30", true)
	f("Q2 WILL START AT 10:20", "Q3 WILL START AT 10:50", false)
	f("RACE WILL RESUME AT 10:20", "SESSION WILL RESUME AT 10:30", true)
	f("FIRST CAR TO TAKE THE FLAG - CAR 9 (ABC)", "CORRECTION: FIRST CAR TO TAKE THE FLAG - CAR 90 (DEF)", true)
	f("FIRST CAR TO TAKE THE FLAG - CAR 9 (ABC)", "FIRST CAR TO TAKE THE FLAG - CAR 90 (DEF)", false) // of the next part
	f("INCIDENT INVOLVING CAR 9 (ABC) NOTED - WEAVING", "CORRECTION: INCIDENT INVOLVING CAR 9 (ABC) NOTED - BLOCKING", true)
	f("INCIDENT INVOLVING CAR 9 (ABC) NOTED - WEAVING", "CORRECTION: INCIDENT INVOLVING CAR 90 (DEF) NOTED - BLOCKING", false)
	f("INCIDENT INVOLVING CAR 9 (ABC) NOTED - WEAVING", "INCIDENT INVOLVING CAR 9 (ABC) NOTED - BLOCKING", false)
	f("CAR 9 (ABC) TIME 1:02.003 DELETED - TRACK LIMITS", "CAR 9 (ABC) TIME 1:02.003 REINSTATED", true)
	f("CAR 9 (ABC) TIME 1:02.003 DELETED - TRACK LIMITS", "CAR 9 (ABC) TIME 1:02.004 REINSTATED", false)
	f("CAR 9 (ABC) TIME 1:02.003 DELETED - TRACK LIMITS", "CAR 90 (DEF) TIME 1:02.003 REINSTATED", false)
	f("CAR 9 (ABC) LAP DELETED - TRACK LIMITS AT TURN 8 LAP 7 09:00:00", "CORRECTION: CAR 9 (ABC) LAP DELETED - TRACK LIMITS AT TURN 9 LAP 7 09:00:00", true)
	f("CAR 9 (ABC) LAP DELETED - TRACK LIMITS AT TURN 8 LAP 7 09:00:00", "CAR 9 (ABC) LAP DELETED - TRACK LIMITS AT TURN 8 LAP 8 09:02:00", false)
	f("CAR 9 (ABC) LAP REINSTATED", "CAR 9 (ABC) LAP DELETED", false) // which lap, neither says
	f("YELLOW IN TRACK SECTOR 4", "CORRECTION: YELLOW IN TRACK SECTOR 5", false)
	f("SAFETY CAR DEPLOYED", "SAFETY CAR DEPLOYED", false)
}

func TestTrackLimits(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		if m := said(text); m.TrackLimits() != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	f("CAR 9 (ABC) LAP DELETED - TRACK LIMITS AT TURN 8", true)
	f("BLACK AND WHITE FLAG FOR CAR 9 (ABC) - TRACK LIMITS", true)
	f("CAR 9 (ABC) LAP DELETED - DOUBLE YELLOW AT TURN 8", false)
	f("TRACK CLEAR", false)
}
