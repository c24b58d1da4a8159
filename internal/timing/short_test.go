package timing

import (
	"testing"

	"pitwall.live/internal/reference"
)

// In the real sessions the rule that no lap is shorter than its sectors takes no lap time away: neither in the ten that
// FastF1 has read, where TestLapsAgainstFastF1 would see it too, nor in seven more.
func TestLapShorterThanItsSectorsInRecordings(t *testing.T) {
	paths := []string{
		"recordings/2024-05-18_imola_qualifying_hubframes", "recordings/2024-07-05_silverstone_fp1_jsonl",
		"archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race", "archive/2019/2019-09-08_Italian_Grand_Prix/2019-09-07_Qualifying",
		"archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2", "archive/2020/2020-08-30_Belgian_Grand_Prix/2020-08-30_Race",
		"archive/2021/2021-07-18_British_Grand_Prix/2021-07-18_Race", "archive/2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying",
		"archive/2021/2021-12-05_Saudi_Arabian_Grand_Prix/2021-12-05_Race", "archive/2022/2022-03-20_Bahrain_Grand_Prix/2022-03-20_Race",
		"archive/2022/2022-07-03_British_Grand_Prix/2022-07-01_Practice_1", "archive/2024/2024-06-23_Spanish_Grand_Prix/2024-06-22_Qualifying",
		"archive/2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1", "archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint",
		"archive/2025/2025-07-06_British_Grand_Prix/2025-07-06_Race", "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying",
		"reconstructed/2025-03-16_Australian_Grand_Prix_Race",
	}
	laps, timed, touched := 0, 0, 0
	for _, path := range paths {
		s := New()
		for _, m := range reference.Messages(t, reference.Path(t, "live-timing", path), "CarData.z", "Position.z") {
			s.Apply(&m)
		}
		for _, c := range s.Cars {
			for k := range c.laps {
				l := &c.laps[k]
				laps++
				if l.time != 0 && l.sectors[0] != 0 && l.sectors[1] != 0 && l.sectors[2] != 0 {
					timed++
				}
				if l.tooShort() {
					touched++
					t.Logf("%s: car %d lap %d: %d ms, sectors %v", path, c.Number, l.number, l.time, l.sectors)
				}
			}
		}
	}
	t.Logf("%d laps of %d sessions, %d with a lap time and three sectors, %d shorter than their sectors", laps, len(paths), timed, touched)
	if timed < 4000 || touched > 0 {
		t.Errorf("%d of %d laps without the time that was said", touched, laps)
	}
}
