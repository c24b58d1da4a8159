package timing_test

import (
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

// The speed at the end of sector 1 is not blanked between laps: when sector 1 comes without it, it is the one on
// show. One that is blanked, at the pit exit, is not.
func TestEqualSpeedIsNotSent(t *testing.T) {
	s := race(t, "+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"Sectors":{"2":{"Value":"25.000"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"30.000"}},"Speeds":{"I1":{"Value":"289"},"I2":{"Value":""},"ST":{"Value":""}}}}}`,
		"+40", `TimingData {"Lines":{"44":{"Speeds":{"ST":{"Value":"331"}}}}}`,
		"+20", `TimingData {"Lines":{"44":{"NumberOfLaps":2,"Sectors":{"2":{"Value":"29.000"}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"30.100"}},"Speeds":{"I2":{"Value":""},"ST":{"Value":""}}}}}`,
		"+60", `TimingData {"Lines":{"44":{"NumberOfLaps":3,"InPit":true,"Sectors":{"2":{"Value":"29.100"}}}}}`,
		"+20", `TimingData {"Lines":{"44":{"InPit":false,"PitOut":true,"Speeds":{"I1":{"Value":""}}}}}`,
		"+30", `TimingData {"Lines":{"44":{"Sectors":{"0":{"Value":"40.100"}}}}}`,
		"+60", `TimingData {"Lines":{"44":{"NumberOfLaps":4,"Sectors":{"2":{"Value":"29.100"}}}}}`)
	for n, want := range map[int][2]int{2: {289, 331}, 3: {289, 0}, 4: {0, 0}} {
		if r := lapOf(t, s, n); r.SpeedI1.Value != want[0] || r.SpeedST.Value != want[1] {
			t.Errorf("lap %d: speeds %v and %v, want %v", n, r.SpeedI1, r.SpeedST, want)
		}
	}
}

// The place of a lap into the pits is that of its end: what others do while the car stands there is of no
// concern to it.
func TestPlaceOfALapIntoThePits(t *testing.T) {
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Practice","Name":"Practice 1","Number":1}`, `SessionStatus {"Status":"Started"}`,
		`TimingData {"Lines":{"44":{"Line":2,"Position":"2","InPit":true}}}`,
		"+60", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"InPit":false,"PitOut":true}}}`,
		"+90", `TimingData {"Lines":{"44":{"NumberOfLaps":2}}}`,
		"+85", `TimingData {"Lines":{"44":{"InPit":true}}}`,
		"+5", `TimingData {"Lines":{"44":{"Line":1,"Position":"1","LastLapTime":{"Value":"1:30.000"},"TimeDiffToFastest":""}}}`,
		"+600", `TimingData {"Lines":{"44":{"Line":9,"Position":"9","TimeDiffToFastest":"+1.000"}}}`,
		`TimingData {"Lines":{"44":{"NumberOfLaps":3,"InPit":false,"PitOut":true}}}`)
	if r := lapOf(t, s, 2); r.Position.Value != 1 || r.GapToLeader.Known || r.LapsDown.Known {
		t.Errorf("%+v", r)
	}
}

// The gap of a lapped car at the line is the interval to the car that was before it there, and that one's gap
// then: not what that one shows later.
func TestGapOfALappedCar(t *testing.T) {
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`,
		`TimingData {"Lines":{"1":{"Line":1,"Position":"1"},"4":{"Line":2,"Position":"2"},"44":{"Line":3,"Position":"3"}}}`,
		`SessionStatus {"Status":"Started"}`,
		"+90", `TimingData {"Lines":{"1":{"NumberOfLaps":1,"GapToLeader":"LAP 2"}}}`,
		"+80", `TimingData {"Lines":{"4":{"NumberOfLaps":1,"GapToLeader":"+80.900"}}}`,
		"+3", `TimingData {"Lines":{"4":{"GapToLeader":"+60.000"}}}`,
		"+11", `TimingData {"Lines":{"44":{"NumberOfLaps":1,"GapToLeader":"1L","IntervalToPositionAhead":{"Value":"+18.300"}}}}`)
	if r := s.Laps()[2]; r.DriverNumber != 44 || r.GapToLeader != f1.Some(99200*time.Millisecond) || r.LapsDown != f1.Some(1) {
		t.Errorf("%+v", r)
	}
}

// Where PitLaneTimeCollection has no time, PitStopSeries does.
func TestTimeInTheLane(t *testing.T) {
	s := race(t, "+90", `TimingData {"Lines":{"44":{"InPit":true,"NumberOfPitStops":1}}}`,
		"+24", `TimingData {"Lines":{"44":{"InPit":false,"PitOut":true}}}`,
		`PitLaneTimeCollection {"PitTimes":{"44":{"RacingNumber":"44","Duration":"","Lap":"1"}}}`,
		`PitStopSeries {"PitTimes":{"44":[{"Timestamp":"2026-03-15T07:02:03.000Z","PitStop":{"RacingNumber":"44","PitStopTime":"2.4","PitLaneTime":"24.117","Lap":"1"}}]}}`)
	stops := s.PitStops()
	if len(stops) != 1 || stops[0].PitLane != f1.Some(24117*time.Millisecond) || stops[0].Stationary != f1.Some(2400*time.Millisecond) {
		t.Errorf("%+v", stops)
	}
}
