package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// retain: the samples of old sessions go and nothing else, once.
func retain(t *testing.T, open Open) {
	ctx := context.Background()
	s := open(t)
	r, able := s.(store.Retainer)
	if !able {
		t.Fatal("the store can not let samples of old seasons go")
	}
	years := map[string]int{"old": 2022, "kept": 2024}
	for key, year := range years {
		at := time.Date(year, 5, 26, 13, 0, 0, 0, time.UTC)
		b := &store.Batch{Session: f1.SessionRow{SessionKey: key, Season: f1.Some(year), Type: f1.Race, DateStart: f1.Some(at)}, Source: "log", Log: key, Offset: 10, Ended: true, Whole: true}
		for i := range 300 {
			b.Telemetry = append(b.Telemetry, f1.TelemetryRow{SessionKey: key, DriverNumber: 4, Time: at.Add(time.Duration(i) * 250 * time.Millisecond), Speed: f1.Some(int16(100 + i%200))})
			b.Locations = append(b.Locations, f1.LocationRow{SessionKey: key, DriverNumber: 4, Time: at.Add(time.Duration(i) * 220 * time.Millisecond), X: float64(i)})
		}
		mustWrite(t, s, b)
	}
	before, err := s.Find(ctx, "old")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	if _, err := r.Retain(ctx, 0, now); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("no season: %v", err)
	}
	for i, want := range []struct{ seasons, sessions int }{{4, 0}, {2, 1}, {2, 0}} {
		got, err := r.Retain(ctx, want.seasons, now)
		if err != nil || got.Sessions != want.sessions || (len(got.Dropped) > 0) != (want.sessions > 0) || got.Cutoff.Year() != 2026-want.seasons {
			t.Fatalf("step %d: %+v, %v", i, got, err)
		}
	}
	for key := range years {
		left := 300
		if key == "old" {
			left = 0
		}
		for _, table := range []string{"telemetry", "locations"} {
			if rows := mustRead(t, s, store.Query{Session: key, Table: table}); len(rows) != left {
				t.Errorf("%s of %s: %d rows", table, key, len(rows))
			}
		}
	}
	after, err := s.Find(ctx, "old")
	if err != nil || after.Version <= before.Version || !after.Whole || after.Offset != before.Offset {
		t.Errorf("the session is %+v, was %+v, %v", after, before, err)
	}
}
