package archive_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"pitwall.live/internal/dialect/archive"
)

// A session that the index has without a path is looked for where the archive's rule puts it, then a day before and
// after; what is nowhere is not asked for again before its time, and what is of another session is not taken.
func TestFind(t *testing.T) {
	meeting := func(text string) *archive.Meeting {
		t.Helper()
		var m archive.Meeting
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		return &m
	}
	// The paths of Las Vegas are those of 2023: days of UTC in an index of local days, the meeting's too.
	vegas := meeting(`{"Name":"A Grand Prix","Sessions":[
		{"Key":31,"Name":"Practice 1","StartDate":"2026-03-06T20:30:00","GmtOffset":"-08:00:00"},
		{"Key":32,"Name":"Race","StartDate":"2026-03-07T22:00:00","GmtOffset":"-08:00:00"}]}`)
	at := func(day, session string) string {
		return fmt.Sprintf("2026/%s_A_Grand_Prix/%s/", day, session)
	}
	info := func(key int) answer {
		return good(fmt.Sprintf("\ufeff00:00:00.000{\"Key\":%d,\"Type\":\"Practice\"}\r\n", key), raceTime)
	}
	o := newOdd(t)
	c, now := client(t, o.URL+"/static/", t.TempDir())
	now.move(48 * time.Hour)
	for range 2 { // nowhere, and remembered
		if _, err := c.Find(t.Context(), vegas, &vegas.Sessions[0]); !errors.Is(err, archive.ErrAbsent) {
			t.Fatalf("what is nowhere: %v", err)
		}
	}
	asked := o.requests()
	if len(asked) != 9 || asked[0] != at("2026-03-07", "2026-03-06_Practice_1")+"SessionInfo.jsonStream" {
		t.Errorf("nine places asked once: %d, %v", len(asked), asked)
	}
	o.say(at("2026-03-07", "2026-03-06_Practice_1")+"SessionInfo.jsonStream", info(99)) // another's
	o.say(at("2026-03-08", "2026-03-07_Practice_1")+"SessionInfo.jsonStream", info(31))
	now.move(3 * time.Minute)
	got, err := c.Find(t.Context(), vegas, &vegas.Sessions[0])
	if err != nil || got != at("2026-03-08", "2026-03-07_Practice_1") {
		t.Errorf("a day later: %q, %v", got, err)
	}
	o.requests()
	if again, err := c.Find(t.Context(), vegas, &vegas.Sessions[0]); err != nil || again != got || len(o.requests()) > 0 {
		t.Errorf("it is known by now: %q, %v", again, err)
	}
	// Another session of the meeting says where the meeting is: three places are left.
	vegas.Sessions[0].Path = got
	if _, err := c.Find(t.Context(), vegas, &vegas.Sessions[1]); !errors.Is(err, archive.ErrAbsent) {
		t.Errorf("the race: %v", err)
	}
	expect(t, "places of the race", len(o.requests()), 3)
	if path, err := c.Find(t.Context(), vegas, &vegas.Sessions[0]); err != nil || path != got {
		t.Errorf("a session with a path: %q, %v", path, err)
	}
	// What is to come, has no name or no day is not asked for; nor is a folder.
	odd := meeting(`{"Name":"A Grand Prix","Sessions":[{"Name":"Race","StartDate":"2030-03-07T22:00:00","GmtOffset":"00:00:00"},
		{"Name":"","StartDate":"2026-03-06T22:00:00","GmtOffset":"00:00:00"},{"Name":"Race"},{"Name":"../..","StartDate":"2026-03-06T22:00:00","GmtOffset":"00:00:00"}]}`)
	for i := range odd.Sessions[:3] {
		if _, err := c.Find(t.Context(), odd, &odd.Sessions[i]); !errors.Is(err, archive.ErrAbsent) {
			t.Errorf("%+v: %v", odd.Sessions[i], err)
		}
	}
	expect(t, "asked in vain", len(o.requests()), 0)
	// An archive in trouble is an error of its own, not an absence.
	o.say(at("2026-03-08", "2026-03-07_Race")+"SessionInfo.jsonStream", status(503))
	now.move(3 * time.Minute)
	if _, err := c.Find(t.Context(), vegas, &vegas.Sessions[1]); err == nil || errors.Is(err, archive.ErrAbsent) {
		t.Errorf("in trouble: %v", err)
	}
}
