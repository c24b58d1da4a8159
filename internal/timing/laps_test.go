package timing_test

import (
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// race is a race that has begun, with one car on the grid.
func race(t *testing.T, lines ...string) *timing.Session {
	return told(t, told(t, nil, `SessionInfo {"Key":1,"Type":"Race","Name":"Race","GmtOffset":"02:00:00"}`,
		`TimingData {"Lines":{"44":{"Line":1,"Position":"1","InPit":false}}}`,
		`TimingAppData {"Lines":{"44":{"Stints":[{"Compound":"SOFT","New":"false","TotalLaps":3,"StartLaps":3}]}}}`,
		`TrackStatus {"Status":"1","Message":"AllClear"}`,
		`SessionStatus {"Status":"Started"}`), lines...)
}

// lapOf is a row of car 44.
func lapOf(t *testing.T, s *timing.Session, n int) f1.LapRow {
	t.Helper()
	for _, r := range s.Laps() {
		if r.LapNumber == n {
			return r
		}
	}
	t.Fatalf("no lap %d in %+v", n, s.Laps())
	return f1.LapRow{}
}

func wantTimes(t *testing.T, r f1.LapRow, lap, s1, s2, s3 int) {
	t.Helper()
	for i, got := range []f1.Opt[time.Duration]{r.LapTime, r.Sector1, r.Sector2, r.Sector3} {
		want := []int{lap, s1, s2, s3}[i]
		if got.Known != (want != 0) || got.Value != time.Duration(want)*time.Millisecond {
			t.Errorf("lap %d value %d: %v, want %d ms", r.LapNumber, i, got, want)
		}
	}
}

func TestLateValuesBelongToTheLapBefore(t *testing.T) {
	s := race(t, "+30", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"Sectors":{"2":{"Value":"25.000"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"30.000"},"1":{"Value":""},"2":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"30.500"}}}}}`,
		"+28", `TimingData {"Lines":{"44":{"NumberOfLaps":2}}}`,
		`TimingData {"Lines":{"44":{"Sectors":{"2":{"Value":"29.500"}},"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"31.000"},"1":{"Value":""},"2":{"Value":""}}}}}`)
	wantTimes(t, lapOf(t, s, 2), 90000, 30000, 30500, 29500)
	if r := lapOf(t, s, 2); !r.Accurate || !r.PersonalBest || r.TrackStatus != "1" || r.TyreAge.Value != 5 || r.Compound != "SOFT" {
		t.Errorf("%+v", r)
	}
	wantTimes(t, lapOf(t, s, 1), 0, 0, 0, 25000)
}

// What did not change is not sent: equal first sectors, equal lap times.
func TestEqualValuesAreNotSent(t *testing.T) {
	s := race(t, "+30", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"Sectors":{"2":{"Value":"25.000"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"30.000"},"1":{"Value":""},"2":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"30.500"}}}}}`,
		"+28", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"Sectors":{"2":{"Value":"29.500"}},"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":""},"2":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"30.000"}}}}}`,
		"+28", `TimingData {"Lines":{"44":{"NumberOfLaps":3,"Sectors":{"2":{"Value":"29.000"}},"LastLapTime":{"Value":"1:29.000"}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"29.900"},"1":{"Value":""},"2":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"30.000"}}}}}`,
		"+28", `TimingData {"Lines":{"44":{"NumberOfLaps":4,"Sectors":{"2":{"Value":"29.100"}}}}}`)
	wantTimes(t, lapOf(t, s, 3), 89000, 30000, 30000, 29000)
	wantTimes(t, lapOf(t, s, 4), 89000, 29900, 30000, 29100)
}

