package laptables_test

import (
	"strings"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/strategy/laptables"
)

const head = "Time,DriverNumber,LapTime,LapNumber,Stint,PitOutTime,PitInTime,Compound,TyreLife,TrackStatus,Position,RoundNumber,EventName\n"

// FuzzDecode: whatever a table holds is read or refused, and what was read gives a picture.
func FuzzDecode(f *testing.F) {
	f.Add(head + "0 days 00:35:17.993000,1,95.008,1.0,1.0,,,SOFT,1.0,1,1.0,1,Australian Grand Prix\n" +
		"0 days 00:36:49.578000,1,91.585,2.0,1.0,,0 days 00:36:45.5,SOFT,2.0,12,1.0,1,Australian Grand Prix\n" +
		"0 days 00:38:40.1,1,110.6,3.0,2.0,0 days 00:37:05.2,,HARD,1.0,124,1.0,1,Australian Grand Prix\n")
	f.Add(head + ",,,,,,,,,,,,\n")
	f.Add(head + "0 days 0:0:0,1,x,1,,,,,,,,1,Monaco Grand Prix\n")
	f.Fuzz(func(t *testing.T, text string) {
		races, err := laptables.Decode(strings.NewReader(text), 2025, f1.Race)
		if err != nil {
			return
		}
		for _, r := range races {
			p := r.Picture(strategy.Config{})
			r.Rejoins(strategy.Config{})
			r.Gaps()
			if len(p.Cars) > len(r.Laps) {
				t.Errorf("%d cars of %d laps", len(p.Cars), len(r.Laps))
			}
		}
	})
}
