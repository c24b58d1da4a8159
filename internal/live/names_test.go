package live_test

import (
	"path/filepath"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

// Names are shown without the blanks that the feed has too many of, accents and apostrophes as they are, and colours in
// one form.
func TestNamesAreTidied(t *testing.T) {
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "9")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	drivers := `{"1":{"FirstName":"Sergio ","LastName":" Pérez","TeamName":" Red  Bull Racing ","TeamColour":"4781d7"},` +
		`"2":{"FullName":"ZHOU  Guanyu ","TeamColour":"#52E252"},"3":{"BroadcastName":"P O'WARD","TeamColour":""}}`
	if _, err := log.Append([]feed.Message{{Topic: feed.TopicDriverList, Payload: []byte(drivers), Time: time.Date(2026, 3, 15, 7, 0, 0, 0, time.UTC)}}); err != nil {
		t.Fatal(err)
	}
	s := service(t)
	if _, err := s.Add(t.Context(), log, live.About{Key: "9"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	board, err := s.Board("9", time.Time{}, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[string][3]string{"1": {"Sergio Pérez", "Red Bull Racing", "#4781D7"}, "2": {"ZHOU Guanyu", "", "#52E252"}, "3": {"P O'WARD", "", ""}} {
		c := board.Cars[n]
		if got := [3]string{string(c.Name), string(c.Team), string(c.Colour)}; got != want {
			t.Errorf("car %s is %q, want %q", n, got, want)
		}
	}
}