// An equal first speed is not sent either; that it was taken shows in the second, which it takes away.
func TestEqualFirstSpeed(t *testing.T) {
	s := race(t, "+30", `TimingData {"Lines":{"44":{"Speeds":{"I1":{"Value":"261"},"I2":{"Value":""},"FL":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Speeds":{"I2":{"Value":"249"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"Speeds":{"FL":{"Value":"280"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Speeds":{"I2":{"Value":""},"FL":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Speeds":{"I2":{"Value":"250"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"Speeds":{"FL":{"Value":"281"}}}}}`)
	if r := lapOf(t, s, 2); r.SpeedI1.Value != 261 || r.SpeedI2.Value != 250 || r.SpeedFL.Value != 281 {
		t.Errorf("%+v", r)
	}
}

// A crossing goes unseen: the first sector comes again, and the count then rises by two.
func TestUnseenCrossing(t *testing.T) {
	s := race(t, "+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"30.000"},"1":{"Value":""},"2":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"30.500"}}}}}`,
		"+60", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"31.000"},"1":{"Value":""},"2":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"31.500"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"NumberOfLaps":3,"Sectors":{"2":{"Value":"30.500"}},"LastLapTime":{"Value":"1:33.000"}}}}`)
	wantTimes(t, lapOf(t, s, 2), 0, 30000, 30500, 0)
	wantTimes(t, lapOf(t, s, 3), 93000, 31000, 31500, 30500)
	if a, b := lapOf(t, s, 2), lapOf(t, s, 3); a.DateEnd != b.DateStart || !a.DateEnd.Known {
		t.Errorf("lap 2 ends %v, lap 3 begins %v", a.DateEnd, b.DateStart)
	}
}

// The count steps back for a while: the past is not told twice.
func TestCountStepsBack(t *testing.T) {
	s := race(t, "+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+20", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"LastLapTime":{"Value":"1:55.000"}}}}`,
		`TimingData {"Lines":{"44":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+70", `TimingData {"Lines":{"44":{"NumberOfLaps":3,"LastLapTime":{"Value":"1:31.000"}}}}`)
	if n := len(s.Laps()); n != 3 {
		t.Errorf("%d laps", n)
	}
	wantTimes(t, lapOf(t, s, 3), 91000, 0, 0, 0)
}

// A message comes twice: the older count, seconds after the newer one, hides nothing of the lap being run.
func TestOldCountComesAgain(t *testing.T) {
	s := race(t, "+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+5", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		`TimingData {"Lines":{"44":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+26", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"31.000"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"1":{"Value":"30.000"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"NumberOfLaps":3,"Sectors":{"2":{"Value":"30.000"}},"LastLapTime":{"Value":"1:31.000"}}}}`)
	wantTimes(t, lapOf(t, s, 2), 90000, 0, 0, 0)
	wantTimes(t, lapOf(t, s, 3), 91000, 31000, 30000, 30000)
}

// What was taken at the line is corrected just after it: it is still of the lap that ended there.
func TestCorrectedAtTheLine(t *testing.T) {
	s := race(t, "+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"Sectors":{"2":{"Value":"30.000"}},"LastLapTime":{"Value":"1:30.000"},"Speeds":{"FL":{"Value":"255"}}}}}`,
		"+3", `TimingData {"Lines":{"44":{"Sectors":{"2":{"Value":"30.001"}},"LastLapTime":{"Value":"1:30.001"},"Speeds":{"FL":{"Value":"256"}}}}}`,
		"+87", `TimingData {"Lines":{"44":{"NumberOfLaps":3}}}`)
	wantTimes(t, lapOf(t, s, 2), 90001, 0, 0, 30001)
	wantTimes(t, lapOf(t, s, 3), 0, 0, 0, 0)
	if r := lapOf(t, s, 2); r.SpeedFL.Value != 256 {
		t.Errorf("speed at the line %v", r.SpeedFL)
	}
}

// Who joins in the second part of qualifying hears of the flag of the first; the part is not over.
func TestJoinAfterTheFirstPart(t *testing.T) {
	snapshot := func(s *timing.Session, at time.Time, topic, payload string) {
		s.Apply(&feed.Message{Topic: topic, Payload: []byte(payload), Time: at, Snapshot: true})
	}
	s, at := timing.New(), time.Date(2024, 5, 18, 14, 30, 0, 0, time.UTC)
	snapshot(s, at, "SessionInfo", `{"Key":1,"Type":"Qualifying","Name":"Qualifying"}`)
	snapshot(s, at, "SessionStatus", `{"Status":"Started"}`)
	snapshot(s, at, "TimingData", `{"SessionPart":2,"Lines":{"44":{"Line":1,"Position":"1","NumberOfLaps":9}}}`)
	snapshot(s, at, "RaceControlMessages", `{"Messages":[{"Utc":"2024-05-18T14:18:00","Category":"Flag","Flag":"CHEQUERED","Scope":"Track","Message":"CHEQUERED FLAG"}]}`)
	if r := s.Results(); len(r) != 1 || r[0].Status != timing.ResultRunning {
		t.Errorf("%+v", r)
	}
}

// Tyres: the stint comes seconds after the stop, unknown at first; the list gets an entry without a
// visit, and rewrites the last one instead of adding.
func TestStintsFollowTheVisits(t *testing.T) {
	s := race(t, "+90", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		`TimingAppData {"Lines":{"44":{"Stints":{"1":{"Compound":"SOFT","New":"false","TotalLaps":3,"StartLaps":3}}}}}`, // no visit
		"+80", `TimingData {"Lines":{"44":{"InPit":true,"NumberOfPitStops":1}}}`,
		"+10", `TimingData {"Lines":{"44":{"NumberOfLaps":2}}}`,
		"+12", `TimingData {"Lines":{"44":{"InPit":false,"PitOut":true}}}`,
		`TimingAppData {"Lines":{"44":{"Stints":{"1":{"Compound":"UNKNOWN","New":"false","TotalLaps":0,"StartLaps":0}}}}}`,
		"+40", `TimingAppData {"Lines":{"44":{"Stints":{"1":{"Compound":"HARD","New":"true"}}}}}`,
		"+40", `TimingData {"Lines":{"44":{"NumberOfLaps":3}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":4}}}`)
	stints := s.Stints()
	if len(stints) != 2 {
		t.Fatalf("%+v", stints)
	}
	if a := stints[0]; a.Compound != "SOFT" || a.LapStart.Value != 1 || a.LapEnd.Value != 2 || a.TyreAgeAtStart.Value != 3 {
		t.Errorf("first %+v", a)
	}
	if b := stints[1]; b.Compound != "HARD" || b.LapStart.Value != 3 || b.LapEnd.Value != 4 || !b.FreshTyre.Value {
		t.Errorf("second %+v", b)
	}
	if r := lapOf(t, s, 4); r.TyreAge.Value != 2 || r.StintNumber.Value != 2 {
		t.Errorf("%+v", r)
	}
	in, out := lapOf(t, s, 2), lapOf(t, s, 3)
	if !in.PitIn.Known || in.PitOut.Known || !out.PitOut.Known || !out.InPitAtStart || in.InPitAtStart {
		t.Errorf("in-lap %+v\nout-lap %+v", in, out)
	}
	stop := s.PitStops()[0]
	if stop.LapNumber != 2 || stop.StopNumber != 1 || stop.CompoundFrom != "SOFT" || stop.CompoundTo != "HARD" || stop.Under != "green" {
		t.Errorf("%+v", stop)
	}
}

// The entry of the stint before is corrected while the car is in the pits for the next (2022 British
// Practice 1, car 55): until an entry comes for that one, it might have been rewritten for it.
func TestStintCorrectedInThePits(t *testing.T) {
	s := race(t, "+80", `TimingData {"Lines":{"44":{"InPit":true}}}`,
		"+10", `TimingData {"Lines":{"44":{"NumberOfLaps":1}}}`,
		"+20", `TimingData {"Lines":{"44":{"InPit":false}}}`,
		`TimingAppData {"Lines":{"44":{"Stints":{"1":{"Compound":"HARD","New":"true","TotalLaps":0,"StartLaps":0}}}}}`,
		"+70", `TimingData {"Lines":{"44":{"InPit":true}}}`,
		"+10", `TimingData {"Lines":{"44":{"NumberOfLaps":2}}}`,
		`TimingAppData {"Lines":{"44":{"Stints":{"1":{"Compound":"INTERMEDIATE","New":"false","TotalLaps":6,"StartLaps":5}}}}}`,
		"+12", `TimingData {"Lines":{"44":{"InPit":false}}}`,
		`TimingAppData {"Lines":{"44":{"Stints":{"2":{"Compound":"MEDIUM","New":"true","TotalLaps":0,"StartLaps":0}}}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":3}}}`)
	stints := s.Stints()
	if len(stints) != 3 || stints[1].Compound != "INTERMEDIATE" || stints[1].TyreAgeAtStart.Value != 5 || stints[2].Compound != "MEDIUM" {
		t.Errorf("%+v", stints)
	}
}

// A stop is lost with the connection: its stint is there, the laps before it keep their set, and there is
// no stop of which nothing is known.
func TestStopLost(t *testing.T) {
	s := race(t, "+90", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"NumberOfPitStops":0}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:31.000"}}}}`,
		"+200", `!TimingAppData {"Lines":{"44":{"Stints":[{"Compound":"SOFT","New":"false","TotalLaps":6,"StartLaps":3},{"Compound":"HARD","New":"true","TotalLaps":1,"StartLaps":0}]}}}`,
		`!TimingData {"Lines":{"44":{"Line":1,"Position":"1","InPit":false,"NumberOfPitStops":1,"NumberOfLaps":4,"LastLapTime":{"Value":"1:50.000"}}}}`,
		"+60", `TimingData {"Lines":{"44":{"NumberOfLaps":5,"LastLapTime":{"Value":"1:32.000"}}}}`)
	wantTimes(t, lapOf(t, s, 3), 0, 0, 0, 0)
	wantTimes(t, lapOf(t, s, 4), 110000, 0, 0, 0)
	wantTimes(t, lapOf(t, s, 5), 92000, 0, 0, 0)
	stints := s.Stints()
	if len(stints) != 2 || stints[0].Compound != "SOFT" || stints[1].Compound != "HARD" || lapOf(t, s, 2).Compound != "SOFT" {
		t.Errorf("%+v", stints)
	}
	if stops := s.PitStops(); len(stops) != 0 {
		t.Errorf("%+v", stops)
	}
	if r := lapOf(t, s, 3); r.DateEnd.Known || r.Position.Known {
		t.Errorf("nobody saw lap 3 end: %+v", r)
	}
}

