package clickhouse

import (
	"context"
	"errors"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/analytics/analyticstest"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/clickhouse/clickhousetest"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/tables"
)

// record is a store of record with sessions in it.
func record(t testing.TB, all ...*analyticstest.Session) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "pitwall.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, session := range all {
		session.Put(t, s)
	}
	return s
}

// short is a race of a few laps with everything in it.
func short(t testing.TB, seed uint64) *analyticstest.Session {
	t.Helper()
	return analyticstest.Simulated(t, sim.Config{Session: f1.Race, Circuit: "monza", Laps: 3, Seed: seed, Before: time.Minute})
}

func synced(t testing.TB, s *Store, from Source, want int) {
	t.Helper()
	n, err := s.Sync(t.Context(), from, 0, func(string, int) {})
	if err != nil || n != want {
		t.Fatalf("%d sessions were loaded, want %d: %v", n, want, err)
	}
}

// TestQuestions: answers of ClickHouse are what plain loops over the same sessions come to, and those of SQLite
// row by row.
func TestQuestions(t *testing.T) {
	s := opened(t)
	all := analyticstest.Corpus(t)
	from := record(t, all...)
	synced(t, s, from, len(all))
	analyticstest.Run(t, s, all)
	analyticstest.Agree(t, s, from, all)
	analyticstest.RunLaps(t, s, all)
	if version, err := s.Ping(t.Context()); err != nil || version == "" {
		t.Errorf("version %q, %v", version, err)
	}
}

// The same over what the simulator gives, where the real data is not there.
func TestQuestionsOfSimulatedSessions(t *testing.T) {
	s := opened(t)
	all := analyticstest.SimulatedSessions(t)
	from := record(t, all...)
	synced(t, s, from, len(all))
	analyticstest.Run(t, s, all)
	analyticstest.Agree(t, s, from, all)
	analyticstest.RunLaps(t, s, all)
}

// loadedAs holds every table here to that of the store of record, cell by cell.
func loadedAs(t testing.TB, s *Store, from store.Reader, key string) {
	t.Helper()
	for _, d := range tables.All() {
		var want []string
		for row, err := range from.Rows(t.Context(), &store.Query{Session: key, Table: d.Name}) {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, string(d.AppendObject(nil, row.Cells)))
		}
		got := stored(t, s, &d, "current_"+d.Name, key)
		slices.Sort(want)
		slices.Sort(got)
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%s of %s:\n got %s\nwant %s", d.Name, key, got[i], want[i])
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%s of %s: %d rows, want %d", d.Name, key, len(got), len(want))
		}
	}
}

// stored are the rows of a table as JSON, as package tables writes them.
func stored(t testing.TB, s *Store, d *tables.Description, table, key string) (out []string) {
	t.Helper()
	var columns []string
	for _, c := range d.Columns {
		name := quoted(c.Name)
		if c.Type == tables.Time {
			name = "toUnixTimestamp64Milli(" + name + ")"
		}
		columns = append(columns, name)
	}
	cells := make(tables.Row, len(d.Columns))
	for row, err := range s.Query(t.Context(), "SELECT "+strings.Join(columns, ", ")+" FROM "+table+" WHERE session_key = {key:String}", map[string]any{"key": key}) {
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range row {
			c := tables.Cell{Known: v != nil}
			switch v := v.(type) {
			case bool:
				if v {
					c.N = 1
				}
			case int64:
				c.N, c.F = v, float64(v)
			case float64:
				c.F = v
			case string:
				c.S = v
			}
			cells[i] = c
		}
		out = append(out, string(d.AppendObject(nil, cells)))
	}
	return out
}

// TestSync: new sessions, a changed one and a removed one; nothing is loaded twice.
func TestSync(t *testing.T) {
	s := opened(t)
	one, two := short(t, 1), short(t, 2)
	from := record(t, one, two)
	synced(t, s, from, 2)
	synced(t, s, from, 0)
	loadedAs(t, s, from, one.SessionKey)
	loadedAs(t, s, from, two.SessionKey)

	one.Laps = one.Laps[:len(one.Laps)-5]
	one.Put(t, from)
	synced(t, s, from, 1)
	loadedAs(t, s, from, one.SessionKey)
	if n := count(t, s, "SELECT count() FROM laps WHERE session_key = '"+one.SessionKey+"'"); n != len(one.Laps) {
		t.Errorf("%d laps lie here, want %d", n, len(one.Laps))
	}

	if err := from.Remove(t.Context(), two.SessionKey); err != nil {
		t.Fatal(err)
	}
	synced(t, s, from, 0)
	for _, d := range tables.All() {
		if n := count(t, s, "SELECT count() FROM "+d.Name+" WHERE session_key = '"+two.SessionKey+"'"); n != 0 {
			t.Errorf("%d rows of a removed session in %s", n, d.Name)
		}
	}
	loadedAs(t, s, from, one.SessionKey)
}

func count(t testing.TB, s *Store, sql string) int {
	t.Helper()
	for row, err := range s.Query(t.Context(), sql, nil) {
		if err != nil {
			t.Fatal(err)
		}
		return int(row[0].(int64))
	}
	t.Fatalf("no answer to %s", sql)
	return 0
}

