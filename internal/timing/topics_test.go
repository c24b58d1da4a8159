package timing_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// told applies messages one second apart, each written as "Topic {payload}", a "!" before it making it
// a snapshot.
func told(t *testing.T, s *timing.Session, lines ...string) *timing.Session {
	t.Helper()
	if s == nil {
		s = timing.New()
	}
	at := s.Now
	if at.IsZero() {
		at = time.Date(2026, 3, 15, 7, 0, 0, 0, time.UTC)
	}
	for _, line := range lines {
		at = at.Add(time.Second)
		m := feed.Message{Time: at}
		if line[0] == '!' {
			m.Snapshot, line = true, line[1:]
		}
		var wait int
		if n, err := fmt.Sscanf(line, "+%d", &wait); err == nil && n == 1 {
			at = at.Add(time.Duration(wait) * time.Second)
			s.Now = at
			continue
		}
		for i := range line {
			if line[i] == ' ' {
				m.Topic, m.Payload = line[:i], []byte(line[i+1:])
				break
			}
		}
		s.Apply(&m)
	}
	if s.SkippedTotal > 0 {
		t.Errorf("skipped: %v", s.Skipped)
	}
	return s
}

// Every topic of the protocol document is decoded from its example.
func TestTopicsOfTheProtocol(t *testing.T) {
	s := warm()
	if s.SkippedTotal != 0 {
		t.Fatalf("skipped: %v", s.Skipped)
	}
	f := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	utc := func(s string) time.Time {
		at, ok := f1.ParseUTC(s)
		if !ok {
			t.Fatal(s)
		}
		return at
	}
	ms := func(n int) f1.Opt[time.Duration] { return f1.Some(time.Duration(n) * time.Millisecond) }
	f("key", s.Info.Key, "11245")
	f("type", s.Info.Type, f1.Race)
	f("start", s.Info.Start, utc("2026-03-15T07:00:00Z"))
	f("round", s.Info.Round, 2)
	f("archive", s.Info.Archive, "Generating")
	f("status", s.Status, f1.StatusStarted)
	f("clock", s.Clock.RemainingAt(utc("2026-03-15T07:01:00Z")), 16*time.Minute+59*time.Second)
	f("track", s.Track.Status, f1.TrackYellow)
	f("marshal sector", s.Track.Sectors, map[int]string{7: "double_yellow"})
	f("laps", s.Lap, timing.LapCount{Current: 1, Total: 56})
	f("message", s.RaceControl[0].Message, "DOUBLE YELLOW IN TRACK SECTOR 7")
	f("mirror", s.TextMirror, timing.TextMirror{Local: "2026-03-29T14:48:11", Text: "SAFETY CAR DEPLOYED"})
	ant, rus := s.Cars[12], s.Cars[63]
	f("driver", []string{ant.TLA, ant.First, ant.Last, ant.Team, ant.Colour}, []string{"ANT", "Kimi", "Antonelli", "Mercedes", "00D7B6"})
	f("leads", rus.GapToLeader.Leads, true)
	f("leader gap", rus.LeaderGap, ms(0))
	f("last lap", rus.LastLap.Time, ms(88370))
	f("last lap is", rus.LastLap.Best, timing.PersonalBest)
	f("segments", rus.Sectors[0].Segments, []int{2064, 2048})
	f("speed", rus.SpeedI1.KMH, f1.Some(261))
	f("stint", rus.Stints[0].Compound, "HARD")
	f("stint is new", rus.Stints[0].New, f1.Some(true))
	f("grid", rus.Grid, 3)
	f("best lap", rus.Stats.BestLap, timing.Ranked{Time: ms(85469), Rank: 1})
	f("best speed", rus.Stats.BestSpeeds[0].KMH, f1.Some(178))
	f("top three", s.TopThree[0].LapTime, ms(88156))
	f("tracker", len(s.Tracker), 2)
	f("weather", s.Weather.Value.Air, f1.Some(24.3))
	f("rain", s.Weather.Value.Rainfall, f1.Some(false))
	f("weather log", s.WeatherLog[0].Rainfall, f1.Some(true))
	f("radio", s.Radio[0].DriverNumber, 16)
	f("race info", rus.RaceInfo.Gap.Time, ms(69473))
	f("race info interval", rus.RaceInfo.Interval.Laps, f1.Some(1))
	f("overtakes", rus.Overtakes[0].Count, 1)
	f("lap chart", rus.LapChart, []int{1})
	f("series", rus.Series[0].Compound, "MEDIUM")
	f("tyre", rus.Tyre, timing.Tyre{Compound: "MEDIUM", New: f1.Some(true)})
	f("championship", s.Championship.Drivers[0].PredictedPoints, 255.5)
	f("team", s.Championship.Teams[0].Key, "Red Bull Racing")
	f("streams", len(s.Streams), 2)
	f("car data", len(s.CarData.Payload) > 0, true)
	f("no time of year 1", s.Streams[1].Time.IsZero(), true)
	f("TimingDataF1 is not used beside TimingData", rus.Sectors[2].Time.Known, false)
}

