package history_test

import (
	"strings"
	"testing"

	"pitwall.live/internal/history"
)

// FuzzDecodeLaps: whatever a lap table holds, its rows are laps in order, each once, or are named as defects.
func FuzzDecodeLaps(f *testing.F) {
	f.Add(transformedHead + "0 days 00:10:00.000000,HAM,44,95.1,1.0,1.0,,,False,SOFT,1.0,True,Mercedes,1,1.0,False,6,Monaco Grand Prix\n")
	f.Add(fullHead + "0 days 00:11:30.4,D01,1,-1 days +23:59:59,1.0,1.0,,,,,,300.0,,250.0,310.0,HARD,1.0,True,Team,,1,1.0,,,,6,Monaco Grand Prix\n")
	f.Add("season,meeting_name,session_key,session_name,driver_number,lap_number,lap_duration,weather_date\n2023,Monaco,9094,Race,1,1,90.1,2023-05-28\n")
	f.Add(transformedHead + "\"\n,,,\n")
	f.Add("\x1f\x8b")
	f.Fuzz(func(t *testing.T, text string) {
		read := 0
		for s, err := range history.DecodeLaps(strings.NewReader(text), "fuzz") {
			if err != nil {
				return
			}
			read += len(s.Laps)
			for i, l := range s.Laps {
				if l.LapNumber < 1 || l.DriverNumber < 1 || l.LapTime.Known && l.LapTime.Value <= 0 {
					t.Fatalf("%+v", l)
				}
				if i > 0 && (s.Laps[i-1].DriverNumber > l.DriverNumber || s.Laps[i-1].DriverNumber == l.DriverNumber && s.Laps[i-1].LapNumber >= l.LapNumber) {
					t.Fatalf("%+v after %+v", l, s.Laps[i-1])
				}
			}
			for _, d := range s.Defects {
				if d.Line < 1 || d.Rows < 1 {
					t.Fatalf("%+v", d)
				}
			}
		}
		if lines := strings.Count(text, "\n") + 1; read > lines {
			t.Fatalf("%d laps of %d lines", read, lines)
		}
	})
}
