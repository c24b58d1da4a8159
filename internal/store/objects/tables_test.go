package objects

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
)

var laps = TableID{race, "laps"}

func putTable(t testing.TB, s *Store, id TableID, content []byte) bool {
	t.Helper()
	changed, err := s.PutTable(t.Context(), id, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func readTable(t testing.TB, s *Store, id TableID) []byte {
	t.Helper()
	o, err := s.OpenTable(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(o.Reader())
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func testTables(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t)})
	if _, err := s.OpenTable(t.Context(), laps); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	content := bulk(3<<20 + 17)
	if !putTable(t, s, laps, content) {
		t.Error("a new table is no change")
	}
	before := contents(t, s.bucket)
	stored, err := s.bucket.Stat(t.Context(), laps.key())
	if err != nil || stored.Key != "parquet/laps/season=2025/session_key=9693/part-0.parquet" {
		t.Errorf("%+v, %v", stored, err)
	}
	if putTable(t, s, laps, content) {
		t.Error("the same table is a change")
	}
	again, err := s.bucket.Stat(t.Context(), laps.key())
	if err != nil || again != stored || contents(t, s.bucket) != before {
		t.Errorf("it was touched: %+v, %+v, %v", stored, again, err)
	}
	o, err := s.OpenTable(t.Context(), laps)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 5, 1<<20 - 3, 2 << 20, o.Size() - 10} {
		got := make([]byte, 10)
		if n, err := o.ReadAt(got, at); n != 10 || err != nil || !bytes.Equal(got, content[at:at+10]) {
			t.Errorf("at %d: %d, %v", at, n, err)
		}
	}
	if n, err := o.ReadAt(make([]byte, 10), o.Size()-4); n != 4 || !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %d, %v", n, err)
	}
	failing := errors.New("no rows")
	if _, err := s.PutTable(t.Context(), laps, func(w io.Writer) error { w.Write([]byte("half")); return failing }); !errors.Is(err, failing) {
		t.Errorf("%v", err)
	}
	if contents(t, s.bucket) != before {
		t.Error("a table that could not be written has changed the store")
	}
	putTable(t, s, TableID{race, "stints"}, []byte("stints"))
	if !putTable(t, s, laps, []byte("short")) || string(readTable(t, s, laps)) != "short" {
		t.Error("the table was not replaced")
	}
	listed, err := s.Tables(t.Context(), race)
	if err != nil || len(listed) != 2 || listed[0].Table != "laps" || listed[0].Bytes != 5 || listed[1].SHA256 != hexSum([]byte("stints")) {
		t.Errorf("%+v, %v", listed, err)
	}
	if of, err := s.TableSessions(t.Context()); err != nil || !slices.Equal(of, []Session{race}) {
		t.Errorf("%v, %v", of, err)
	}
	// A flipped bit, a lost end and a lost object are found, in the block that is read.
	putTable(t, s, laps, content)
	bad := bytes.Clone(content)
	bad[2<<20+5] ^= 8
	for _, damage := range [][]byte{bad, content[:2<<20+9], nil} {
		put(t, s.bucket, laps.key(), string(damage))
		if damage == nil {
			if err := s.bucket.Delete(t.Context(), laps.key()); err != nil {
				t.Fatal(err)
			}
		}
		o, err := s.OpenTable(t.Context(), laps)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := o.ReadAt(make([]byte, 10), 100); damage != nil && (n != 10 || err != nil) {
			t.Errorf("an undamaged block: %v", err)
		}
		if n, err := o.ReadAt(make([]byte, 10), 2<<20); n != 0 || !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), laps.key()) {
			t.Errorf("a damaged block: %d, %v", n, err)
		}
	}
	if !putTable(t, s, laps, content) {
		t.Error("a lost table is not stored again")
	}
	for range 2 {
		if err := s.RemoveTable(t.Context(), laps); err != nil {
			t.Error(err)
		}
	}
	if listed, err := s.Tables(t.Context(), race); err != nil || len(listed) != 1 {
		t.Errorf("%+v, %v", listed, err)
	}
}

func testTableReplaced(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t)})
	putTable(t, s, laps, bulk(3<<20))
	o, err := s.OpenTable(t.Context(), laps)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.ReadAt(make([]byte, 10), 0); err != nil {
		t.Fatal(err)
	}
	putTable(t, s, laps, bytes.Repeat([]byte("new"), 1<<20))
	if _, err := o.ReadAt(make([]byte, 10), 2<<20); !errors.Is(err, ErrConflict) || errors.Is(err, ErrCorrupt) {
		t.Errorf("%v", err)
	}
	// A writer that was killed between the object and the manifest: both contents are true until the next.
	m, was, err := s.tables(t.Context(), race)
	if err != nil {
		t.Fatal(err)
	}
	dead := source(t, []byte("of a dead writer"))
	m.Tables[0].Coming = append(m.Tables[0].Coming, coming{"dead", time.Now(), dead.Sums})
	if err := s.putManifest(t.Context(), tablesKey(race), m, was); err != nil {
		t.Fatal(err)
	}
	if got := readTable(t, s, laps); len(got) != 3<<20 {
		t.Errorf("%d bytes", len(got))
	}
	put(t, s.bucket, laps.key(), "of a dead writer")
	if got := string(readTable(t, s, laps)); got != "of a dead writer" {
		t.Errorf("%q", got)
	}
	if !putTable(t, s, laps, bytes.Repeat([]byte("new"), 1<<20)) || len(readTable(t, s, laps)) != 3<<20 {
		t.Error("what the manifest lists and is not there was not stored again")
	}
	if putTable(t, s, laps, bytes.Repeat([]byte("new"), 1<<20)) {
		t.Error("the dead writer's note makes every call a change")
	}
	if !putTable(t, s, laps, []byte("of a dead writer")) {
		t.Error("not replaced")
	}
	if m, _, err := s.tables(t.Context(), race); err != nil || len(m.Tables[0].Coming) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