func TestQualifyingParts(t *testing.T) {
	s := told(t, nil,
		`SessionInfo {"Key":1,"Type":"Qualifying","Name":"Qualifying"}`,
		`TimingData {"NoEntries":[22,16,10],"SessionPart":1,"CutOffTime":"1:21.065","CutOffPercentage":"107","Lines":{"44":{"Line":1,"Cutoff":true,"Stats":[{"TimeDiffToFastest":"+0.5","TimeDifftoPositionAhead":"+0.1"},{},{}]}}}`,
		`TimingData {"Lines":{"44":{"BestLapTimes":{"0":{"Value":"1:17.1","Lap":2}},"Cutoff":false}}}`)
	car := s.Cars[44]
	if s.Part != 1 || !reflect.DeepEqual(s.Entries, []int{22, 16, 10}) || car.NoTimeYet || car.GapToLeader.Time.Value != 500*time.Millisecond {
		t.Errorf("part 1: %d %v %+v", s.Part, s.Entries, car.GapToLeader)
	}
	told(t, s, `TimingData {"SessionPart":2,"Lines":{"44":{"BestLapTimes":{"1":{"Value":""}}}}}`)
	if s.Part != 2 || car.GapToLeader.Time.Known || car.PartBest[0].Time.Value != 77100*time.Millisecond || car.PartBest[1].Time.Known {
		t.Errorf("part 2: %+v %+v", car.GapToLeader, car.PartBest)
	}
	told(t, s, `TimingData {"Lines":{"44":{"KnockedOut":true,"Status":192}}}`)
	if !car.KnockedOut {
		t.Error("not knocked out")
	}
}