// A lap is deleted after it was a best, and given back.
func TestDeletedAndReinstated(t *testing.T) {
	s := race(t, "+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1},"4":{"Line":2}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`,
		"+89", `TimingData {"Lines":{"44":{"NumberOfLaps":3,"LastLapTime":{"Value":"1:29.500"}}}}`,
		`RaceControlMessages {"Messages":[{"Message":"CAR 4 (NOR) TIME 1:30.000 DELETED - TRACK LIMITS AT TURN 2 LAP 2"}]}`)
	if lapOf(t, s, 2).Deleted {
		t.Error("car 44's lap deleted by a message on car 4")
	}
	told(t, s, `RaceControlMessages {"Messages":{"1":{"Message":"CAR 44 (HAM) TIME 1:30.000 DELETED - TRACK LIMITS AT TURN 2 LAP 2"}}}`)
	if r := lapOf(t, s, 2); !r.Deleted || r.PersonalBest || r.DeletedReason != "TRACK LIMITS AT TURN 2" {
		t.Errorf("%+v", r)
	}
	told(t, s, `RaceControlMessages {"Messages":{"2":{"Message":"CAR 44 (HAM) TIME 1:30.000 REINSTATED"}}}`)
	if r := lapOf(t, s, 2); r.Deleted || !r.PersonalBest {
		t.Errorf("%+v", r)
	}
}
