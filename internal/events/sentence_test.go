package events_test

import (
	"strconv"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
)

// Every kind has a sentence, with everything known and with nothing, and none has a hole or a number without a unit.
func TestEveryKindHasASentence(t *testing.T) {
	for _, name := range events.Detectors() {
		for _, kind := range events.KindsOf(name) {
			whole := f1.Event{Kind: kind, Car: f1.Some(44), Other: f1.Some(81), From: f1.Some(5), To: f1.Some(4), Value: f1.Some(3.), Detail: "why"}
			for _, e := range []f1.Event{whole, {Kind: kind}} {
				text := events.Sentence(&e, strconv.Itoa)
				if text == "" || e.Car.Known && text == events.Title(kind) || strings.ContainsAny(text, "{}[]") {
					t.Errorf("%s: %q", kind, text)
				}
				if e.Car.Known && strings.Contains(text, "unknown") {
					t.Errorf("%s: %q", kind, text)
				}
			}
			if text := events.Sentence(&whole, strconv.Itoa); !strings.Contains(text, "why") {
				t.Errorf("%s does not say its detail: %q", kind, text)
			}
		}
	}
}

func TestSentence(t *testing.T) {
	name := func(n int) string {
		if tla, known := map[int]string{44: "HAM", 81: "PIA", 63: "RUS"}[n]; known {
			return tla
		}
		return strconv.Itoa(n)
	}
	some := f1.Some[int]
	for want, e := range map[string]f1.Event{
		"HAM passes PIA, P5 to P4, start":                                               {Kind: events.OvertakeOnTrack, Car: some(44), Other: some(81), From: some(5), To: some(4), Detail: "start"},
		"HAM takes the lead from PIA, in the pits":                                      {Kind: events.LeadChange, Car: some(44), Other: some(81), From: some(2), To: some(1), Detail: "order.changed.pit"},
		"HAM ahead of PIA, P3 to P2, under neutralisation, VSC; it was incident":        {Kind: events.OrderNeutral, Car: some(44), Other: some(81), From: some(3), To: some(2), Detail: "vsc; it was order.changed.incident"},
		"Fastest sector: HAM, 35.608, beats RUS, sector 2; before 35.701":               {Kind: events.SectorOverall, Car: some(44), Other: some(63), Value: f1.Some(35.608), Detail: "sector 2; before 35.701"},
		"Fastest lap: HAM, 1:27.321":                                                    {Kind: events.FastestOverall, Car: some(44), Value: f1.Some(87.3214)},
		"HAM loses 1 place at the start, P19 to P20":                                    {Kind: events.StartLoss, Car: some(44), From: some(19), To: some(20), Value: f1.Some(1.)},
		"HAM fails to undercut PIA, stops on laps 22 and 24, -4.4 s":                    {Kind: events.UndercutFail, Car: some(44), Other: some(81), From: some(22), To: some(24), Value: f1.Some(-4.42)},
		"HAM makes stop 2, 22.4 s in the pit lane, soft to medium, used":                {Kind: events.PitStop, Car: some(44), To: some(2), Value: f1.Some(22.43), Detail: "SOFT to MEDIUM, used"},
		"HAM enters the pits, under SC":                                                 {Kind: events.PitEntry, Car: some(44), Detail: "sc"},
		"HAM is lapped by PIA, 2 laps down":                                             {Kind: events.Lapped, Car: some(44), Other: some(81), From: some(1), To: some(2)},
		"HAM is unlapped from PIA, on the lead lap":                                     {Kind: events.Unlapped, Car: some(44), Other: some(81), From: some(1), To: some(0)},
		"Penalty for HAM, 5 s, time penalty; unsafe release":                            {Kind: events.PenaltyIssued, Car: some(44), Value: f1.Some(5.), Detail: "time; UNSAFE RELEASE"},
		"Penalty for HAM, 3 grid places, grid places; forcing another driver (RUS) off": {Kind: events.PenaltyIssued, Car: some(44), Value: f1.Some(3.), Detail: "grid_drop; FORCING ANOTHER DRIVER (RUS) OFF"},
		"Penalty for HAM, reprimand":                                                    {Kind: events.PenaltyIssued, Car: some(44), Value: f1.Some(2.), Detail: "reprimand"},
		"Yellow flag in sector 7":                                                       {Kind: events.FlagYellow, Value: f1.Some(7.)},
		"Red flag":                                                                      {Kind: events.FlagRed},
		"Blue flag for HAM":                                                             {Kind: events.BlueFlag, Car: some(44), Value: f1.Some(1.)},
		"Session scheduled for 2025-05-03 16:00 UTC":                                    {Kind: events.SessionScheduled, Detail: "2025-05-03T16:00:00Z"},
		"Final result: HAM, PIA, RUS, 1, 2, 3 and 2 more":                               {Kind: events.ResultFinal, Car: some(44), Cars: []int{44, 81, 63, 1, 2, 3, 4, 5}},
		"Incident noted: HAM, PIA, lap 1; turn 1":                                       {Kind: events.InvestigationNoted, Car: some(44), Other: some(81), Detail: "lap 1; turn 1"},
		"Forecast of the championship, P3 to P2, 412 points, teams: Ferrari":            {Kind: events.ChampionshipSwing, From: some(3), To: some(2), Value: f1.Some(412.), Detail: "teams: Ferrari"},
		"Something new": {Kind: "something.new", Value: f1.Some(3.)},
	} {
		if got := events.Sentence(&e, name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
