package persist_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
)

// TestMain makes the test binary a writer when it is started as one, see kill_test.go.
func TestMain(m *testing.M) {
	if os.Getenv(asWriter) != "" {
		if err := writeAsProcess(os.Args[1], os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	pgtest.Main(unleaking{m})
}

// unleaking runs the tests and then looks for goroutines that they left behind.
type unleaking struct{ *testing.M }

func (u unleaking) Run() int {
	code := u.M.Run()
	// The tests' PostgreSQL is ended after this.
	if err := goleak.Find(goleak.IgnoreAnyFunction("pitwall.live/internal/store/postgres/pgtest.(*Server).launch.func2")); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "persist:", err)
		return 1
	}
	return code
}

// Recordings with different topics: a race without samples, and a qualifying with everything.
var (
	baku   = []string{"live-timing", "archive", "2018", "2018-04-29_Azerbaijan_Grand_Prix", "2018-04-29_Race"}
	mexico = []string{"live-timing", "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix", "2025-10-25_Qualifying"}
)

// messages are those of a recording, under the race detector only its beginning.
func messages(t testing.TB, path []string) []feed.Message {
	t.Helper()
	all := reference.Messages(t, reference.Path(t, path...))
	if raced {
		all = all[:min(len(all), 5000)]
	}
	return all
}

