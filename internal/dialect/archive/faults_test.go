package archive_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/reference"
)

const (
	anyYears  = "\ufeff" + `{"Years":[{"Year":2022,"Path":"2022/"},{"Year":2026,"Path":"2026/"}]}`
	anySeason = "\ufeff" + `{"Year":2026,"Meetings":[{"Key":1,"Name":"Test Grand Prix","Sessions":[{"Key":77,"Type":"Race","Name":"Race","StartDate":"2026-05-03T15:00:00","GmtOffset":"02:00:00","Path":"` + raceDay + `"}]}]}`
)

// Seasons vanish from the index or from the host as a whole, with 403, 404 or 410: what was had stays, a mirror is asked for
// the rest, and a session whose path is known is read whatever the index says.
func TestSeasonsVanish(t *testing.T) {
	for _, gone := range []answer{denied, status(http.StatusNotFound), status(http.StatusGone)} {
		o := newOdd(t)
		o.say("Index.json", good(anyYears, raceTime))
		o.say("2026/Index.json", good(anySeason, raceTime))
		dir := t.TempDir()
		c, now := client(t, o.URL+"/static/", dir)
		known := func() {
			t.Helper()
			s, err := c.Season(t.Context(), 2026)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "path", s.Meetings[0].Sessions[0].Path, raceDay)
		}
		known()
		o.say("2026/Index.json", gone)
		now.move(2 * time.Hour)
		known() // withdrawn for days
		o.say("Index.json", good("\ufeff"+`{"Years":[{"Year":2022,"Path":"2022/"}]}`, raceTime.Add(time.Hour)))
		years, err := c.Years(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "years", years, []int{2022})
		now.move(48 * time.Hour)
		known()
		if _, err := c.Season(t.Context(), 2022); !errors.Is(err, archive.ErrAbsent) {
			t.Errorf("a season that the index lists and the host lacks: %v", err)
		}
		o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
		o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
		p, err := c.Session(t.Context(), raceDay, nil)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "pages of a session that no index lists", p.Here(), 2)

		mirror := newOdd(t)
		mirror.say("2022/Index.json", good(anySeason, raceTime))
		c, _ = client(t, o.URL+"/static/", t.TempDir(), func(cfg *archive.ReadConfig) { cfg.Mirrors = []string{mirror.URL + "/static/"} })
		if s, err := c.Season(t.Context(), 2022); err != nil || len(s.Meetings) != 1 {
			t.Errorf("the season of a mirror: %+v, %v", s, err)
		}
	}
}

// An index that is cut off, or is none, is asked for again; if it stays so the last good one is used, and a session that
// never had a good one is read by the names that pages usually have.
func TestBrokenIndex(t *testing.T) {
	for name, broken := range map[string]string{"cut off": anySeason[:len(anySeason)/2], "empty": "", "text": "Service unavailable", "two": anySeason + "{"} {
		t.Run(name, func(t *testing.T) {
			o := newOdd(t)
			o.say("2026/Index.json", plain(broken), good(anySeason, raceTime))
			c, now := client(t, o.URL+"/static/", t.TempDir())
			s, err := c.Season(t.Context(), 2026)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "requests", len(o.requests()), 2)
			expect(t, "meetings", len(s.Meetings), 1)
			o.say("2026/Index.json", plain(broken))
			now.move(2 * time.Hour)
			if s, err = c.Season(t.Context(), 2026); err != nil {
				t.Fatal(err)
			}
			expect(t, "requests in vain", len(o.requests()), archive.DefaultRead().Tries)
			expect(t, "meetings of the last good index", len(s.Meetings), 1)

			o.say(raceDay+"Index.json", plain(broken))
			o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
			o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime))
			p, err := c.Session(t.Context(), raceDay, nil)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "pages", p.Here(), 2)
			expect(t, "messages", len(reference.Messages(t, p.Folder)), 3)
			o.say(raceDay+"SessionInfo.jsonStream", denied)
			now.move(time.Hour)
			if _, err := c.Session(t.Context(), "2026/other/other/", nil); !errors.Is(err, archive.ErrAbsent) {
				t.Errorf("another session: %v", err)
			}
		})
	}
}

// The archive may say "Generating" for ever: that a session is whole is told by its pages and their age.
func TestGeneratingForEver(t *testing.T) {
	o := newOdd(t)
	index := "\ufeff" + `{"Feeds":{"ArchiveStatus":{"StreamPath":"ArchiveStatus.jsonStream"},"SessionInfo":{"StreamPath":"SessionInfo.jsonStream"},"TimingData":{"StreamPath":"TimingData.jsonStream"}}}`
	o.say(raceDay+"Index.json", good(index, raceTime))
	o.say(raceDay+"ArchiveStatus.jsonStream", good("\ufeff00:00:00.000{\"Status\":\"Generating\"}\r\n", raceTime))
	o.say(raceDay+"SessionInfo.jsonStream", good(anyInfo, raceTime))
	o.say(raceDay+"TimingData.jsonStream", good("\ufeff00:00:01.000{\"Lines\":{\"1\":{\"InPit\":true}}}\r\n", raceTime))
	c, now := client(t, o.URL+"/static/", t.TempDir())
	p, got := session(t, c)
	expect(t, "pages of the first laps", got, "ArchiveStatus new v1, SessionInfo new v1, TimingData new v1")
	expect(t, "settled", p.Settled, false)
	expect(t, "messages", len(reference.Messages(t, p.Folder)), 3)
	o.say(raceDay+"TimingData.jsonStream", good(anyTiming, raceTime.Add(2*24*time.Hour))) // the complete one, days later
	now.move(3 * 24 * time.Hour)
	p, got = session(t, c)
	expect(t, "pages of all", got, "ArchiveStatus unchanged v1, SessionInfo unchanged v1, TimingData replaced v2")
	expect(t, "messages", len(reference.Messages(t, p.Folder)), 4)
	now.move(10 * 24 * time.Hour)
	p, _ = session(t, c)
	expect(t, "settled at last", p.Settled, true)
	o.requests()
	now.move(24 * time.Hour)
	session(t, c)
	expect(t, "asked when settled", len(o.requests()), 0)
}
