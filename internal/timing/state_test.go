package timing_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// tables are all rows of a session, for comparison.
func tables(s *timing.Session) []any {
	return []any{s.SessionRow(), s.DriverRows(), s.Laps(), s.Stints(), s.PitStops(), s.Positions(), s.Intervals(),
		s.RaceControlRows(), s.TrackStatuses(), s.WeatherRows(), s.TeamRadio(), s.Results()}
}

func mexico(t testing.TB) string {
	return reference.Path(t, "live-timing/archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying")
}

func TestTwoRunsAreEqual(t *testing.T) {
	for _, path := range []string{azerbaijan(t), miami(t), mexico(t)} {
		a, b := play(t, path), play(t, path)
		if a.Hash() != b.Hash() {
			t.Errorf("%s: two runs differ in hash", path)
		}
		if !reflect.DeepEqual(tables(a), tables(b)) {
			t.Errorf("%s: two runs differ in tables", path)
		}
	}
}

// A clone goes its own way: neither sees what the other is told.
func TestCloneIsIndependent(t *testing.T) {
	for _, path := range []string{azerbaijan(t), miami(t), mexico(t)} {
		messages := reference.Messages(t, path)
		random := rand.New(rand.NewPCG(1, 2))
		var clones []*timing.Session
		var hashes []uint64
		var ats []int
		s := timing.New()
		next := random.IntN(2000)
		for i := range messages {
			if i == next {
				c := s.Clone()
				if c.Hash() != s.Hash() {
					t.Fatalf("message %d: clone has another hash", i)
				}
				unshared(t, s, c)
				clones, hashes, ats = append(clones, c), append(hashes, c.Hash()), append(ats, i)
				next = i + 1 + random.IntN(4000)
			}
			s.Apply(&messages[i])
		}
		want, rows := s.Hash(), tables(s)
		for k, c := range clones {
			if c.Hash() != hashes[k] {
				t.Errorf("the clone at message %d changed when the original went on", ats[k])
			}
			// Play it to the end, from a clone of the clone; the original must not notice.
			played := c.Clone()
			for i := ats[k]; i < len(messages); i++ {
				played.Apply(&messages[i])
			}
			if played.Hash() != want || !reflect.DeepEqual(tables(played), rows) {
				t.Errorf("the clone at message %d ends elsewhere", ats[k])
			}
			if c.Hash() != hashes[k] {
				t.Errorf("the clone at message %d changed when its clone went on", ats[k])
			}
		}
		if s.Hash() != want {
			t.Error("the original changed when a clone went on")
		}
	}
}

// unshared walks two sessions and fails where a change in one could be seen in the other: a pointer or
// map in common, or a list in common with room to grow in the clone.
func unshared(t *testing.T, a, b *timing.Session) {
	t.Helper()
	var walk func(path string, a, b reflect.Value)
	walk = func(path string, a, b reflect.Value) {
		switch a.Kind() {
		case reflect.Pointer:
			if a.IsNil() {
				return
			}
			if a.Type() == reflect.TypeFor[*time.Location]() {
				return
			}
			if a.Pointer() == b.Pointer() {
				t.Errorf("%s: pointer in common", path)
				return
			}
			if a.Type().Elem().Name() != "decoder" {
				walk(path, a.Elem(), b.Elem())
			}
		case reflect.Map:
			if a.Len() > 0 && a.Pointer() == b.Pointer() {
				t.Errorf("%s: map in common", path)
				return
			}
			for _, k := range a.MapKeys() {
				walk(fmt.Sprintf("%s[%v]", path, k), a.MapIndex(k), b.MapIndex(k))
			}
		case reflect.Slice:
			if a.Len() == 0 || b.Len() == 0 {
				return
			}
			if a.Pointer() != b.Pointer() {
				for i := range min(a.Len(), b.Len()) {
					walk(path, a.Index(i), b.Index(i))
				}
				return
			}
			if a.Type().Elem().Kind() == reflect.Uint8 || sharedUntilTouched[a.Type().Elem().Name()] {
				return // never written to, or copied by the first to write
			}
			if b.Cap() != b.Len() {
				t.Errorf("%s: list in common with room in the clone", path)
			}
		case reflect.Struct:
			for i := range a.NumField() {
				walk(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
			}
		case reflect.Array:
			for i := range a.Len() {
				walk(path, a.Index(i), b.Index(i))
			}
		}
	}
	walk("session", reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem())
}

// sharedUntilTouched are the elements of a car's lists that its flag guards.
var sharedUntilTouched = map[string]bool{"lap": true, "visit": true, "fitted": true}

func TestCloneIsCheap(t *testing.T) {
	s := play(t, azerbaijan(t))
	per := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Clone()
		}
	})
	if per.AllocedBytesPerOp() > 200_000 {
		t.Errorf("a clone takes %d bytes", per.AllocedBytesPerOp())
	}
}

