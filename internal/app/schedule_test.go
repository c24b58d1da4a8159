package app

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/schedule"
	"pitwall.live/internal/wire"
)

// racesPage is a season of one weekend: qualifying on Saturday at 20:00 UTC, the race on Sunday at the same time.
func racesPage(t *testing.T) almanac.Page {
	t.Helper()
	body, err := almanac.Encode([]almanac.Race{{Season: 2025, Round: 6, Name: "Miami Grand Prix", Circuit: "miami", Date: "2025-05-04", Time: "20:00:00",
		Slots: []almanac.Slot{{Type: f1.Qualifying, Date: "2025-05-03", Time: "20:00:00"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return almanac.Page{Name: almanac.Name{Kind: almanac.Races, Season: 2025}, Known: time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC), Status: almanac.Final, Source: "ergast", Body: body}
}

func miamiTime(day, hour, minute int) time.Time {
	return time.Date(2025, 5, day, hour, minute, 0, 0, time.UTC)
}

// The store's calendar says what is on and next; a session of which nothing has come two hours after its end is told as
// empty, once, and its board says so; one that has come is not.
func TestSchedule(t *testing.T) {
	st := syncedStore(t, t.TempDir())
	defer st.Close()
	var log strings.Builder
	now := miamiTime(3, 18, 30)
	notes := map[string][]string{}
	qualifying := followed{name: "7", Told: schedule.Told{Key: "7", Type: f1.Qualifying, Start: miamiTime(3, 20, 0), Offset: -4 * time.Hour}}
	race := followed{name: "8", Told: schedule.Told{Key: "8", Type: f1.Race, Start: miamiTime(4, 20, 0), Offset: -4 * time.Hour}}
	all := []followed{qualifying}
	s := newScheduling(slog.New(slog.NewTextHandler(&log, nil)))
	s.pages, s.now = st.Pages, func() time.Time { return now }
	s.live, s.sources = func() []followed { return all }, func() bool { return true }
	s.note = func(key string, lines []string) { notes[key] = lines }
	if err := s.read(t.Context()); err == nil || !s.due() || !strings.Contains(s.state().Trouble, "pitwall sync") {
		t.Errorf("without a calendar: %v, %+v", err, s.state())
	}
	if err := st.PutPages(t.Context(), []almanac.Page{racesPage(t)}); err != nil {
		t.Fatal(err)
	}
	if err := s.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	step := func(to time.Time, want string) *wire.ScheduleState {
		t.Helper()
		now = to
		s.look()
		is := s.state()
		got := fmt.Sprintf("due %v", is.Due)
		if is.Current != nil {
			got += " on " + is.Current.Name
		}
		if is.Next != nil {
			got += fmt.Sprintf(" next %s in %d min", is.Next.Name, is.Next.StartsInMS/60000)
		}
		for _, e := range is.Empty {
			got += " empty " + e.Name
		}
		if got != want {
			t.Errorf("%v: %s, want %s", to, got, want)
		}
		return is
	}
	is := step(miamiTime(3, 18, 30), "due false next Qualifying in 90 min")
	if want := (&wire.ScheduledSession{Event: "Miami Grand Prix", Name: "Qualifying", Type: "qualifying", Start: "2025-05-03T20:00:00.000Z", End: "2025-05-03T21:00:00.000Z", StartsInMS: 90 * 60000}); is.Source != "almanac" || is.Sessions != 2 || !reflect.DeepEqual(is.Next, want) {
		t.Errorf("%+v, next %+v", is, is.Next)
	}
	step(miamiTime(3, 19, 0), "due true next Qualifying in 60 min")
	step(miamiTime(3, 20, 0), "due true on Qualifying next Race in 1440 min")
	all[0].status = f1.StatusInactive // nothing more comes of it
	step(miamiTime(3, 22, 59), "due true next Race in 1261 min")
	step(miamiTime(3, 23, 0), "due false next Race in 1260 min empty Qualifying")
	step(miamiTime(3, 23, 1), "due false next Race in 1259 min empty Qualifying")
	if n := notes["7"]; len(n) != 1 || !strings.Contains(n[0], "cancelled") || strings.Count(log.String(), "nothing has come of a session") != 1 {
		t.Errorf("%q\n%s", n, log.String())
	}
	// The race begins, late and long: the feed says that it is on, whatever the calendar says.
	race.status = f1.StatusStarted
	all = []followed{race}
	step(miamiTime(4, 20, 30), "due true on Race empty Qualifying")
	step(miamiTime(5, 1, 30), "due true empty Qualifying")
	all[0].status = f1.StatusFinalised
	step(miamiTime(5, 1, 31), "due true empty Qualifying") // nobody knows of more to come
	if len(notes["8"]) != 0 {
		t.Errorf("the race: %q", notes["8"])
	}
	step(miamiTime(11, 1, 31), "due true") // a week later
}

// Where the store has no calendar the archive's index has, with its own offsets; a store that does not answer is told,
// and what was known stays.
func TestScheduleOfArchive(t *testing.T) {
	root := t.TempDir()
	const index = `{"Year":2025,"Meetings":[{"Key":1,"Name":"Miami Grand Prix","Sessions":[
		{"Key":8,"Type":"Race","Name":"Race","StartDate":"2025-05-04T16:00:00","EndDate":"2025-05-04T18:00:00","GmtOffset":"-04:00:00"},
		{"Key":-1,"Type":"Qualifying","Name":"Sprint Shootout","StartDate":"2025-05-03T12:00:00","EndDate":"2025-05-03T12:44:00","GmtOffset":"-04:00:00"},
		{"Key":9,"Type":"Practice"}]}]}`
	if err := os.MkdirAll(filepath.Join(root, "2025"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "2025", "Index.json"), []byte("\ufeff"+index), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := f1archive.DefaultRead()
	cfg.URL = root
	client, err := f1archive.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := newScheduling(slog.New(slog.DiscardHandler))
	s.archive, s.now = client, func() time.Time { return miamiTime(3, 16, 10) }
	st := syncedStore(t, t.TempDir())
	s.pages = st.Pages
	if err := s.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	is := s.state()
	if is.Source != "archive" || is.Sessions != 2 || is.Current == nil || is.Current.Type != "sprint_qualifying" || is.Next == nil || is.Next.Start != "2025-05-04T20:00:00.000Z" {
		t.Fatalf("%+v", is)
	}
	told := &schedule.Told{Key: "8", Type: f1.Race, Start: miamiTime(4, 20, 0), Offset: -4 * time.Hour}
	match := s.calendar.Match(told)
	if match == nil || match.Offset != f1.Some(-4*time.Hour) || len(s.calendar.Check(told, match)) != 0 {
		t.Errorf("%+v", match)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	s.archive = nil
	if err := s.read(t.Context()); err == nil || s.state().Sessions != 2 || s.state().Trouble == "" {
		t.Errorf("%v, %+v", err, s.state())
	}
}

// A server with a live source: /readyz has the calendar, and a session whose start and offset do not fit it has that as a
// note of its data quality, on the board, and starts when it said.
func TestScheduleIsServed(t *testing.T) {
	stand := newStand(t, simulated(t, 1), nil)
	s := stand.server
	live := &steered{"Miami", 11, make(chan struct{}), make(chan struct{})}
	f := following{server: s, names: map[string]string{}, sources: []source{{Source: live, kind: "livetiming"}}}
	sched := newScheduling(slog.New(slog.DiscardHandler))
	sched.now = func() time.Time { return miamiTime(4, 16, 0) }
	tasks, err := f.schedule(sched, scheduleFlags{}, "", nil)
	if err != nil || len(tasks) != 1 {
		t.Fatalf("%d tasks, %v", len(tasks), err)
	}
	sched.calendar = schedule.New("almanac", schedule.OfRaces(decoded(t, racesPage(t))))
	opened := make(chan struct{})
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
	cfg.Hooks = ingest.Hooks{Opened: f.opened, Left: f.left, Status: func(st ingest.Status) {
		if f.status(st); st.Session != "" && !st.Ended {
			select {
			case <-opened:
			default:
				close(opened)
			}
		}
	}}
	f.in = ingest.New(cfg)
	done := make(chan error, 1)
	go func() { done <- f.in.Run(t.Context(), live) }()
	close(live.go_)
	<-opened
	want := []string{"the session says that it starts at 2025-05-04 15:00 UTC, 300 min earlier, the almanac that it does at 2025-05-04 20:00 UTC",
		"the session's offset of +00:00 does not fit America/New_York, where it is -04:00 then"}
	var board wire.Board
	for begun := time.Now(); time.Since(begun) < 10*time.Second && !slices.Equal(board.Quality.Notes, want); {
		sched.look()
		if board, err = s.live.Board("11", time.Time{}, 0, ""); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(board.Quality.Notes, want) || board.Session.Start != "2025-05-04T15:00:00.000Z" {
		t.Errorf("%q, start %s", board.Quality.Notes, board.Session.Start)
	}
	r := get[wire.Readiness](stand, http.MethodGet, "/readyz", "")
	if r.Schedule == nil || r.Schedule.Next == nil || r.Schedule.Next.Name != "Race" || r.Schedule.Next.StartsInMS != 4*3600*1000 || r.Schedule.Due {
		t.Errorf("%+v", r.Schedule)
	}
	close(live.no)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := f.in.Close(); err != nil {
		t.Fatal(err)
	}
	// A simulation has no calendar.
	f.sources[0].kind = "sim"
	if tasks, err := f.schedule(newScheduling(nil), scheduleFlags{}, "", nil); err != nil || len(tasks) > 0 {
		t.Errorf("%d tasks, %v", len(tasks), err)
	}
}

func decoded(t *testing.T, p almanac.Page) []almanac.Race {
	t.Helper()
	races, err := almanac.Decode[almanac.Race](&p)
	if err != nil {
		t.Fatal(err)
	}
	return races
}
