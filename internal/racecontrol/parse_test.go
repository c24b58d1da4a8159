package racecontrol

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

// clock is a local time of day.
func clock(h, m, s int) f1.Opt[time.Duration] {
	return f1.Some(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second)
}

func turn(n int) Location { return Location{Turn: f1.Some(n)} }

func lapTime(ms int) f1.Opt[time.Duration] { return f1.Some(time.Duration(ms) * time.Millisecond) }

func seconds(n int) f1.Opt[time.Duration] { return f1.Some(time.Duration(n) * time.Second) }

// examples are messages of every kind, made up here in the fixed phrases of the language.
var examples = []struct {
	text string
	want Message // without Text
}{
	// Flags.
	{"YELLOW IN TRACK SECTOR 21", Message{Kind: Yellow, Scope: Sector, Sector: f1.Some(21)}},
	{"YELLOW IN PIT LANE", Message{Kind: Yellow, Scope: PitLane}},
	{"DOUBLE YELLOW IN TRACK SECTOR 21", Message{Kind: DoubleYellow, Scope: Sector, Sector: f1.Some(21)}},
	{"DOUBLE YELLOW IN PIT LANE", Message{Kind: DoubleYellow, Scope: PitLane}},
	{"CLEAR IN TRACK SECTOR 9", Message{Kind: Clear, Scope: Sector, Sector: f1.Some(9)}},
	{"PIT LANE CLEAR", Message{Kind: Clear, Scope: PitLane}},
	{"TRACK CLEAR", Message{Kind: Clear, Scope: Track}},
	{"RED FLAG", Message{Kind: Red, Scope: Track}},
	{"RED FLAG - RACE SUSPENDED", Message{Kind: Red, Scope: Track, Session: "RACE"}},
	{"CHEQUERED FLAG", Message{Kind: Chequered, Scope: Track}},
	{"WAVED BLUE FLAG FOR CAR 90 (ABC) TIMED AT 09:08:07", Message{Kind: Blue, Scope: Driver, Cars: []int{90}, LocalTime: clock(9, 8, 7)}},
	{"BLACK AND WHITE FLAG FOR CAR 90 (ABC) - WEAVING (16:01:02)", Message{Kind: BlackAndWhite, Scope: Driver, Cars: []int{90}, Reason: "WEAVING", LocalTime: clock(16, 1, 2)}},
	{"FIA STEWARDS: BLACK AND WHITE FLAG FOR CAR 90 (ABC)", Message{Kind: BlackAndWhite, Stewards: true, Scope: Driver, Cars: []int{90}}},
	{"BLACK AND ORANGE FLAG - CAR 90 (ABC) - LOOSE WING", Message{Kind: BlackAndOrange, Scope: Driver, Cars: []int{90}, Reason: "LOOSE WING"}},
	{"BLACK FLAG FOR CAR 90 (ABC)", Message{Kind: Black, Scope: Driver, Cars: []int{90}}},
	{"FIRST CAR TO TAKE THE FLAG - CAR 90 (ABC)", Message{Kind: FirstToFlag, Cars: []int{90}}},
	{"CORRECTION:: FIRST CAR TO TAKE THE CHEQUERED FLAG - CAR 91 (DEF)", Message{Kind: FirstToFlag, Correction: true, Cars: []int{91}}},

	// The safety car.
	{"SAFETY CAR DEPLOYED", Message{Kind: SafetyCarDeployed}},
	{"safety car in this lap", Message{Kind: SafetyCarInThisLap}},
	{"  SAFETY CAR THROUGH THE PIT LANE ", Message{Kind: SafetyCarPitLane}},
	{"ALL CARS THROUGH THE PIT LANE", Message{Kind: SafetyCarPitLane}},
	{"ALL CARS USE START/FINISH STRAIGHT", Message{Kind: SafetyCarStraight}},
	{"SAFETY CAR LIGHTS ON", Message{Kind: SafetyCarLights, Active: f1.Some(true)}},
	{"VIRTUAL SAFETY CAR DEPLOYED", Message{Kind: VSCDeployed}},
	{"VSC DEPLOYED", Message{Kind: VSCDeployed}},
	{"VSC ENDING", Message{Kind: VSCEnding}},
	{"LAPPED CARS MAY NOW OVERTAKE THE SAFETY CAR: 90, 9, 91", Message{Kind: LappedMayOvertake, Cars: []int{90, 9, 91}}},
	{"LAPPED CAR MAY NOW OVERTAKE - 90", Message{Kind: LappedMayOvertake, Cars: []int{90}}},
	{"LAPPED CARS 90 (ABC) - 9 - 91 TO OVERTAKE SAFETY CAR", Message{Kind: LappedMayOvertake, Cars: []int{90, 9, 91}}},
	{"LAPPED CARS WILL NOT BE ALLOWED TO OVERTAKE", Message{Kind: LappedMayNotOvertake}},
	{"RESUMPTION ORDER: 9, 90", Message{Kind: CarOrder, Cars: []int{9, 90}}},

	// The pit lane.
	{"GREEN LIGHT - PIT EXIT OPEN", Message{Kind: GreenLight, Scope: Track}},
	{"PIT EXIT OPEN", Message{Kind: PitExitOpen}},
	{"PIT EXIT CLOSED", Message{Kind: PitExitClosed}},
	{"PIT LANE ENTRY OPEN", Message{Kind: PitEntryOpen}},
	{"PIT LANE ENTRY CLOSED", Message{Kind: PitEntryClosed}},
	{"PIT LANE OPEN", Message{Kind: PitLaneOpen}},
	{"PIT LANE CLOSED", Message{Kind: PitLaneClosed}},
	{"PIT LANE OPEN - 10:05, PIT LANE CLOSED - 10:10, FORMATION LAP - 10:20", Message{Kind: StartTimetable, At: clock(10, 20, 0)}},

	// The session and its start.
	{"SQ3 WILL START AT 10:20", Message{Kind: WillStart, Session: "SQ3", At: clock(10, 20, 0)}},
	{"THE F1 SPRINT QUALIFYING WILL START AT 10:20", Message{Kind: WillStart, Session: "SPRINT QUALIFYING", At: clock(10, 20, 0)}},
	{"SESSION WILL RE-START 9:20", Message{Kind: WillResume, Session: "SESSION", At: clock(9, 20, 0)}},
	{"Q2 WILL NOT BE RESUMED", Message{Kind: WillNotResume, Session: "Q2"}},
	{"A 10 MIN WARNING WILL BE GIVEN BEFORE Q2 RESUMES", Message{Kind: ResumeNotice, Session: "Q2", Duration: seconds(600)}},
	{"RACE START", Message{Kind: SessionStarted, Session: "RACE"}},
	{"SESSION RESUMED", Message{Kind: SessionResumed, Session: "SESSION"}},
	{"SESSION WILL BE TEMPORARILY STOPPED", Message{Kind: SessionStopped, Session: "SESSION"}},
	{"SESSION FINISHED", Message{Kind: SessionFinished, Session: "SESSION"}},
	{"START OF QUALIFYING WILL BE DELAYED BY 20 MINUTES", Message{Kind: StartDelayed, Session: "QUALIFYING", Duration: seconds(1200)}},
	{"DELAYED START", Message{Kind: StartDelayed}},
	{"RACE START ABORTED", Message{Kind: StartAborted, Session: "RACE"}},
	{"START PROCEDURE SUSPENDED", Message{Kind: StartSuspended}},
	{"SAFETY CAR WILL ENTER PITS : STANDING START", Message{Kind: StandingStart}},
	{"ROLLING START", Message{Kind: RollingStart}},
	{"FORMATION LAP WILL START AT 10:20", Message{Kind: FormationLap, At: clock(10, 20, 0)}},
	{"FORMATION LAP WILL BE STARTED BEHIND THE SAFETY CAR", Message{Kind: FormationBehindSC}},
	{"EXTRA FORMATION LAP", Message{Kind: ExtraFormation}},
	{"PRACTICE STARTS CANCELLED", Message{Kind: PracticeStarts, Active: f1.Some(false)}},

	// Weather and the surface.
	{"RISK OF RAIN FOR THE F1 RACE IS 5 %", Message{Kind: RainRisk, Session: "RACE", Percent: f1.Some(5)}},
	{"RISK OF RAIN FOR F1 FREE PRACTICE 2 IS 0%", Message{Kind: RainRisk, Session: "FREE PRACTICE 2", Percent: f1.Some(0)}},
	{"AIR TEMPERATURE 3 HOURS BEFORE THE RACE = 17 DEGREES", Message{Kind: AirTemperature, Session: "RACE", Degrees: f1.Some(17)}},
	{"LOW GRIP CONDITIONS", Message{Kind: LowGrip}},
	{"NORMAL GRIP CONDITIONS", Message{Kind: NormalGrip}},
	{"LOW GRIP DELTA INACTIVE", Message{Kind: GripDelta, Active: f1.Some(false)}},
	{"TRACK SURFACE SLIPPERY IN TRACK SECTOR 9", Message{Kind: Slippery, Scope: Sector, Sector: f1.Some(9)}},
	{"TRACK SLIPPERY AT TURN 9", Message{Kind: Slippery, Location: turn(9)}},
	{"WET RACE DECLARED", Message{Kind: WetTrack}},
	{"USE OF WET WEATHER TYRES IS COMPULSORY", Message{Kind: WetTyres}},

	// Aids to overtaking.
	{"DRS ENABLED", Message{Kind: DRSEnabled}},
	{"DRS DISABLED IN ZONE 4", Message{Kind: DRSDisabled, Zone: f1.Some(4)}},
	{"DRS DETECTION AT D2 NOW AUTOMATICALLY ACTIVE", Message{Kind: DRSDetection, Active: f1.Some(true)}},
	{"OVERTAKE ENABLED", Message{Kind: OvertakeEnabled}},
	{"OVERTAKE MODE DISABLED", Message{Kind: OvertakeDisabled}},
	{"STRAIGHT MODE ENABLED IN ZONE 4", Message{Kind: StraightModeEnabled, Zone: f1.Some(4)}},
	{"STRAIGHT MODE DISABLED", Message{Kind: StraightModeDisabled}},
	{"LOW POWER MODE ENABLED", Message{Kind: LowPower, Active: f1.Some(true)}},

	// Laps.
	{"CAR 9 (ABC) TIME 1:02.003 DELETED - TRACK LIMITS AT TURN 8 LAP 7 09:08:07", Message{Kind: LapDeleted, Cars: []int{9}, LapTime: lapTime(62003),
		Location: turn(8), Lap: f1.Some(7), LocalTime: clock(9, 8, 7), Reason: "TRACK LIMITS AT TURN 8"}},
	{"CORRECTION: CAR 9 (ABC) LAP DELETED - DOUBLE YELLOW AT TURN 8 LAP 7 09:08:07 (PIT)", Message{Kind: LapDeleted, Correction: true, Cars: []int{9},
		Location: turn(8), Lap: f1.Some(7), LocalTime: clock(9, 8, 7), Pit: true, Reason: "DOUBLE YELLOW AT TURN 8"}},
	{"CAR 9 (ABC) TIME 1:02.003 DELETED - TRACK LIMITS AT TURN 8 (NEXT LAP)", Message{Kind: LapDeleted, Cars: []int{9}, LapTime: lapTime(62003),
		Location: turn(8), NextLap: true, Reason: "TRACK LIMITS AT TURN 8 (NEXT LAP)"}},
	{"CAR 9 (ABC) TIME 1:02.003 REINSTATED", Message{Kind: LapReinstated, Cars: []int{9}, LapTime: lapTime(62003)}},

	// The stewards.
	{"TURN 8 INCIDENT INVOLVING CARS 9 (ABC) AND 90 (DEF) NOTED - IMPEDING (09:08:07)", Message{Kind: IncidentNoted, Cars: []int{9, 90},
		Location: turn(8), Reason: "IMPEDING", LocalTime: clock(9, 8, 7)}},
	{"UPDATE: INCIDENT INVOLVING CAR 9 (ABC) NOTED -IMPEDING", Message{Kind: IncidentNoted, Correction: true, Cars: []int{9}, Reason: "IMPEDING"}},
	{"PIT LANE INCIDENT INVOLVING SOME TEAM NOTED", Message{Kind: IncidentNoted, Team: "SOME TEAM", Location: Location{Place: "PIT LANE"}}},
	{"FIA STEWARDS: UPDATE: LAP 3 TURNS 8 TO 9 INCIDENT INVOLVING CARS 9 (ABC),90 (DEF)  AND 91 (GHI) UNDER INVESTIGATION", Message{Kind: UnderInvestigation,
		Correction: true, Stewards: true, Cars: []int{9, 90, 91}, Lap: f1.Some(3), Location: Location{Turn: f1.Some(8), ToTurn: f1.Some(9)}}},
	{"THE LAST LAP OF Q3 IS UNDER INVESTIGATION", Message{Kind: UnderInvestigation, Session: "Q3"}},
	{"FIA STEWARDS: SQ2 PIT EXIT INCIDENT INVOLVING CAR 9 (ABC) WILL BE INVESTIGATED AFTER THE SESSION – RED LIGHT", Message{Kind: AfterSession,
		Stewards: true, Cars: []int{9}, Session: "SESSION", Location: Location{Part: f1.Some(2), Place: "PIT EXIT"}, Reason: "RED LIGHT"}},
	{"FIA STEWARDS: CAR 9 (ABC) NO FURTHER INVESTIGATION", Message{Kind: NoFurtherAction, Stewards: true, Cars: []int{9}}},
	{"TURN 8 INCIDENT NOTED - NO INVESTIGATION NECESSARY", Message{Kind: NoFurtherAction, Location: turn(8)}},
	{"FIA STEWARDS: TURN 8 INCIDENT INVOLVING CAR 9 (ABC) REVIEWED NO FURTHER ACTION - WEAVING – TWICE", Message{Kind: NoFurtherAction, Stewards: true,
		Cars: []int{9}, Location: turn(8), Reason: "WEAVING – TWICE"}},
	{"FIA STEWARDS: 15 SECOND TIME PENALTY FOR CAR 9 (ABC) - WEAVING (09:08:07)", Message{Kind: PenaltyGiven, Stewards: true, Cars: []int{9},
		Penalty: TimePenalty, Duration: seconds(15), Reason: "WEAVING", LocalTime: clock(9, 8, 7)}},
	{"DRIVE THROUGH PENALTY FOR CAR 9 (ABC)", Message{Kind: PenaltyGiven, Cars: []int{9}, Penalty: DriveThrough}},
	{"FIA STEWARDS: 10 SECOND STOP/GO PENALTY FOR CAR 9 (ABC)", Message{Kind: PenaltyGiven, Stewards: true, Cars: []int{9}, Penalty: StopAndGo, Duration: seconds(10)}},
	{"FIA STEWARDS: STOP-AND-GO PENALTY FOR CAR 9 (ABC)", Message{Kind: PenaltyGiven, Stewards: true, Cars: []int{9}, Penalty: StopAndGo}},
	{"FIA STEWARDS: THREE PLACE GRID PENALTY FOR CAR 9 (ABC) - IMPEDING", Message{Kind: PenaltyGiven, Stewards: true, Cars: []int{9},
		Penalty: GridDrop, Places: f1.Some(3), Reason: "IMPEDING"}},
	{"FIA STEWARDS: REPRIMAND FOR CAR 9 (ABC) - IMPEDING", Message{Kind: PenaltyGiven, Stewards: true, Cars: []int{9}, Penalty: Reprimand, Reason: "IMPEDING"}},
	{"FIA STEWARDS: WARNING FOR CAR 9 (ABC) - WEAVING - TWICE", Message{Kind: PenaltyGiven, Stewards: true, Cars: []int{9}, Penalty: Warning, Reason: "WEAVING - TWICE"}},
	{"TRACK LIMITS WARNING FOR CAR 9 (ABC)", Message{Kind: PenaltyGiven, Cars: []int{9}, Penalty: Warning, Reason: "TRACK LIMITS"}},
	{"FINE FOR CAR 9 (ABC)", Message{Kind: PenaltyGiven, Cars: []int{9}, Penalty: Fine}},
	{"CAR 9 (ABC) DISQUALIFIED - UNDERWEIGHT", Message{Kind: PenaltyGiven, Cars: []int{9}, Penalty: Disqualified, Reason: "UNDERWEIGHT"}},
	{"CAR 9 (ABC) WILL START FROM THE PIT LANE", Message{Kind: PenaltyGiven, Cars: []int{9}, Penalty: PitLaneStart}},
	{"FIA STEWARDS: PENALTY SERVED - 15 SECOND TIME PENALTY FOR CAR 9 (ABC) - WEAVING", Message{Kind: PenaltyServed, Stewards: true, Cars: []int{9},
		Penalty: TimePenalty, Duration: seconds(15), Reason: "WEAVING"}},
	{"FIA STEWARDS: PENALTY WITHDRAWN FOR CAR 9 (ABC)", Message{Kind: PenaltyWithdrawn, Stewards: true, Cars: []int{9}}},

	// What a car does, and what is on the track.
	{"CAR 9 (ABC) OFF TRACK AND CONTINUED AT TURN 8", Message{Kind: OffTrack, Cars: []int{9}, Location: turn(8)}},
	{"CAR 9 (ABC) SPUN AT TURN 8", Message{Kind: Spun, Cars: []int{9}, Location: turn(8)}},
	{"CAR 9 STOPPED AT TURN 8", Message{Kind: Stopped, Cars: []int{9}, Location: turn(8)}},
	{"CAR 9 (ABC) MISSED THE APEX OF TURN 8", Message{Kind: MissedApex, Cars: []int{9}, Location: turn(8)}},
	{"CAR 9 (ABC) RUNNING SLOWLY", Message{Kind: RunningSlowly, Cars: []int{9}}},
	{"CAR 9 (ABC) REJOINED AT TURN 8", Message{Kind: Rejoined, Cars: []int{9}, Location: turn(8)}},
	{"CAR 9 (ABC) RETIRED", Message{Kind: Retired, Cars: []int{9}}},
	{"RECOVERY VEHICLE ON TRACK BEFORE TURN 8", Message{Kind: RecoveryVehicle, Location: Location{Turn: f1.Some(8), Place: "BEFORE"}}},
	{"MARSHALS ON TRACK AT TURN 8", Message{Kind: Marshals, Location: turn(8)}},
	{"MEDICAL CAR DEPLOYED", Message{Kind: MedicalCar}},
	{"DEBRIS ON TRACK AT TURNS 8 AND 9", Message{Kind: Debris, Location: Location{Turn: f1.Some(8), ToTurn: f1.Some(9)}}},

	// House-keeping.
	{"AWNINGS MAY BE USED", Message{Kind: Notice}},
	{"CAR 9 (ABC) REPORT TO THE WEIGHBRIDGE", Message{Kind: Notice, Cars: []int{9}}},
	{"RISK OF RAIN FOR THE F3 FEATURE RACE IS 30%", Message{Kind: OtherSeries, Session: "F3 FEATURE RACE", Percent: f1.Some(30)}},

	// What is none of these forms.
	{"", Message{Kind: Unknown}},
	{"CAR", Message{Kind: Unknown}},
	{"CAR 0 (ABC) STOPPED", Message{Kind: Unknown}},
	{"CAR 256 (ABC) STOPPED", Message{Kind: Unknown}},
	{"CAR FOUR TIME 1:02.003 DELETED", Message{Kind: Unknown}},
	{"NO SAFETY CAR DEPLOYED", Message{Kind: Unknown}},
	{"SAFETY CAR DEPLOYED TOMORROW", Message{Kind: Unknown}},
	{"RED FLAG PROCEDURE BRIEFING", Message{Kind: Unknown}},
	{"DRS ENABLED IN ZONE X", Message{Kind: Unknown}},
	{"Q2 WILL START AT 25:00", Message{Kind: Unknown}},
	{"LUNCH WILL START AT 12:00", Message{Kind: Unknown}},
	{"RISK OF RAIN FOR F1 RACE IS 400%", Message{Kind: Unknown}},
	{"FIA STEWARDS: SUMMONS FOR CAR 9 (ABC)", Message{Kind: Unknown, Stewards: true}},
}