func testTableWriters(t *testing.T, fresh func(testing.TB) string) {
	address := fresh(t)
	var all sync.WaitGroup
	for n := range 4 {
		s := openStore(t, Config{URL: address})
		all.Go(func() {
			for i := range 4 {
				// Half of the writers write the same table, all the same manifest.
				id := TableID{race, fmt.Sprintf("t%d", n/2)}
				_, err := s.PutTable(t.Context(), id, func(w io.Writer) error {
					_, err := fmt.Fprintf(w, "%d of %d", i, n)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s := openStore(t, Config{URL: address})
	for n := range 2 {
		got := string(readTable(t, s, TableID{race, fmt.Sprintf("t%d", n)}))
		if got != fmt.Sprintf("3 of %d", 2*n) && got != fmt.Sprintf("3 of %d", 2*n+1) {
			t.Errorf("table %d is %q", n, got)
		}
	}
	m, _, err := s.tables(t.Context(), race)
	if err != nil || len(m.Tables) != 2 || len(m.Tables[0].Coming)+len(m.Tables[1].Coming) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

// Our own tables go in, and a reader of Parquet reads them through the store.
func testParquetRows(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t)})
	write := func(n int) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := tables.Weather.Write(w, tables.Parquet, func(yield func(f1.WeatherRow) bool) {
				for i := range n {
					if !yield(f1.WeatherRow{Time: begun.Add(time.Duration(i) * time.Minute)}) {
						return
					}
				}
			})
			return err
		}
	}
	id := TableID{race, tables.Weather.Describe().Name}
	for _, c := range []struct {
		rows    int
		changed bool
	}{{100, true}, {100, false}, {101, true}, {101, false}} {
		changed, err := s.PutTable(t.Context(), id, write(c.rows))
		if err != nil || changed != c.changed {
			t.Errorf("%d rows: %v, %v", c.rows, changed, err)
		}
		o, err := s.OpenTable(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parquet.OpenFile(o, o.Size())
		if err != nil || file.NumRows() != int64(c.rows) || len(file.Schema().Columns()) != len(tables.Weather.Describe().Columns) {
			t.Errorf("%v", err)
		}
	}
}

func testBackups(t *testing.T, fresh func(testing.TB) string) {
	s := openStore(t, Config{URL: fresh(t)})
	content := bulk(19 << 20)
	cut := &cutOff{ReaderAt: bytes.NewReader(content), at: 19 << 20}
	src := source(t, content)
	// The upload is cut after the checksums were taken.
	if _, err := s.bucket.Upload(t.Context(), "backups/sqlite/a.zst", Source{&cutOff{ReaderAt: cut, at: 10 << 20}, src.Sums}); !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	if list, err := s.Backups(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	p, err := s.PutBackup(t.Context(), "sqlite/a.zst", bytes.NewReader(content), int64(len(content)))
	if err != nil || p.Resumed < 8<<20 || p.Resumed+p.Sent != int64(len(content)) {
		t.Errorf("%+v, %v", p, err)
	}
	// Killed between the object and its manifest: nothing is sent twice.
	if err := s.bucket.Delete(t.Context(), "backups/sqlite/a.zst"+manifestEnding); err != nil {
		t.Fatal(err)
	}
	if _, err := s.OpenBackup(t.Context(), "sqlite/a.zst"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	for range 2 {
		if p, err = s.PutBackup(t.Context(), "sqlite/a.zst", bytes.NewReader(content), int64(len(content))); err != nil || p.Sent != 0 {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if _, err := s.PutBackup(t.Context(), "sqlite/a.zst", strings.NewReader("other"), 5); !errors.Is(err, ErrConflict) {
		t.Errorf("%v", err)
	}
	o, err := s.OpenBackup(t.Context(), "sqlite/a.zst")
	if err != nil {
		t.Fatal(err)
	}
	if _, sum, err := hashAll(o.Reader()); err != nil || sum != src.Sums.SHA256 || o.SHA256() != sum {
		t.Errorf("%s, %v", sum, err)
	}
	list, err := s.Backups(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != "sqlite/a.zst" || list[0].Bytes != 19<<20 || list[0].SHA256 != src.Sums.SHA256 {
		t.Errorf("%+v, %v", list, err)
	}
	content[13<<20] ^= 1
	put(t, s.bucket, o.Key(), string(content))
	if _, err := io.Copy(io.Discard, o.Reader()); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), o.Key()) {
		t.Errorf("%v", err)
	}
}
