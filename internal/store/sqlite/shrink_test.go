package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// seasons writes a race a season with samples, and gives the size of the file when its log is empty.
func seasons(t *testing.T, s *Store, from, to int) int64 {
	t.Helper()
	for year := from; year <= to; year++ {
		row := session(fmt.Sprint("s", year))
		row.Season, row.DateStart = f1.Some(year), f1.Some(time.Date(year, 4, 29, 12, 0, 0, 0, time.UTC))
		mustWrite(t, s, &store.Batch{Session: row, Whole: true, Ended: true, Telemetry: noise(row.SessionKey)})
	}
	return fileSize(t, s)
}

// noise are samples that do not become smaller: some 300 kB.
func noise(key string) []f1.TelemetryRow {
	all := driven(key, 0, 700)
	x := uint32(1)
	for i := range all {
		x = x*1664525 + 1013904223
		all[i].Speed, all[i].RPM = f1.Some(int16(x>>20)%300), f1.Some(int16(x>>16)%12000)
	}
	return all
}

func fileSize(t *testing.T, s *Store) int64 {
	t.Helper()
	if err := s.alone(t.Context(), func() error { return s.empty(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)") }); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// afterwards are samples of a session that stayed, and a look through the whole file.
func afterwards(t *testing.T, s *Store, key string) {
	t.Helper()
	n := 0
	for _, err := range s.Rows(t.Context(), &store.Query{Session: key, Table: "telemetry"}) {
		if n++; err != nil {
			t.Fatal(err)
		}
	}
	if want := len(noise(key)); n != want {
		t.Errorf("%d samples of %s, want %d", n, key, want)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// What retention removes makes the file smaller, but not while a session is live; then it is the next time's.
func TestShrink(t *testing.T) {
	s := opened(t).(*Store)
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	before := seasons(t, s, 2020, 2024)
	going := session("going")
	going.Season, going.DateStart = f1.Some(2024), f1.Some(now)
	mustWrite(t, s, &store.Batch{Session: going, Log: "l", Offset: 1, Telemetry: driven("going", 0, 10)})
	at := time.Now() // it changed just now, whatever the season

	out, err := s.Retain(t.Context(), at.Year()-2023, at)
	if err != nil || out.Sessions != 4 || out.Freed != 0 {
		t.Fatalf("while a session is live: %+v, %v", out, err)
	}
	if size := fileSize(t, s); size < before {
		t.Errorf("the file has %d bytes of %d while a session is live", size, before)
	}
	h, err := s.Check(t.Context())
	if err != nil || h.Free < before/2 || h.Free > h.Bytes {
		t.Errorf("%+v, %v: most of %d bytes could be freed", h, err, before)
	}

	mustWrite(t, s, &store.Batch{Session: going, Log: "l", From: 1, Offset: 1, Ended: true})
	out, err = s.Retain(t.Context(), at.Year()-2023, at)
	after := fileSize(t, s)
	t.Logf("%d bytes became %d, %d freed", before, after, out.Freed)
	if err != nil || out.Sessions != 0 || out.Freed < before/2 || after > before/2 {
		t.Errorf("%+v, %v: %d bytes became %d", out, err, before, after)
	}
	if h, err := s.Check(t.Context()); err != nil || h.Free > shrinkFrom {
		t.Errorf("%+v, %v", h, err)
	}
	afterwards(t, s, "s2024")
}

// A session that was left open long ago, as by a crash, is not live.
func TestShrinkAbandoned(t *testing.T) {
	s := opened(t).(*Store)
	before := seasons(t, s, 2020, 2023)
	mustWrite(t, s, &store.Batch{Session: session("abandoned"), Log: "l", Offset: 1})
	if out, err := s.Retain(t.Context(), 1, time.Now().Add(liveFor+time.Minute)); err != nil || out.Freed < before/2 {
		t.Errorf("%+v, %v", out, err)
	}
}

// olderFile is a file whose pages can not be given back one by one, with what statements put into it. Its folder's name
// has what SQL has to be told of.
func olderFile(t *testing.T, statements ...string) (path string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "it's here")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(folder, "pitwall.db")
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "_pragma=journal_mode(WAL)"}).String())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// rewriter makes the test binary a process that rewrites a file and says what memory that took.
const rewriter = "PITWALL_TEST_REWRITE"

// The memory that rewriting takes does not grow with the file.
func TestRewriteTakesNoMemory(t *testing.T) {
	if path := os.Getenv(rewriter); path != "" {
		rewriteOn(t, path)
		return
	}
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("a file of 100 MB is rewritten with PITWALL_FULL=1")
	}
	if runtime.GOOS != "linux" {
		t.Skip("what memory a process had at most is asked of Linux")
	}
	path := olderFile(t, "CREATE TABLE older (n INTEGER PRIMARY KEY, b BLOB) STRICT",
		"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 1600) INSERT INTO older SELECT n, randomblob(65000) FROM c",
		"DELETE FROM older WHERE n % 4 = 0")
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), rewriter+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var before, after, peak int64
	at := strings.Index(string(out), "rewritten: ")
	if _, err := fmt.Sscanf(string(out[max(at, 0):]), "rewritten: %d %d %d", &before, &after, &peak); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("%d MB became %d MB with %d MB more memory", before>>20, after>>20, peak>>20)
	if before < 90<<20 || after > before*4/5 {
		t.Errorf("%d bytes became %d", before, after)
	}
	if peak > 40<<20 { // caches of pages are 8 MB each
		t.Errorf("%d bytes of memory to rewrite %d", peak, after)
	}
}