// TestSnapshotEquivalence: the state reached by deltas is the state that the merged topics describe.
func TestSnapshotEquivalence(t *testing.T) {
	for _, path := range []string{azerbaijan(t), miami(t), mexico(t)} {
		messages := reference.Messages(t, path)
		for _, part := range []int{4, 2, 1} {
			n := len(messages) / part
			played, merged := timing.New(), &feed.State{}
			for i := range messages[:n] {
				played.Apply(&messages[i])
				if err := merged.Apply(&messages[i]); err != nil {
					t.Fatal(err)
				}
			}
			joined := timing.New()
			state := fastjson.MustParseBytes(merged.AppendSnapshot(nil))
			for _, topic := range []string{feed.TopicSessionInfo, feed.TopicSessionStatus, feed.TopicLapCount,
				feed.TopicTimingData, feed.TopicTimingAppData, feed.TopicTimingStats, feed.TopicTopThree,
				feed.TopicDriverList, feed.TopicTrackStatus, feed.TopicExtrapolatedClock, feed.TopicWeatherData} {
				if v := state.Get(topic); v != nil {
					joined.Apply(&feed.Message{Topic: topic, Payload: v.MarshalTo(nil), Snapshot: true, Time: played.Now})
				}
			}
			if joined.SkippedTotal > 0 {
				t.Errorf("%s: skipped %v", path, joined.Skipped[0])
			}
			sameNow(t, fmt.Sprintf("%s at message %d", path, n), played, joined)
		}
	}
}

// sameNow compares what holds now, not what was learnt on the way.
func sameNow(t *testing.T, where string, a, b *timing.Session) {
	t.Helper()
	f := func(what string, x, y any) {
		if !reflect.DeepEqual(x, y) {
			t.Errorf("%s: %s: deltas %+v, snapshot %+v", where, what, x, y)
		}
	}
	f("status", a.Status, b.Status)
	f("track", a.Track.Status, b.Track.Status)
	f("laps", a.Lap, b.Lap)
	f("part", a.Part, b.Part)
	f("entries", a.Entries, b.Entries)
	f("107 % time", a.CutOffTime, b.CutOffTime)
	f("clock", a.Clock.Remaining, b.Clock.Remaining)
	f("top three", a.TopThree, b.TopThree)
	f("cars", len(a.Cars), len(b.Cars))
	for n, x := range a.Cars {
		y := b.Cars[n]
		if y == nil {
			t.Errorf("%s: car %d missing", where, n)
			continue
		}
		vx, vy := reflect.ValueOf(x).Elem(), reflect.ValueOf(y).Elem()
		for i := range vx.NumField() {
			field := vx.Type().Field(i)
			if !field.IsExported() || field.Name == "Chequered" && x.StatusBits == 0 {
				continue
			}
			if field.Name == "Sectors" || field.Name == "Stints" {
				f(fmt.Sprintf("car %d %s", n, field.Name), fmt.Sprint(vx.Field(i)), fmt.Sprint(vy.Field(i)))
				continue
			}
			f(fmt.Sprintf("car %d %s", n, field.Name), vx.Field(i).Interface(), vy.Field(i).Interface())
		}
	}
}