// TestGrowing: a session that still changes is left alone until it has settled.
func TestGrowing(t *testing.T) {
	s := opened(t)
	one := short(t, 3)
	from := growing{record(t, one)}
	if n, err := s.Sync(t.Context(), from, time.Hour, func(string, int) {}); n != 0 || err != nil {
		t.Fatalf("%d loaded, %v", n, err)
	}
	synced(t, s, from, 1)
}

// growing is a store whose sessions have not ended.
type growing struct{ *sqlite.Store }

func (g growing) Sessions(ctx context.Context, q store.SessionQuery) ([]store.Session, error) {
	all, err := g.Store.Sessions(ctx, q)
	for i := range all {
		all[i].Whole = false
	}
	return all, err
}

// cut is a store of record that fails, or whose reader is told to end, after so many rows.
type cut struct {
	Source
	after  int
	cancel context.CancelFunc // nil: it fails
}

var errCut = errors.New("the store of record went away")

func (c *cut) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for row, err := range c.Source.Rows(ctx, q) {
			if c.after--; c.after == 0 {
				if c.cancel == nil {
					yield(store.Row{}, errCut)
					return
				}
				c.cancel()
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// TestLoadIsCut: a load that ends in the middle, wherever, shows nothing of itself; the next one is whole.
func TestLoadIsCut(t *testing.T) {
	s := opened(t)
	one := short(t, 4)
	from := record(t, one)
	synced(t, s, from, 1)
	d, err := tables.Find("laps")
	if err != nil {
		t.Fatal(err)
	}
	before := stored(t, s, &d, "current_laps", one.SessionKey)
	one.Laps = one.Laps[:len(one.Laps)-1]
	one.Put(t, from)
	for _, after := range []int{1, 20, 60, 100, 400, 5000} {
		if n, err := s.Sync(t.Context(), &cut{Source: from, after: after}, 0, func(string, int) {}); n != 0 || !errors.Is(err, errCut) {
			t.Fatalf("cut after %d rows: %d loaded, %v", after, n, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if n, err := s.Sync(ctx, &cut{Source: from, after: after, cancel: cancel}, 0, func(string, int) {}); n != 0 || err == nil {
			t.Fatalf("ended after %d rows: %d loaded, %v", after, n, err)
		}
		cancel()
		if now := stored(t, s, &d, "current_laps", one.SessionKey); !slices.Equal(now, before) {
			t.Fatalf("cut after %d rows: %d laps are read, %d were", after, len(now), len(before))
		}
	}
	synced(t, s, from, 1)
	loadedAs(t, s, from, one.SessionKey)
	if n := count(t, s, "SELECT count() FROM laps"); n != len(one.Laps) {
		t.Errorf("%d laps lie here, want %d: what was cut is not gone", n, len(one.Laps))
	}
}

// TestServerIsKilled: the server dies in the middle of a load, and the next one is whole.
func TestServerIsKilled(t *testing.T) {
	clickhousetest.Need(t)
	folder := t.TempDir()
	e := clickhousetest.Start(t, folder, 0)
	defer func() { e.Kill() }()
	s := open(t, Config{URL: e.URL("killed")})
	one, two := short(t, 5), short(t, 6)
	from := record(t, one)
	synced(t, s, from, 1)
	two.Put(t, from)
	n, err := s.Sync(t.Context(), &cut{Source: from, after: 300, cancel: e.Kill}, 0, func(string, int) {})
	if n != 0 || err == nil {
		t.Fatalf("%d loaded by a dead server, %v", n, err)
	}
	noSecret(t, err)
	e = clickhousetest.Start(t, folder, e.Port)
	s = open(t, Config{URL: e.URL("killed")})
	loadedAs(t, s, from, one.SessionKey)
	synced(t, s, from, 1)
	loadedAs(t, s, from, two.SessionKey)
}

// TestTwoSyncs: two at once load the same sessions; what is read is whole and there once.
func TestTwoSyncs(t *testing.T) {
	s := opened(t)
	one, two := short(t, 7), short(t, 8)
	from := record(t, one, two)
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			if _, err := s.Sync(t.Context(), from, 0, func(string, int) {}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	synced(t, s, from, 0)
	loadedAs(t, s, from, one.SessionKey)
	loadedAs(t, s, from, two.SessionKey)
	if n := count(t, s, "SELECT count() FROM laps"); n != len(one.Laps)+len(two.Laps) {
		t.Errorf("%d laps lie here, want %d", n, len(one.Laps)+len(two.Laps))
	}
}

// TestNewColumn: a column that a table has gained is added to the tables of before, and what was loaded without it is
// loaded again.
func TestNewColumn(t *testing.T) {
	s := opened(t)
	one := short(t, 9)
	from := record(t, one)
	synced(t, s, from, 1)
	for _, sql := range []string{"DROP VIEW current_laps", "ALTER TABLE laps DROP COLUMN speed_st_kmh"} {
		if err := s.exec(t.Context(), sql, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	u := s.base
	u.Path, u.User = "/"+s.database, s.user
	s = open(t, Config{URL: u.String()})
	synced(t, s, from, 1)
	loadedAs(t, s, from, one.SessionKey)
	s = open(t, Config{URL: u.String()})
	synced(t, s, from, 0)
}

// TestHostileText: a text is what it was, whatever it means to SQL.
func TestHostileText(t *testing.T) {
	s := opened(t)
	for _, text := range []string{"", "'", `\`, `\\'`, `\N`, "a\tb\nc\rd", "'; DROP TABLE laps; --", "{x:String}", "Ünicode 🏁", "%_?&=+", "\x01\x7f", "NULL"} {
		for row, err := range s.Query(t.Context(), "SELECT {x:String}, length({x:String})", map[string]any{"x": text}) {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			} else if row[0] != text || row[1] != int64(len(text)) {
				t.Errorf("%q came back as %q of %v bytes", text, row[0], row[1])
			}
		}
	}
}

func noSecret(t testing.TB, err error) {
	t.Helper()
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the password is told: %v", err)
	}
}

// TestServerIsGone: what is told says where and what to do, not the password. It needs no engine.
func TestServerIsGone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Config{URL: "http://me:secret@" + address + "/x"})
	if err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "is it running") {
		t.Errorf("nobody listens: %v", err)
	}
	noSecret(t, err)
	for _, wrong := range []string{"", "127.0.0.1:8123", "ftp://me:secret@x/y", "http://me:secret@x/drop table", "http://me:secret@x/a/b", "http://me:secret@x:port/"} {
		if _, err := Open(t.Context(), Config{URL: wrong}); err == nil {
			t.Errorf("%q was opened", wrong)
		} else {
			noSecret(t, err)
		}
	}
}

// TestServerHangs: a statement is given up after its time, and one that is refused says why.
func TestServerHangs(t *testing.T) {
	end := make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-end }))
	defer hangs.Close()
	defer close(end)
	_, err := Open(t.Context(), Config{URL: strings.Replace(hangs.URL, "//", "//me:secret@", 1), Timeout: 50 * time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	noSecret(t, err)
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Code: 516. Authentication failed", http.StatusForbidden)
	}))
	defer refuses.Close()
	_, err = Open(t.Context(), Config{URL: refuses.URL})
	if err == nil || !strings.Contains(err.Error(), "Authentication failed") {
		t.Errorf("%v", err)
	}
}

