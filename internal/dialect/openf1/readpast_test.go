package openf1

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
)

// A session that is over is read as a whole: the same tables as those of one that is followed, what the cars sent by windows
// of time, and once more the same messages.
func TestReadWhole(t *testing.T) {
	original := simulated(t, f1.Race)
	s := newStand(t)
	s.hold(original, nil)
	followed := s.followed(s.reading())
	whole := s.whole()
	for table, columns := range carried {
		want, got := tableOf(t, followed, table, columns), tableOf(t, whole, table, columns)
		if fmt.Sprint(want) != fmt.Sprint(got) || len(got) == 0 {
			t.Errorf("%s: %d rows, followed %d", table, len(got), len(want))
		}
	}
	wantCars, wantPlaces := samplesOf(t, original)
	if cars, places := samplesOf(t, whole); cars != wantCars || places != wantPlaces || cars == 0 {
		t.Errorf("%d samples and %d places, the original has %d and %d", cars, places, wantCars, wantPlaces)
	}
	if !slices.IsSortedFunc(whole, func(a, b feed.Message) int { return a.Time.Compare(b.Time) }) {
		t.Error("not in the order of their times")
	}
	again := s.whole()
	if len(again) != len(whole) {
		t.Fatalf("%d messages, then %d", len(whole), len(again))
	}
	for i := range whole {
		if whole[i].Topic != again[i].Topic || !whole[i].Time.Equal(again[i].Time) || !bytes.Equal(whole[i].Payload, again[i].Payload) {
			t.Fatalf("message %d: %+v, then %+v", i, whole[i], again[i])
		}
	}
}

func (s *stand) whole() []feed.Message {
	s.Helper()
	r, err := NewReader(s.reading())
	if err != nil {
		s.Fatal(err)
	}
	sessions := s.get("v1/sessions?session_key=latest")
	key := int64(sessions[0]["session_key"].(float64))
	last, total := 0, 0
	messages, err := r.Whole(s.Context(), key, func(done, all int) { last, total = done, all })
	if err != nil || len(messages) == 0 || last != total || last <= len(once) {
		s.Fatalf("%d messages, %d of %d requests, %v", len(messages), last, total, err)
	}
	return messages
}

// samplesOf counts the samples of all cars in messages.
func samplesOf(t *testing.T, messages []feed.Message) (telemetry, locations int) {
	t.Helper()
	d := derive.New("1", derive.All())
	for i := range messages {
		m := messages[i]
		m.Offset = uint64(i + 1)
		if err := d.Take(&m); err != nil {
			t.Fatal(err)
		}
	}
	rows := d.Rows()
	return len(slices.Collect(rows.Telemetry)), len(slices.Collect(rows.Locations))
}

// Seasons are listed without what is simulated. Nothing is no error.
func TestReadSeason(t *testing.T) {
	s := newStand(t)
	spa := reference.Path(t, "live-timing", "archive", "2020", "2020-08-30_Belgian_Grand_Prix", "2020-08-30_Race")
	s.hold(reference.Messages(t, filepath.Clean(spa)), nil)
	s.keep(simulated(t, f1.Race))
	r, err := NewReader(s.reading())
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Season(t.Context(), 2020)
	want := Listed{
		Key: 5792, Meeting: "Belgian Grand Prix", Location: "Spa-Francorchamps", Name: "Race",
		Start: time.Date(2020, 8, 30, 13, 10, 0, 0, time.UTC), End: time.Date(2020, 8, 30, 15, 10, 0, 0, time.UTC),
	}
	if err != nil || len(all) != 1 || all[0] != want {
		t.Errorf("%+v, %v", all, err)
	}
	simulatedYear := simulated(t, f1.Race)[0].Time.Year()
	if n := len(s.get(fmt.Sprint("v1/sessions?year=", simulatedYear))); n != 1 {
		t.Fatalf("%d simulated sessions", n)
	}
	for _, year := range []int{1999, simulatedYear} {
		if all, err := r.Season(t.Context(), year); err != nil || len(all) != 0 {
			t.Errorf("%d: %+v, %v", year, all, err)
		}
	}
	if messages, err := r.Whole(t.Context(), 1, nil); err != nil || len(messages) != 0 {
		t.Errorf("a session that is none: %d messages, %v", len(messages), err)
	}
}

// While a session runs the service answers nobody: that is told as such, in the middle of reading too, and nothing of half a
// session is given. The limits hold over all calls, and a row with a mad date does not make it ask for years.
func TestReadWholeFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := map[string]string{
			driversOf: `[{"session_key":7,"driver_number":1,"full_name":"A B"}]`,
			weatherOf: `[{"session_key":7,"date":"2000-01-01T00:10:00+00:00","air_temperature":20},{"session_key":7,"date":"2030-01-01T00:10:00+00:00","air_temperature":20}]`,
		}
		locked := 1 << 30
		sv := &service{}
		inner := answers(rows)
		sv.answer = func(path string, r *http.Request) (int, string) {
			if len(sv.asked) > locked {
				return http.StatusUnauthorized, `{"detail":"Live F1 session in progress. Global API access is restricted."}`
			}
			return inner(path, r)
		}
		cfg := DefaultRead()
		cfg.Transport = sv
		r, err := NewReader(cfg)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		messages, err := r.Whole(t.Context(), 7, nil)
		if err != nil || len(messages) == 0 || !ends(messages[len(messages)-1]) {
			t.Fatalf("%d messages, %v", len(messages), err)
		}
		if n := len(sv.asked); n > len(once)+2+2*int(longest/window) || n < len(once)+2+2*int(longest/window) {
			t.Errorf("%d requests", n)
		}
		if took := time.Since(began); took < time.Duration(len(sv.asked)/28)*time.Minute {
			t.Errorf("%d requests in %v", len(sv.asked), took)
		}
		for _, a := range sv.asked {
			if a.path == carData && !strings.Contains(a.query, "date<") {
				t.Errorf("samples without an end: %s", a.query)
			}
		}
		var closed *LockedError
		for _, locked = range []int{len(sv.asked), len(sv.asked) + 6} {
			messages, err := r.Whole(t.Context(), 7, nil)
			if !errors.As(err, &closed) || messages != nil {
				t.Errorf("%d messages, %v", len(messages), err)
			}
		}
		if _, err := r.Season(t.Context(), 2000); !errors.As(err, &closed) {
			t.Errorf("season: %v", err)
		}
		locked = 1 << 30
		delete(rows, weatherOf)
		if messages, err := r.Whole(t.Context(), 7, nil); err != nil || messages != nil {
			t.Errorf("drivers alone: %d messages, %v", len(messages), err)
		}
	})
}