func TestRollOver(t *testing.T) {
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`, `DriverList {"44":{"Tla":"HAM"}}`, `TimingData {"Lines":{"44":{"NumberOfLaps":3}}}`)
	ch := s.Apply(&feed.Message{Topic: feed.TopicSessionInfo, Payload: []byte(`{"Key":1,"Name":"Race"}`), Time: s.Now})
	if ch.Parts&timing.PartRollOver != 0 || len(s.Cars) != 1 {
		t.Error("the same key rolled over")
	}
	applied := s.Applied
	ch = s.Apply(&feed.Message{Topic: feed.TopicSessionInfo, Payload: []byte(`{"Key":2,"Type":"Qualifying","Name":"Qualifying"}`), Time: s.Now})
	if ch.Parts&timing.PartRollOver == 0 || len(s.Cars) != 0 || len(s.Laps()) != 0 || s.Info.Key != "2" || s.Applied != applied+1 {
		t.Errorf("not cleared: %d cars, key %s", len(s.Cars), s.Info.Key)
	}
}

func TestDriversAreNeverBlanked(t *testing.T) {
	s := told(t, nil,
		`DriverList {"44":{"RacingNumber":"44","Tla":"HAM","TeamName":"Ferrari","Line":1},"50":{"RacingNumber":"50","Tla":"BEA"}}`,
		`DriverList {"44":{"Tla":null,"TeamName":"","Line":2}}`,
		`DriverList {"44":{"_deleted":["NameFormat","Tla"]}}`,
		`SessionStatus {"Status":"Started"}`,
		`DriverList {"61":{"Tla":"OSU"}}`, "+3700",
		`DriverList {"44":{"Tla":"ZAG","TeamName":"Rodin"},"11":{"Tla":"AAA"},"50":{"TeamName":"Prema"}}`,
		`SessionStatus {"Status":"Finalised"}`,
		`DriverList {"12":{"Tla":"BBB"}}`)
	if c := s.Cars[44]; c.TLA != "HAM" || c.Team != "Ferrari" {
		t.Errorf("car 44: %s %s", c.TLA, c.Team)
	}
	if len(s.Cars) != 3 || s.Cars[61] == nil {
		t.Errorf("%d cars; the support series got in", len(s.Cars))
	}
}

// A lapped car's gap in seconds is the sum of the intervals up the order.
func TestLeaderGapOfLappedCars(t *testing.T) {
	s := told(t, nil,
		`SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`,
		`TimingData {"Lines":{
			"1":{"Line":1,"Position":"1","GapToLeader":"LAP 30","IntervalToPositionAhead":{"Value":"LAP 30"}},
			"2":{"Line":2,"Position":"2","GapToLeader":"+80.500","IntervalToPositionAhead":{"Value":"+80.500"}},
			"3":{"Line":3,"Position":"3","GapToLeader":"1 L","IntervalToPositionAhead":{"Value":"+23.387"}},
			"4":{"Line":4,"Position":"4","GapToLeader":"1L","IntervalToPositionAhead":{"Value":"+1.000"}},
			"5":{"Line":5,"Position":"5","GapToLeader":"2L","IntervalToPositionAhead":{"Value":"1L"}}}}`)
	f := func(car int, want f1.Opt[time.Duration]) {
		t.Helper()
		if got := s.Cars[car].LeaderGap; got != want {
			t.Errorf("car %d: %v, want %v", car, got, want)
		}
	}
	f(1, f1.Some(time.Duration(0)))
	f(2, f1.Some(80500*time.Millisecond))
	f(3, f1.Some(103887*time.Millisecond))
	f(4, f1.Some(104887*time.Millisecond))
	f(5, f1.Opt[time.Duration]{})
	ch := s.Apply(&feed.Message{Topic: feed.TopicTimingData, Time: s.Now,
		Payload: []byte(`{"Lines":{"2":{"GapToLeader":"+80.000","IntervalToPositionAhead":{"Value":"+80.000"}}}}`)})
	f(4, f1.Some(104387*time.Millisecond))
	if !ch.Has(4) || ch.Has(5) || ch.Has(1) {
		t.Errorf("change %+v", ch)
	}
}

// Two cars change places in one message: no moment has both in one place.
func TestPlacesSwapAtomically(t *testing.T) {
	s := told(t, nil,
		`SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`,
		`TimingData {"Lines":{"1":{"Line":1,"Position":"1"},"2":{"Line":2,"Position":"2"}}}`,
		`TimingData {"Lines":{"1":{"Line":2,"Position":"2"},"2":{"Line":1,"Position":"1"}}}`)
	rows := s.Positions()
	if len(rows) != 4 || !rows[2].Time.Equal(rows[3].Time) {
		t.Fatalf("%+v", rows)
	}
	if r := s.Results(); r[0].DriverNumber != 2 || r[1].DriverNumber != 1 {
		t.Errorf("order %+v", r)
	}
}

func TestRestartAndTrackStatus(t *testing.T) {
	s := told(t, nil,
		`SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`,
		`SessionStatus {"Status":"Started"}`, `TrackStatus {"Status":"1","Message":"AllClear"}`,
		`TrackStatus {"Status":"2","Message":"Yellow"}`, `TrackStatus {"Status":"5","Message":"Red"}`,
		`SessionStatus {"Status":"Aborted"}`,
		`TimingData {"Lines":{"44":{"InPit":true,"NumberOfPitStops":1}}}`,
		`SessionStatus {"Status":"Started"}`,
		`TimingData {"Lines":{"44":{"InPit":false,"PitOut":true}}}`,
		`TrackStatus {"Status":"9","Message":"?"}`)
	if s.Track.Status != "code_9" || len(s.TrackStatuses()) != 4 {
		t.Errorf("track %v %d", s.Track.Status, len(s.TrackStatuses()))
	}
	stops := s.PitStops()
	if len(stops) != 1 || stops[0].Under != "red" || stops[0].StopNumber != 1 || stops[0].LapNumber != 1 {
		t.Errorf("stops %+v", stops)
	}
}

func TestBadPayloadsAreCounted(t *testing.T) {
	f := func(topic, payload, reason string) {
		t.Helper()
		s := timing.New()
		s.Apply(&feed.Message{Topic: topic, Payload: []byte(payload), Offset: 7})
		if s.SkippedTotal != 1 || s.Skipped[0].Topic != topic || s.Skipped[0].Offset != 7 {
			t.Fatalf("%s %s: %+v", topic, payload, s.Skipped)
		}
		if got := s.Skipped[0].Reason; len(got) < len(reason) || got[:len(reason)] != reason {
			t.Errorf("%s %s: reason %q", topic, payload, got)
		}
	}
	f("TimingData", `{"Lines":`, "bad JSON")
	f("TimingData", `[1]`, "payload is not an object")
	f("TimingData", `"text"`, "payload is not an object")
	f("TimingData", `{"Lines":{"44":{"GapToLeader":"soon"}}}`, "car 44: GapToLeader")
	f("TimingData", `{"Lines":{"44":{"LastLapTime":{"Value":"1:xx"}}}}`, "car 44: LastLapTime")
}

func TestSkippedKeepsTheFirstHundred(t *testing.T) {
	s := timing.New()
	for range 250 {
		s.Apply(&feed.Message{Topic: "TimingData", Payload: []byte(`x`)})
	}
	if s.SkippedTotal != 250 || len(s.Skipped) != 100 {
		t.Errorf("%d, %d kept", s.SkippedTotal, len(s.Skipped))
	}
}
