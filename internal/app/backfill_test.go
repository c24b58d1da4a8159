package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/backfill"
	"pitwall.live/internal/dialect/openf1"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/wire"
)

// lostRace is a race in a static archive, and what was heard of it: in the middle the source was lost.
type lostRace struct {
	root     string // of the archive
	path     string // of the race in it
	all, had []feed.Message
	gap      int // of had: the first message of the new connection
}

func newLostRace(t *testing.T) lostRace {
	t.Helper()
	r := lostRace{root: t.TempDir()}
	race, err := sim.New(sim.Config{Session: f1.Race, Circuit: "baku", Laps: 2, Seed: 8, Key: 9008})
	if err != nil {
		t.Fatal(err)
	}
	r.path = race.Path()
	folder := filepath.Join(r.root, filepath.FromSlash(r.path))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := sim.WriteArchive(race, func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(folder, name)) }); err != nil {
		t.Fatal(err)
	}
	r.all = reference.Messages(t, folder)
	var state feed.State
	from, to := len(r.all)/2, len(r.all)/2+1500
	for i := range r.all[:to] {
		if err := state.Apply(&r.all[i]); err != nil {
			t.Fatal(err)
		}
	}
	r.had, r.gap = append(r.had, r.all[:from]...), from
	for _, topic := range state.Topics() {
		r.had = append(r.had, feed.Message{Topic: topic, Payload: feed.AppendJSON(nil, state.Topic(topic)), Time: r.all[to-1].Time, Snapshot: true, Gap: true})
	}
	r.had = append(r.had, r.all[to:]...)
	return r
}

// keep brings messages into the log of a data folder, and gives the folder.
func (r *lostRace) keep(t *testing.T, messages []feed.Message) (data string) {
	t.Helper()
	data = t.TempDir()
	log, err := sessionlog.Open(sessionlog.Path(data, "9008"), "9008")
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.Append(slices.Clone(messages))
	if err := errors.Join(err, log.Close()); err != nil {
		t.Fatal(err)
	}
	return data
}

// pages are what the archive gives.
func (r *lostRace) pages(take func(*feed.Message) error) error {
	for i := range r.all {
		if err := take(&r.all[i]); err != nil {
			return err
		}
	}
	return nil
}

// straight are the tables of a run in which nothing was lost.
func (r *lostRace) straight(t *testing.T) map[string][]byte {
	t.Helper()
	return exportAll(t, exitDone, sessionlog.Path(r.keep(t, r.all), "9008"))
}

// storedTables are the tables that the store of a data folder has of its one session, without the log.
func storedTables(t *testing.T, data string) map[string][]byte {
	t.Helper()
	aside := filepath.Join(data, "aside")
	if err := os.Rename(filepath.Join(data, "sessions"), aside); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Rename(aside, filepath.Join(data, "sessions")); err != nil {
			t.Fatal(err)
		}
	}()
	return exportAll(t, exitDone, "9008", "--data", data)
}

// storeLost stores the session with its gap, and gives its log.
func storeLost(t *testing.T, data string) (path string) {
	t.Helper()
	e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	k, err := storeFlags{}.open(e, data)
	if err != nil {
		t.Fatal(err)
	}
	path = sessionlog.Path(data, "9008")
	needed, err := persist.New(persist.Default(k.Store)).StoreLog(t.Context(), persist.Stored{Path: path, About: persist.About{Key: "9008"}})
	if err = errors.Join(err, k.close()); err != nil || !needed {
		t.Fatal(needed, err)
	}
	return path
}