// rewriteOn shrinks a file, and says its size before and after and by how much the memory's peak rose.
func rewriteOn(t *testing.T, path string) {
	s := at(t, path)
	before, peak := fileSize(t, s), memoryPeak(t)
	if _, err := s.shrink(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stdout, "rewritten:", before, fileSize(t, s), memoryPeak(t)-peak)
}

// memoryPeak is how much memory the process has had at most, in bytes.
func memoryPeak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var n int64
	if _, err := fmt.Sscanf(rest, "%d kB", &n); err != nil {
		t.Fatalf("%v: %s", err, status)
	}
	return n << 10
}

// A file of before, whose pages can not be given back one by one, is rewritten once, and is then as a new one. It is
// read meanwhile.
func TestShrinkOlderFile(t *testing.T) {
	path := olderFile(t, "CREATE TABLE older (y INTEGER) STRICT; DROP TABLE older")
	s := at(t, path)
	if r, err := roomOf(t.Context(), s.readers); err != nil || r.incremental {
		t.Fatalf("%+v, %v: it is no older file", r, err)
	}
	before := seasons(t, s, 2020, 2024)
	rows, err := s.readers.QueryContext(context.Background(), "SELECT data FROM telemetry ORDER BY session DESC, driver_number")
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatal("no chunk")
	}
	out, err := s.Retain(t.Context(), time.Now().Year()-2023, time.Now())
	if err != nil || out.Sessions != 4 {
		t.Fatalf("%+v, %v", out, err)
	}
	n := 1
	for rows.Next() {
		n++
	}
	if err := rows.Close(); err != nil || rows.Err() != nil || n < 50 {
		t.Errorf("the reader of before saw %d chunks, %v, %v", n, rows.Err(), err)
	}
	if after := fileSize(t, s); after > before/2 {
		t.Errorf("%d bytes became %d", before, after)
	}
	if r, err := roomOf(t.Context(), s.readers); err != nil || !r.incremental {
		t.Errorf("%+v, %v: its pages can still not be given back", r, err)
	}
	for pragma, want := range map[string]string{"temp_store": "2", "temp_store_directory": ""} { // 2 is memory
		var is string
		if err := s.writer.conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&is); err != nil && !errors.Is(err, sql.ErrNoRows) || is != want {
			t.Errorf("%s is %q afterwards, %v", pragma, is, err)
		}
	}
	afterwards(t, s, "s2024")
}
