package storetest

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// Every real recording, or its beginning under the race detector, stored at once and as a writer would store it while it runs, is read back as the bytes
// that package derive makes of it.
func recordings(t *testing.T, open Open) {
	root := reference.Path(t, "live-timing")
	s := open(t)
	for _, path := range recordingsBelow(t, root) {
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			messages := reference.Messages(t, path)
			messages = messages[:min(len(messages), longest)]
			d := derive.New(filepath.Base(path), derive.All())
			take(d, messages)
			want := encoded(t, d)
			w := follower{history: d}
			if err := s.Write(context.Background(), w.next()); err != nil {
				t.Fatal(err)
			}
			compare(t, s, d.Key(), want)

			if err := s.Remove(context.Background(), d.Key()); err != nil {
				t.Fatal(err)
			}
			d = derive.New(filepath.Base(path), derive.All())
			w = follower{history: d}
			at := 0
			for _, cut := range cuts(len(messages), 8) {
				take(d, messages[at:cut])
				at = cut
				if err := s.Write(context.Background(), w.next()); err != nil {
					t.Fatalf("at %d: %v", cut, err)
				}
			}
			compare(t, s, d.Key(), want)
			if err := s.Remove(context.Background(), d.Key()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// recordingsBelow are the folders that hold files.
func recordingsBelow(t *testing.T, root string) []string {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if dir := filepath.Dir(path); err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), "Index.json") && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("no recordings below %s: %v", root, err)
	}
	return out
}

// cuts are n places in a log, rising, the last its end. They are the same each time.
func cuts(length, n int) []int {
	source := rand.New(rand.NewPCG(5, uint64(length)))
	out := []int{length}
	for range n - 1 {
		out = append(out, source.IntN(length+1))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func take(d *derive.Session, messages []feed.Message) {
	for i := range messages {
		m := messages[i] // the session numbers it
		_ = d.Take(&m)   // samples that can not be read are missing in both
	}
}

// encoded is every table as CSV.
func encoded(t *testing.T, d *derive.Session) map[string][]byte {
	out := map[string][]byte{}
	for _, table := range tables.Names() {
		var b bytes.Buffer
		if _, err := d.Rows().Write(&b, table, tables.CSV); err != nil {
			t.Fatal(err)
		}
		out[table] = b.Bytes()
	}
	return out
}

func compare(t *testing.T, s store.Reader, session string, want map[string][]byte) {
	t.Helper()
	for table, text := range want {
		d := describe(table)
		var b bytes.Buffer
		var failed error
		_, err := d.Write(&b, tables.CSV, func(yield func(tables.Row) bool) {
			for row, err := range s.Rows(context.Background(), &store.Query{Session: session, Table: table}) {
				if failed = err; err != nil || !yield(row.Cells) {
					return
				}
			}
		})
		if err != nil || failed != nil {
			t.Fatalf("%s: %v, %v", table, err, failed)
		}
		if bytes.Equal(b.Bytes(), text) {
			continue
		}
		got, lines := bytes.SplitAfter(b.Bytes(), []byte("\r\n")), bytes.SplitAfter(text, []byte("\r\n"))
		for i := range max(len(got), len(lines)) {
			if i >= len(got) || i >= len(lines) || !bytes.Equal(got[i], lines[i]) {
				t.Errorf("%s: %d lines, want %d; line %d is %q, want %q", table, len(got), len(lines), i, at(got, i), at(lines, i))
				break
			}
		}
	}
}

func at(lines [][]byte, i int) []byte {
	if i < len(lines) {
		return lines[i]
	}
	return nil
}

// follower writes what changed in a session since it last did.
type follower struct {
	history *derive.Session
	key     string
	offset  uint64
	sent    map[string][]tables.Row
	samples map[sample]bool
}

// sample names a row of telemetry or locations.
type sample struct {
	place         bool
	driver, milli int64
}

// next is the batch that brings the store to where the session is. A session whose key is another now is new.
func (f *follower) next() *store.Batch {
	d := f.history
	if f.key != d.Key() {
		*f = follower{history: d, key: d.Key(), sent: map[string][]tables.Row{}, samples: map[sample]bool{}}
	}
	rows := d.Rows()
	b := &store.Batch{Session: d.State.SessionRow(), Source: "log", Log: "a", From: f.offset, Offset: d.Offset(), Whole: f.offset == 0}
	for _, table := range rowTables() {
		var fresh []tables.Row
		for row := range rows.Cells(table.Name) {
			fresh = append(fresh, slices.Clone(row))
		}
		b.Changes = append(b.Changes, diff(&table, f.sent[table.Name], fresh))
		f.sent[table.Name] = fresh
	}
	for r := range rows.Telemetry {
		if f.first(sample{false, int64(r.DriverNumber), r.Time.UnixMilli()}) {
			b.Telemetry = append(b.Telemetry, r)
		}
	}
	for r := range rows.Locations {
		if f.first(sample{true, int64(r.DriverNumber), r.Time.UnixMilli()}) {
			b.Locations = append(b.Locations, r)
		}
	}
	f.offset = d.Offset()
	return b
}

func (f *follower) first(s sample) bool {
	if f.samples[s] {
		return false
	}
	f.samples[s] = true
	return true
}