// A process that ends when the mended log is in its place, and before the store is told, leaves nothing to do by hand: the
// next start stores it.
func TestKilledBeforeStoreIsTold(t *testing.T) {
	r := newLostRace(t)
	data := r.keep(t, r.had)
	path := storeLost(t, data)
	straight := r.straight(t)
	if _, err := backfill.Fill(t.Context(), backfill.Session{Key: "9008", Path: path}, r.pages, replaceFile); err != nil {
		t.Fatal(err)
	}
	if was := storedTables(t, data); bytes.Equal(was["telemetry"], straight["telemetry"]) {
		t.Fatal("the store has it already: that proves nothing")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, url := startServer(t, "serve", "--source", "sim:1", "--archive", "none", "--data", data, "--listen", freeAddress(t))
	readiness(ctx, t, url, func(r wire.Readiness) bool { return len(r.Stores) == 1 && r.Stores[0].Backlog.Done == 1 })
	stopServer(t, cmd)
	sameFiles(t, storedTables(t, data), straight)
}

// A gap is filled by the command: the log, and the store that had the session with its gap, are as if nothing had been lost.
func TestBackfillCommand(t *testing.T) {
	r := newLostRace(t)
	data := r.keep(t, r.had)
	path := storeLost(t, data)
	straight := r.straight(t)
	o, err := openObjects(folderURL(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if done, err := sealLog(t.Context(), o, path); err != nil || done.Last != uint64(len(r.had)) {
		t.Fatalf("sealed is %+v, %v", done, err)
	}
	if was := storedTables(t, data); bytes.Equal(was["events"], straight["events"]) || bytes.Equal(was["telemetry"], straight["telemetry"]) {
		t.Fatal("nothing is missing: that proves nothing")
	}
	run := func(code int, args ...string) string {
		t.Helper()
		var said bytes.Buffer
		if got := Main(append([]string{"backfill", "--data", data}, args...), nil, &said, &said); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, &said)
		}
		return said.String()
	}
	// An archive that does not have it, or not any more, leaves all as it is.
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "AccessDenied", status) }))
		said := run(exitPartial, "9008", "--archive", server.URL+"/static/")
		server.Close()
		if strings.Count(said, "\n") != 1 || !strings.Contains(said, "9008: 1 gap: ") || !strings.Contains(said, "not in the archive") {
			t.Errorf("status %d: it is said: %s", status, said)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the log is another: %v", err)
	}
	if said := run(exitDone, "9008", "--archive", r.root); said != "9008: 1 gap filled, 1500 messages\n" {
		t.Errorf("it is said: %s", said)
	}
	sameFiles(t, exportAll(t, exitDone, path), straight)
	sameFiles(t, storedTables(t, data), straight)
	for range 2 {
		if done, err := sealLog(t.Context(), o, path); err != nil || done.Last != uint64(len(r.all)) || !done.Complete {
			t.Errorf("sealed is %+v, %v", done, err)
		}
	}
	if said := run(exitDone, "--all", "--archive", r.root); said != "" {
		t.Errorf("the second time it is said: %s", said)
	}
	for _, args := range [][]string{{}, {"9008", "--all"}, {"9008", "--archive", "none"}, {"9008", "--archive", "ftp://x"}} {
		run(exitUsage, args...)
	}
}

// twoParts is a source that gives what came before it was lost, what came after, and what is still to come.
type twoParts struct {
	r    *lostRace
	more chan struct{} // closed: one more message
	gone chan struct{} // closed after it
}

func (*twoParts) Name() string { return "two parts" }

func (s *twoParts) Run(ctx context.Context, out ingest.Out) error {
	for _, part := range [][]feed.Message{s.r.had[:s.r.gap], s.r.had[s.r.gap:]} {
		for some := range slices.Chunk(part, 500) {
			if _, err := out(slices.Clone(some)); err != nil {
				return err
			}
		}
	}
	select {
	case <-s.more:
	case <-ctx.Done():
		return ctx.Err()
	}
	last := s.r.all[len(s.r.all)-1]
	if _, err := out([]feed.Message{{Topic: feed.TopicHeartbeat, Payload: []byte(`{"Utc":"2030-01-01T00:00:00Z"}`), Time: last.Time.Add(time.Second)}}); err != nil {
		return err
	}
	close(s.gone)
	<-ctx.Done()
	return ctx.Err()
}

// asking asks a server for what its dialects keep or name of a log, before and after a mended one takes its place.
type asking struct {
	server *server
	pages  []string          // at a moment before the gap, where both logs are the same
	had    map[string]string // their tags
	rows   map[string]string // of OpenF1's dialect, by collection
}

