package sqlite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// The chunks depend on the samples alone: in one batch or in many, in order or mixed up, the same bytes.
func TestSameChunks(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 2))
	var all []f1.TelemetryRow
	for i := range 3000 {
		at := time.Duration(i) * 270 * time.Millisecond
		if i > 2000 { // more than a chunk holds
			at = 600*time.Second + time.Duration(i)*20*time.Millisecond
		}
		all = append(all, f1.TelemetryRow{SessionKey: "9574", DriverNumber: 44, Time: lights.Add(at), Speed: f1.Some(int16(i % 330)), Gear: f1.Some(int16(i % 9))})
	}
	chunks := func(samples []f1.TelemetryRow, batches int) string {
		s := opened(t).(*Store)
		for n := range batches {
			mustWrite(t, s, &store.Batch{Session: session("9574"), From: uint64(n), Offset: uint64(n + 1), Telemetry: samples[n*len(samples)/batches : (n+1)*len(samples)/batches]})
		}
		var sum string
		if err := s.readers.QueryRow("SELECT group_concat(driver_number || ' ' || bucket || ' ' || part || ' ' || samples || ' ' || hex(data), char(10)) " +
			"FROM (SELECT * FROM telemetry ORDER BY driver_number, bucket, part)").Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	want := chunks(all, 1)
	for _, batches := range []int{1, 2, 7, 150} {
		mixed := slices.Clone(all)
		source.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		for name, samples := range map[string][]f1.TelemetryRow{"in order": all, "mixed up": mixed} {
			if got := chunks(samples, batches); got != want {
				t.Errorf("%s in %d batches: %s, want %s", name, batches, fmt.Sprintf("%.200s", got), fmt.Sprintf("%.200s", want))
			}
		}
	}
}

func TestBucketOf(t *testing.T) {
	for ms, want := range map[int64]int64{0: 0, 1: 0, bucketMillis - 1: 0, bucketMillis: 1, -1: -1, -bucketMillis: -1, -bucketMillis - 1: -2} {
		if got := bucketOf(ms); got != want {
			t.Errorf("%d lies in %d, want %d", ms, got, want)
		}
	}
}
