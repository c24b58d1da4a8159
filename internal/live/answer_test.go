package live_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

// The board of a session that is over is made once, and again when something of it has changed.
func TestBoardIsRemembered(t *testing.T) {
	log, err := sessionlog.Open(filepath.Join(t.TempDir(), "log.jsonl"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // of a test
	at := time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)
	var all []feed.Message
	for i := range 20 {
		payload := fmt.Sprintf(`{"Lines":{"%d":{"RacingNumber":"%d","Line":%d,"Sectors":[{"Value":"20.1"},{"Value":"30.2"},{"Value":"40.3"}]}}}`, i+1, i+1, i+1)
		all = append(all, feed.Message{Topic: feed.TopicTimingData, Payload: []byte(payload), Time: at.Add(time.Duration(i) * time.Second)})
	}
	if _, err := log.Append(all); err != nil {
		t.Fatal(err)
	}
	s := service(t)
	if _, err := s.Add(t.Context(), log, live.About{Key: "t"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	ask := func() (trouble string, alive bool) {
		b, err := s.Board("t", time.Time{}, 0, "")
		if err != nil || len(b.Cars) != 20 {
			t.Fatalf("%d cars, %v", len(b.Cars), err)
		}
		return string(b.Quality.Trouble), b.Quality.Live
	}
	ask()
	if n := testing.AllocsPerRun(20, func() { ask() }); n > 10 {
		t.Errorf("%g allocations for a board that is known", n)
	}
	s.SetTrouble("t", "the source is lost")
	if trouble, _ := ask(); trouble != "the source is lost" {
		t.Errorf("trouble %q", trouble)
	}
	if err := s.SetLive("t", true); err != nil {
		t.Fatal(err)
	}
	if _, alive := ask(); !alive {
		t.Error("the board does not say that the session is live")
	}
}