func TestParse(t *testing.T) {
	for _, e := range examples {
		want := e.want
		want.Text = e.text
		if got := Parse(&f1.RaceControlRow{Message: e.text}); !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", e.text, got, want)
		}
	}
}

// TestEveryKindHasAnExample: the table above has one of every kind that a form can mean.
func TestEveryKindHasAnExample(t *testing.T) {
	have := map[Kind]bool{}
	for _, e := range examples {
		have[e.want.Kind] = true
	}
	missing := func(patterns []pattern) {
		for _, p := range patterns {
			if !have[p.kind] {
				t.Errorf("no example of %s", p.kind)
				have[p.kind] = true
			}
		}
	}
	for _, patterns := range forms.byWord {
		missing(patterns)
	}
	missing(forms.open)
}

// TestFieldsComplete: what the text does not say comes from the fields; what it says stays.
func TestFieldsComplete(t *testing.T) {
	f := func(row f1.RaceControlRow, want Message) {
		t.Helper()
		want.Text = row.Message
		if got := Parse(&row); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v:\n got %+v\nwant %+v", row, got, want)
		}
	}
	f(f1.RaceControlRow{Message: "SLOW DOWN", Flag: "DOUBLE YELLOW", Scope: "Sector", Sector: f1.Some(3)},
		Message{Kind: DoubleYellow, Scope: Sector, Sector: f1.Some(3)})
	f(f1.RaceControlRow{Message: "SOMETHING IS WITH THIS ONE", Category: "CarEvent", DriverNumber: f1.Some(9)},
		Message{Kind: Unknown, Cars: []int{9}})
	f(f1.RaceControlRow{Message: "YELLOW IN TRACK SECTOR 4", Flag: "YELLOW", Scope: "Track", Sector: f1.Some(5), DriverNumber: f1.Some(1000)},
		Message{Kind: Yellow, Scope: Sector, Sector: f1.Some(4)})
}