// TestBrokenAnswer: an answer that ends in the middle, or in an exception, is an error and not a short answer.
func TestBrokenAnswer(t *testing.T) {
	for _, body := range []string{"[1]\n[2", "[1]\nCode: 241. DB::Exception: memory\n", "[1]\n{\"a\":1}\n"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write([]byte(body))
		}))
		s := &Store{client: server.Client(), timeout: time.Minute}
		if err := s.base.UnmarshalBinary([]byte(server.URL)); err != nil {
			t.Fatal(err)
		}
		var failed error
		for _, err := range s.Query(t.Context(), "SELECT 1", nil) {
			failed = err
		}
		if failed == nil {
			t.Errorf("%q was taken for an answer", body)
		}
		server.Close()
	}
}

// BenchmarkQuestions asks every question of the engine over what make bench asks of SQLite. It is left out where the
// engine is not installed.
func BenchmarkQuestions(b *testing.B) {
	if !clickhousetest.Installed(b) {
		b.Skip("the ClickHouse engine is not installed: run make clickhouse")
	}
	b.Setenv("PITWALL_FULL", "1")
	s := opened(b)
	from := record(b)
	analyticstest.Fill(b, from)
	if _, err := s.Sync(b.Context(), from, 0, func(string, int) {}); err != nil {
		b.Fatal(err)
	}
	analyticstest.Bench(b, s)
}

var _ analytics.Engine = (*Store)(nil)

// TestBrokenSamples: samples that end in the middle of a row, or are none, are an error and not fewer samples.
func TestBrokenSamples(t *testing.T) {
	text := "\x04\x00\x00\x00\x00\x00\x00\x00" // as a driver's number
	row := "\x01k" + text + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x01\x01\x01\x01\x01\x01"
	spans := []analytics.Span{{Session: "k", Driver: 4, From: time.UnixMilli(0), To: time.UnixMilli(1)}}
	for _, c := range []struct {
		body string
		rows int // -1: an error
	}{{"", 0}, {row, 1}, {row + row[:len(row)-1], -1}, {row[:1], -1}, {row[:5], -1}, {"\xff\xff\xff\xff\x7f" + row, -1}, {row + "Code: 241. DB::Exception: memory", -1}} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked, err := io.ReadAll(r.Body); err == nil && !strings.Contains(string(asked), "current_locations") {
				_, _ = w.Write([]byte(c.body))
			}
		}))
		s := &Store{client: server.Client(), timeout: time.Minute}
		if err := s.base.UnmarshalBinary([]byte(server.URL)); err != nil {
			t.Fatal(err)
		}
		got, err := s.Samples(t.Context(), spans)
		if (err != nil) != (c.rows < 0) || err == nil && len(got[0].Telemetry) != c.rows {
			t.Errorf("%q: %+v, %v", c.body, got, err)
		}
		server.Close()
	}
}
