package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

func mustWrite(t testing.TB, s *Store, b *store.Batch) {
	t.Helper()
	if err := s.Write(context.Background(), b); err != nil {
		t.Fatal(err)
	}
}

// stands says that a session is at an offset with that many laps.
func stands(t *testing.T, s *Store, offset uint64, laps int) {
	t.Helper()
	found, err := s.Find(context.Background(), "9574")
	if err != nil || found.Offset != offset {
		t.Errorf("%+v, %v; want offset %d", found, err, offset)
	}
	have := 0
	for _, err := range s.Rows(context.Background(), &store.Query{Session: "9574", Table: "laps"}) {
		if have++; err != nil {
			t.Error(err)
		}
	}
	if have != laps {
		t.Errorf("%d laps, want %d", have, laps)
	}
}

func manyLaps(n int) []tables.Row {
	var out []tables.Row
	for i := range n {
		out = append(out, lapCells(i+1))
	}
	return out
}

func TestOtherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pitwall.db")
	ctx := context.Background()
	s, err := Open(ctx, path, Options{Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other := at(t, path)
	mustWrite(t, s, lapsBatch(0, 1, lapCells(1)))
	mustWrite(t, other, lapsBatch(1, 2, lapCells(2)))
	mustWrite(t, s, lapsBatch(2, 3, lapCells(3)))
	stands(t, other, 3, 3)
	// One that holds on to the file.
	db, err := sql.Open("sqlite", dsn(path, 0, false))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	err = s.Write(ctx, lapsBatch(3, 4, lapCells(4)))
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("locked: %v", err)
	}
	if _, err := s.Check(ctx); !errors.Is(err, ErrLocked) {
		t.Errorf("check: %v", err)
	}
	stands(t, s, 3, 3) // reading goes on
	if _, err := db.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, s, lapsBatch(3, 4, lapCells(4)))
	stands(t, s, 4, 4)
}

func TestDiskFull(t *testing.T) {
	s := opened(t).(*Store)
	mustWrite(t, s, lapsBatch(0, 1, lapCells(1)))
	limit := func(more int) {
		t.Helper()
		if err := s.change(context.Background(), inLog, func(c *change) error {
			var pages int
			if err := c.one("PRAGMA page_count", nil, &pages); err != nil {
				return err
			}
			return c.one(fmt.Sprintf("PRAGMA max_page_count = %d", pages+more), nil, &pages)
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit(2)
	big := lapsBatch(1, 2, manyLaps(2000)...)
	for range 3 {
		if err := s.Write(context.Background(), big); !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "make room") {
			t.Fatalf("full: %v", err)
		}
		stands(t, s, 1, 1)
	}
	limit(1 << 20)
	mustWrite(t, s, big)
	stands(t, s, 2, 2000)
	if err := s.Verify(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestDamaged(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "pitwall.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database\n", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(ctx, path, Options{}); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "pitwall restore") {
		t.Fatalf("a text file: %v, %v", s, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, s, lapsBatch(0, 1, manyLaps(5000)...))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	middle := len(file) * 3 / 4 / 4096 * 4096 // among the laps, not in a small table that is read at the start
	copy(file[middle:], bytes.Repeat([]byte{0xa5}, 4096*4))
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(ctx, path, Options{}); !errors.Is(err, ErrCorrupt) {
		t.Fatalf("pages of nonsense: %v, %v", s, err)
	}
	s, err = Open(ctx, path, Options{SkipCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Verify(ctx); !errors.Is(err, ErrCorrupt) {
		t.Errorf("verify: %v", err)
	}
}

func TestDamagedChunk(t *testing.T) {
	ctx := context.Background()
	s := opened(t).(*Store)
	b := lapsBatch(0, 1)
	b.Telemetry = []f1.TelemetryRow{{SessionKey: "9574", DriverNumber: 44, Time: time.UnixMilli(0)}}
	mustWrite(t, s, b)
	if err := s.Verify(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.change(ctx, inLog, func(c *change) error {
		return c.run("UPDATE telemetry SET data = CAST('damaged' || data AS BLOB)")
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(ctx); !errors.Is(err, ErrCorrupt) {
		t.Errorf("verify: %v", err)
	}
	for row, err := range s.Rows(ctx, &store.Query{Session: "9574", Table: "telemetry"}) {
		if err == nil {
			t.Errorf("read %v", row)
		}
	}
}

func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pitwall.db")
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.change(context.Background(), onDisk, func(c *change) error {
		return c.run("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(context.Background(), path, Options{}); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "999") {
		t.Errorf("%v, %v", s, err)
	}
}

// Characters that mean something in an address are part of the file's name, and a folder is made.
func TestPaths(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?mode=memory#%41é", "pit wall.db")
	s := at(t, path)
	mustWrite(t, s, lapsBatch(0, 1, lapCells(1)))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	copied := filepath.Join(t.TempDir(), "copy's.db")
	if err := s.Backup(context.Background(), copied); err != nil {
		t.Fatal(err)
	}
	stands(t, at(t, copied), 1, 1)
	if err := s.Backup(context.Background(), copied); err == nil {
		t.Error("a backup over a file that is there")
	}
	if s, err := Open(context.Background(), filepath.Join(path, "below a file", "x.db"), Options{}); err == nil {
		t.Errorf("opened below a file: %v", s.Close())
	}
}

// killed makes the test binary a writer that is going to be killed.
const killed = "PITWALL_TEST_WRITE"

// What was acknowledged is there after kill -9, and the file is sound.
func TestKilled(t *testing.T) {
	if path := os.Getenv(killed); path != "" {
		writeOn(path)
		return
	}
	path := filepath.Join(t.TempDir(), "pitwall.db")
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), killed+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := uint64(0)
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); {
			if at, err := strconv.ParseUint(lines.Text(), 10, 64); err == nil {
				acknowledged = at
			}
			if n++; n == 30+17*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("it ended by itself")
		}
		s, err := Open(context.Background(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.Find(context.Background(), "9574")
		if err != nil || found.Offset < acknowledged || found.Offset > acknowledged+1 {
			t.Errorf("stored to %d, acknowledged to %d, %v", found.Offset, acknowledged, err)
		}
		stands(t, s, found.Offset, int(found.Offset))
		if err := s.Verify(context.Background()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// writeOn writes lap after lap and says what was acknowledged, until it is killed.
func writeOn(path string) {
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	at := uint64(0)
	if found, err := s.Find(context.Background(), "9574"); err == nil {
		at = found.Offset
	}
	for ; at < 100_000; at++ {
		b := lapsBatch(at, at+1, lapCells(int(at)+1))
		b.Telemetry = []f1.TelemetryRow{{SessionKey: "9574", DriverNumber: 44, Time: time.UnixMilli(int64(at) * 250)}}
		if err := s.Write(context.Background(), b); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		fmt.Fprintln(os.Stdout, at+1)
	}
}

// Several that open a new file at the same moment make its schema once.
func TestOpenedTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "pitwall.db")
		done := make(chan error, 4)
		for range 4 {
			go func() {
				s, err := Open(context.Background(), path, Options{})
				if err == nil {
					err = s.Close()
				}
				done <- err
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
}