// TestCarIsAWholeNumber: a message about car n is about no other.
func TestCarIsAWholeNumber(t *testing.T) {
	for n := 1; n <= maxCar; n++ {
		number := strconv.Itoa(n)
		for _, text := range []string{
			"CAR " + number + " (ABC) STOPPED AT TURN 44", "CAR " + number + " STOPPED",
			"WAVED BLUE FLAG FOR CAR " + number + " (ABC) TIMED AT 04:44:04",
			"LAPPED CAR MAY NOW OVERTAKE THE SAFETY CAR: " + number,
			"5 SECOND TIME PENALTY FOR CAR " + number + " (ABC) - TURN 4 CONTACT",
		} {
			m := Parse(&f1.RaceControlRow{Message: text})
			for k := 1; k <= maxCar; k++ {
				if m.About(k) != (k == n) {
					t.Fatalf("%q: about %d is %v", text, k, m.About(k))
				}
			}
		}
	}
}

// TestNothingIsSwallowed: a word that is no part of a form makes the message unknown, or is kept in a field
// that holds words as said.
func TestNothingIsSwallowed(t *testing.T) {
	const foreign = "BANANA"
	for _, e := range examples {
		words := strings.Fields(e.text)
		for i := range len(words) + 1 {
			text := strings.Join(append(append(append([]string(nil), words[:i]...), foreign), words[i:]...), " ")
			m := Parse(&f1.RaceControlRow{Message: text})
			kept := strings.Contains(m.Reason+m.Team+m.Location.Place, foreign)
			if m.Kind != Unknown && !kept {
				t.Errorf("%q is %s", text, m.Kind)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, e := range examples {
		f.Add(e.text)
	}
	f.Add("CARS 1, 2 AND AND 3 - , : (PIT) NOTED")
	f.Add(strings.Repeat("CAR 4 ", 300))
	f.Fuzz(func(t *testing.T, text string) {
		m := Parse(&f1.RaceControlRow{Message: text})
		if m.Text != text {
			t.Fatalf("%q became %q", text, m.Text)
		}
		if m.Kind == "" {
			t.Fatalf("%q has no kind", text)
		}
		for _, c := range m.Cars {
			if c < 1 || c > maxCar || !strings.Contains(text, strconv.Itoa(c)) {
				t.Fatalf("%q: car %d", text, c)
			}
		}
		for _, said := range []string{m.Reason, m.Team, m.Session, m.Location.Place} {
			if !strings.Contains(text, said) || strings.TrimSpace(said) != said {
				t.Fatalf("%q: says %q", text, said)
			}
		}
		for _, day := range []f1.Opt[time.Duration]{m.LocalTime, m.At} {
			if day.Value < 0 || day.Value >= 24*time.Hour {
				t.Fatalf("%q: time of day %v", text, day.Value)
			}
		}
		if m.Percent.Value > 100 || m.LapTime.Value < 0 || m.Duration.Value < 0 || m.Lap.Value < 0 || m.Lap.Known && m.Lap.Value == 0 {
			t.Fatalf("%q: %+v", text, m)
		}
		if m.Kind != Unknown {
			c := Parse(&f1.RaceControlRow{Message: "CORRECTION: " + text})
			if c.Kind != m.Kind || !c.Correction || !reflect.DeepEqual(c.Cars, m.Cars) || c.Reason != m.Reason {
				t.Fatalf("%q: corrected it is %+v, it was %+v", text, c, m)
			}
		}
		var x Incidents
		key, first := x.Hear(&m)
		if (key == "") == first || key != m.Incident() {
			t.Fatalf("%q: heard as %q, it is %q", text, key, m.Incident())
		}
		if again, _ := x.Hear(&m); (again == "") != (key == "") {
			t.Fatalf("%q: then %q", text, again)
		}
	})
}

// BenchmarkParse reads one message of each example.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	row := f1.RaceControlRow{}
	for i := 0; b.Loop(); i++ {
		row.Message = examples[i%len(examples)].text
		Parse(&row)
	}
}