// logOf is an open log, without messages.
func logOf(t testing.TB, key string) *sessionlog.Log {
	t.Helper()
	log, err := sessionlog.Open(sessionlog.Path(t.TempDir(), key), key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

// add appends messages to a log.
func add(t testing.TB, log *sessionlog.Log, all []feed.Message) {
	t.Helper()
	for len(all) > 0 {
		n := min(len(all), 512)
		batch := append([]feed.Message(nil), all[:n]...)
		for i := range batch {
			batch[i].Offset = 0 // the log gives them
		}
		if _, err := log.Append(batch); err != nil {
			t.Fatal(err)
		}
		all = all[n:]
	}
}

func openSQLite(t testing.TB) *sqlite.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

// quick is a configuration for tests: no wait is longer than it must be.
func quick(t testing.TB, st persist.Store) persist.Config {
	cfg := persist.Default(st)
	cfg.Every, cfg.TakeOver, cfg.Retry, cfg.RetryMost = 5*time.Millisecond, 300*time.Millisecond, 5*time.Millisecond, 50*time.Millisecond
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	return cfg
}

// run runs a writer until the test or stop ends it.
func run(t testing.TB, w *persist.Writer) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// until waits for a state of a session.
func until(t testing.TB, w *persist.Writer, what string, ok func(persist.State) bool) persist.State {
	t.Helper()
	deadline := time.After(60 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		all := w.Status()
		for _, st := range all {
			if ok(st) {
				return st
			}
		}
		select {
		case <-deadline:
			t.Fatalf("never %s: %+v", what, all)
		case <-tick.C:
		}
	}
}

func untilDoing(t testing.TB, w *persist.Writer, doing persist.Doing) persist.State {
	t.Helper()
	return until(t, w, string(doing), func(st persist.State) bool { return st.Doing == doing })
}

// untilStored waits until all of a log that is live is stored.
func untilStored(t testing.TB, w *persist.Writer, n uint64) {
	t.Helper()
	until(t, w, fmt.Sprintf("stored to %d", n), func(st persist.State) bool { return st.Stored >= n })
}

// print is what is compared of a table: its rows as CSV.
type print struct {
	rows int
	sum  uint64
	text []byte // of small tables, to show a difference
}

// printOf encodes the tables that rows gives.
func printOf(t testing.TB, cells func(table string) iter.Seq[tables.Row]) map[string]print {
	t.Helper()
	out := map[string]print{}
	for _, d := range tables.All() {
		var b bytes.Buffer
		n, err := d.Write(&b, tables.CSV, cells(d.Name))
		if err != nil {
			t.Fatal(err)
		}
		h := fnv.New64a()
		h.Write(b.Bytes())
		p := print{rows: n, sum: h.Sum64()}
		if b.Len() < 8<<20 {
			p.text = b.Bytes()
		}
		out[d.Name] = p
	}
	return out
}

// derived are the tables of a log's messages, straight.
func derived(t testing.TB, key string, log *sessionlog.Log) map[string]print {
	t.Helper()
	s := derive.New(key, derive.All())
	if err := log.Each(1, func(m *feed.Message) error { return s.Take(m) }); err != nil {
		t.Fatal(err)
	}
	return printOf(t, s.Rows().Cells)
}

// stored are the tables of a session in a store.
func stored(t testing.TB, st store.Reader, key string) map[string]print {
	t.Helper()
	return printOf(t, func(table string) iter.Seq[tables.Row] {
		return func(yield func(tables.Row) bool) {
			for row, err := range st.Rows(t.Context(), &store.Query{Session: key, Table: table}) {
				if err != nil {
					t.Fatalf("%s: %v", table, err)
				}
				if !yield(row.Cells) {
					return
				}
			}
		}
	})
}

// same compares all tables.
func same(t testing.TB, got, want map[string]print) {
	t.Helper()
	for table, w := range want {
		g := got[table]
		if g.sum == w.sum {
			continue
		}
		t.Errorf("%s: %d rows, want %d", table, g.rows, w.rows)
		gl, wl := bytes.Split(g.text, []byte("\r\n")), bytes.Split(w.text, []byte("\r\n"))
		shown := 0
		for i := range min(len(gl), len(wl)) {
			if !bytes.Equal(gl[i], wl[i]) && shown < 3 {
				shown++
				t.Logf("row %d\n got %s\nwant %s", i, gl[i], wl[i])
			}
		}
	}
}

// sessionKey is that of the only session of a store.
func sessionKey(t testing.TB, st store.Reader) string {
	t.Helper()
	all, err := st.Sessions(t.Context(), store.SessionQuery{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d sessions, %v", len(all), err)
	}
	return all[0].SessionKey
}

// A log that is there is stored as its export has it, and a second look writes nothing.
func TestStoresLog(t *testing.T) {
	for _, path := range [][]string{baku, mexico} {
		log, st := logOf(t, "k"), openSQLite(t)
		add(t, log, messages(t, path))
		w := persist.New(quick(t, st))
		w.Follow(log, persist.About{Key: "k", Owner: true})
		stop := run(t, w)
		begun := time.Now()
		untilDoing(t, w, persist.Ended)
		t.Logf("%d messages in %v", log.Len(), time.Since(begun))
		stop()
		key := sessionKey(t, st)
		same(t, stored(t, st, key), derived(t, "k", log))
		before, err := st.Find(t.Context(), key)
		if err != nil || !before.Whole || before.Offset != log.Len() {
			t.Fatalf("%+v, %v", before, err)
		}
		versions, err := st.Versions(t.Context(), key)
		if err != nil || len(versions) == 0 && !raced {
			t.Errorf("no classification: %v", err)
		}
		t.Logf("%d versions of the classification", len(versions))

		again := persist.New(quick(t, st))
		again.Follow(log, persist.About{Key: "k", Owner: true})
		stop = run(t, again)
		untilDoing(t, again, persist.Ended)
		stop()
		if after, err := st.Find(t.Context(), key); err != nil || after != before {
			t.Errorf("a second look changed %+v to %+v, %v", before, after, err)
		}
	}
}

// A session whose source goes away before the feed has ended it has no classification.
func TestUnfinishedHasNoClassification(t *testing.T) {
	log, st := logOf(t, "k"), openSQLite(t)
	add(t, log, messages(t, baku)[:5000])
	w := persist.New(quick(t, st))
	w.Follow(log, persist.About{Key: "k", Owner: true})
	stop := run(t, w)
	untilDoing(t, w, persist.Ended)
	stop()
	key := sessionKey(t, st)
	for row, err := range st.Rows(t.Context(), &store.Query{Session: key, Table: "results", Limit: 1}) {
		if err != nil || len(row.Cells) == 0 {
			t.Fatalf("the cars have no order: %v", err)
		}
	}
	if versions, err := st.Versions(t.Context(), key); err != nil || len(versions) > 0 {
		t.Errorf("%+v, %v", versions, err)
	}
}