func (r *lostRace) asking(t *testing.T, s *server) *asking {
	t.Helper()
	at, paused := r.had[r.gap/2].Time, true
	clock, err := s.live.CreateClock("9008", wire.ClockWish{At: &at, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	a := &asking{server: s, had: map[string]string{}, pages: []string{
		"/api/v1/sessions/9008/positions?at=" + at.UTC().Format(time.RFC3339Nano),
		"/livetiming/at/" + clock.ID + "/static/" + strings.Trim(r.path, "/") + "/TimingData.jsonStream",
	}}
	for _, page := range a.pages {
		_, a.had[page] = a.get(t, s.handler, page)
		if _, again := a.get(t, s.handler, page); again != a.had[page] || again == "" {
			t.Errorf("%s: the tag is %q, then %q", page, a.had[page], again)
		}
	}
	a.rows = a.openF1(t, s.handler)
	return a
}

// get is a good answer.
func (a *asking) get(t *testing.T, h http.Handler, path string) (body, tag string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1"+path, nil))
	if w.Code != http.StatusOK || w.Body.Len() == 0 {
		t.Fatalf("%s: status %d: %.300s", path, w.Code, w.Body)
	}
	return w.Body.String(), w.Header().Get("ETag")
}

// renewed holds the pages' tags to be others, and the server's OpenF1 dialect to one that has never seen the old log.
func (a *asking) renewed(t *testing.T, stored openf1.Store) {
	t.Helper()
	for _, page := range a.pages {
		if _, tag := a.get(t, a.server.handler, page); tag == a.had[page] {
			t.Errorf("%s has the tag %s of the log that is no more", page, tag)
		}
	}
	a.same(t, stored)
}

// openF1 is what its dialect says of the session.
func (a *asking) openF1(t *testing.T, h http.Handler) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range []string{"position", "race_control", "laps", "intervals", "stints", "weather"} {
		all[name], _ = a.get(t, h, "/openf1/v1/"+name+"?session_key=9008")
	}
	return all
}

func (a *asking) same(t *testing.T, stored openf1.Store) {
	t.Helper()
	dialect, err := openf1.New(a.server.live, stored, openf1.Default())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	dialect.Mount(mux)
	want, changed := a.openF1(t, mux), 0
	for name, got := range a.openF1(t, a.server.handler) {
		if got != want[name] {
			t.Errorf("%s has %d rows after the gap is filled, want %d, or others", name, strings.Count(got, "},"), strings.Count(want[name], "},"))
		}
		if got != a.rows[name] {
			changed++
		}
	}
	if changed == 0 {
		t.Error("nothing was filled in: that proves nothing")
	}
}

// boardOf is the board of a session, empty until there is one.
func boardOf(s *server, key string) wire.Board {
	b, err := s.live.Board(key, time.Time{}, 0, "")
	if err != nil {
		return wire.Board{}
	}
	return b
}

// A server fills the gap of a session while its source is still connected: viewers and store have what there was, and what
// comes afterwards comes into the new log.
func TestServeBackfills(t *testing.T) {
	r := newLostRace(t)
	data := t.TempDir()
	e := &env{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	k, err := storeFlags{}.openServing(e, data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(e, serverFlags{Listen: "127.0.0.1:0"}, k)
	if err != nil {
		t.Fatal(err)
	}
	given := &twoParts{r: &r, more: make(chan struct{}), gone: make(chan struct{})}
	f := &following{server: s, names: map[string]string{}, sources: []source{{Source: given, kind: "livetiming"}}}
	client, err := backfillFlags{Archive: r.root}.client(e, data)
	if err != nil {
		t.Fatal(err)
	}
	f.mender = newMender(f, client)
	s.mender = f.mender
	var trouble atomic.Bool
	trouble.Store(true)
	f.mender.again = 10 * time.Millisecond
	f.mender.show = func(ctx context.Context, key string, log *sessionlog.Log) error {
		if trouble.Load() {
			return errors.New("the log can not be read")
		}
		return s.live.Renew(ctx, key, log)
	}
	cfg := backfill.Default()
	cfg.Log, cfg.Swap, cfg.First, cfg.Every = e.log, f.mender.swap, 0, 10*time.Millisecond
	answer := make(chan struct{})
	cfg.Ask = func(ctx context.Context, path string) (backfill.Recording, bool, error) {
		<-answer
		return askArchive(ctx, client, path)
	}
	f.mender.filler = backfill.New(cfg)
	in := ingest.Default()
	in.DataDir, in.Log, in.Hooks = data, e.log, ingest.Hooks{Opened: f.opened, Left: f.left}
	f.in = ingest.New(in)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- s.run(ctx, func(ctx context.Context) error { return f.in.Run(ctx, given) }, f.mender.run)
	}()
	board := func() wire.Board { return boardOf(s, "9008") }
	until(t, "the gap is shown", func() bool { return len(board().Quality.Gaps) == 1 })
	until(t, "the session with its gap is stored", func() bool {
		at, err := k.Find(ctx, "9008")
		return err == nil && at.Offset == uint64(len(r.had))
	})
	if st := f.mender.states(); len(st) != 1 || st[0].Gaps != 1 || st[0].State != backfill.Asking {
		t.Errorf("the gap is said to be %+v", st)
	}
	asked := r.asking(t, s)
	close(answer)
	until(t, "the gap is filled", func() bool {
		st := f.mender.states()
		return len(st) == 1 && st[0].State == backfill.Done && st[0].Gaps == 0 && st[0].Filled == 1 && st[0].Messages == 1500
	})
	// While it can not be shown, viewers have the old log, and the store the new one.
	until(t, "what was filled in is stored", func() bool {
		at, err := k.Find(ctx, "9008")
		return err == nil && at.Offset == uint64(len(r.all)) && len(s.keeping.writer.Status()) == 1
	})
	if b, err := s.live.Board("9008", r.all[r.gap/2].Time, 0, ""); err != nil || len(b.Cars) == 0 {
		t.Errorf("the log with the gap can not be read any more: %d cars, %v", len(b.Cars), err)
	}
	trouble.Store(false)
	until(t, "the board shows no gap", func() bool { b := board(); return len(b.Cars) > 0 && len(b.Quality.Gaps) == 0 })
	asked.renewed(t, k.Store)
	close(given.more)
	<-given.gone
	until(t, "what comes afterwards is stored", func() bool {
		at, err := k.Find(ctx, "9008")
		return err == nil && at.Offset == uint64(len(r.all)+1)
	})
	until(t, "what comes afterwards is shown", func() bool {
		p, err := s.live.Place("9008", time.Time{}, 0, "")
		return err == nil && p.Offset == uint64(len(r.all)+1)
	})
	cancel()
	if err := errors.Join(<-done, f.in.Close(), k.close()); err != nil {
		t.Error(err)
	}
	r.all = append(r.all, feed.Message{Topic: feed.TopicHeartbeat, Payload: []byte(`{"Utc":"2030-01-01T00:00:00Z"}`), Time: r.all[len(r.all)-1].Time.Add(time.Second)})
	straight := r.straight(t)
	sameFiles(t, exportAll(t, exitDone, sessionlog.Path(data, "9008")), straight)
	sameFiles(t, storedTables(t, data), straight)
}

// A log of which the store's writer could not be told stays where it is, gap and all: it is tried again.
func TestNothingReplacedUntold(t *testing.T) {
	r := newLostRace(t)
	path := sessionlog.Path(r.keep(t, r.had), "9008")
	if err := os.WriteFile(paramsBeside(path), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	one := backfill.Session{Key: "9008", Path: path}
	for _, want := range []bool{false, true} {
		_, err := backfill.Fill(t.Context(), one, r.pages, replaceFile)
		log, oerr := sessionlog.OpenRead(path)
		if oerr != nil {
			t.Fatal(oerr)
		}
		if filled := log.Len() == uint64(len(r.all)); filled != want || (err == nil) != want {
			t.Errorf("filled is %v, %v; want %v", filled, err, want)
		}
		if err := errors.Join(log.Close(), os.Remove(paramsBeside(path))); err != nil && !want {
			t.Fatal(err)
		}
	}
}
