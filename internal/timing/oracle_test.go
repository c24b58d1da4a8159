package timing_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

// The sessions FastF1 has read: the folder below live-timing and the one below oracle_fastf1.
var oracleSessions = []struct{ recording, oracle string }{
	{"archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race", "2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race"},
	{"archive/2019/2019-09-08_Italian_Grand_Prix/2019-09-07_Qualifying", "2019/2019-09-08_Italian_Grand_Prix/2019-09-07_Qualifying"},
	{"archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2", "2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2"},
	{"archive/2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying", "2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying"},
	{"archive/2022/2022-07-03_British_Grand_Prix/2022-07-01_Practice_1", "2022/2022-07-03_British_Grand_Prix/2022-07-01_Practice_1"},
	{"archive/2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying", "2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying"},
	{"archive/2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1", "2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1"},
	{"archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint", "2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint"},
	{"archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", "2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"},
	{"reconstructed/2025-03-16_Australian_Grand_Prix_Race", "reconstructed/2025-03-16_Australian_Grand_Prix_Race"},
}

// cell is one kind of value compared.
type cell struct {
	name          string
	theirs, equal int // cells of theirs that are not empty, and those of ours equal to them
	extra         int // cells of ours where theirs is empty
	show          []string
}

// TestLapsAgainstFastF1 compares every lap with an independent reading of the same messages.
func TestLapsAgainstFastF1(t *testing.T) {
	for _, sess := range oracleSessions {
		t.Run(sess.oracle, func(t *testing.T) {
			want := table(t, shared(t, "oracle_fastf1", sess.oracle, "laps.csv.gz"))
			s := play(t, shared(t, "live-timing", sess.recording))
			ours := map[[2]int]*f1.LapRow{}
			rows := s.Laps()
			for i := range rows {
				ours[[2]int{rows[i].DriverNumber, rows[i].LapNumber}] = &rows[i]
			}
			cells := []*cell{{name: "LapTime"}, {name: "Sector1Time"}, {name: "Sector2Time"}, {name: "Sector3Time"},
				{name: "SpeedI1"}, {name: "SpeedI2"}, {name: "SpeedFL"}, {name: "SpeedST"}}
			missing := 0
			for _, w := range want {
				car, _ := strconv.Atoi(w["Driver"])
				n, _ := strconv.Atoi(w["NumberOfLaps"])
				r := ours[[2]int{car, n}]
				if r == nil {
					missing++
					t.Logf("missing: car %d lap %d: %v", car, n, w)
					continue
				}
				delete(ours, [2]int{car, n})
				ms := func(o f1.Opt[time.Duration]) string {
					if !o.Known {
						return ""
					}
					return strconv.FormatInt(o.Value.Milliseconds(), 10)
				}
				speed := func(o f1.Opt[int]) string {
					if !o.Known {
						return ""
					}
					return strconv.Itoa(o.Value) + ".0"
				}
				got := []string{ms(r.LapTime), ms(r.Sector1), ms(r.Sector2), ms(r.Sector3),
					speed(r.SpeedI1), speed(r.SpeedI2), speed(r.SpeedFL), speed(r.SpeedST)}
				for i, c := range cells {
					theirs := w[c.name]
					switch {
					case theirs == "" && got[i] != "":
						c.extra++
					case theirs == "":
						continue
					default:
						c.theirs++
						if theirs == got[i] {
							c.equal++
							continue
						}
					}
					if i < 4 {
						c.show = append(c.show, w["Driver"]+"/"+w["NumberOfLaps"]+" theirs "+theirs+" ours "+got[i])
					}
				}
			}
			t.Logf("%d laps of theirs, %d missing, %d more of ours; skipped %d", len(want), missing, len(ours), s.SkippedTotal)
			if len(s.Skipped) > 0 {
				t.Log(s.Skipped[:min(3, len(s.Skipped))])
			}
			for k, r := range ours {
				t.Logf("more: car %d lap %d %+v", k[0], k[1], *r)
			}
			for _, c := range cells {
				t.Logf("%-12s equal %d of %d (%.2f %%), %d more of ours", c.name, c.equal, c.theirs, 100*float64(c.equal)/float64(c.theirs), c.extra)
				if os.Getenv("PITWALL_DIFF") != "" {
					for _, line := range c.show {
						t.Log("  ", c.name, line)
					}
				}
			}
		})
	}
}
