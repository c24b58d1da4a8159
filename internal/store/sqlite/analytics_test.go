package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/analytics/analyticstest"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sim"
)

// Every question over real lap tables, recordings and simulated races comes to what plain loops come to.
func TestQuestions(t *testing.T) {
	s := at(t, filepath.Join(t.TempDir(), "pitwall.db"))
	all := analyticstest.Corpus(t)
	for _, session := range all {
		session.Put(t, s)
	}
	analyticstest.Run(t, s, all)
	analyticstest.RunLaps(t, s, all)
}

// Without the real data the questions are still held to the loops, over what the simulator gives.
func TestQuestionsOfSimulatedSessions(t *testing.T) {
	s := at(t, filepath.Join(t.TempDir(), "pitwall.db"))
	all := analyticstest.SimulatedSessions(t)
	for _, session := range all {
		session.Put(t, s)
	}
	analyticstest.Run(t, s, all)
	analyticstest.RunLaps(t, s, all)
}

func one(t *testing.T, s *Store, ctx context.Context, text string, args map[string]any) (rows [][]any, err error) {
	t.Helper()
	for row, failed := range s.Query(ctx, text, args) {
		if failed != nil {
			return rows, failed
		}
		rows = append(rows, append([]any(nil), row...))
	}
	return rows, nil
}

func TestQuantile(t *testing.T) {
	s := at(t, filepath.Join(t.TempDir(), "pitwall.db"))
	for _, c := range []struct {
		values string
		p      string
		want   any
	}{
		{"(1), (2), (10)", "0.5", 2.0},
		{"(1), (2), (10), (4)", "0.5", 3.0},
		{"(1), (2), (10), (NULL)", "0.5", 2.0},
		{"(4), (1), (2), (10), (3.5)", "0.25", 2.0},
		{"(0), (10)", "0.25", 2.5},
		{"(0), (10)", "1.0", 10.0},
		{"(0), (10)", "0.0", 0.0},
		{"(7)", "0.9", 7.0},
		{"(NULL)", "0.5", nil},
	} {
		rows, err := one(t, s, t.Context(), "WITH v(x) AS (VALUES "+c.values+") SELECT quantile(x, "+c.p+") FROM v", nil)
		if err != nil || len(rows) != 1 || rows[0][0] != c.want {
			t.Errorf("quantile %s of %s is %v, %v, want %v", c.p, c.values, rows, err, c.want)
		}
	}
	rows, err := one(t, s, t.Context(), "WITH v(n, x) AS (VALUES (1, 5), (2, 1), (3, NULL), (4, 9)) SELECT quantile(x, 0.5) OVER (ORDER BY n ROWS 1 PRECEDING) FROM v ORDER BY n", nil)
	if err != nil || len(rows) != 4 || rows[0][0] != 5.0 || rows[1][0] != 3.0 || rows[2][0] != 1.0 || rows[3][0] != 9.0 {
		t.Errorf("in a window: %v, %v", rows, err)
	}
	for _, wrong := range []string{"quantile('a', 0.5)", "quantile(1, 2.0)", "quantile(1, 'x')"} {
		if rows, err := one(t, s, t.Context(), "SELECT "+wrong, nil); err == nil {
			t.Errorf("%s gave %v", wrong, rows)
		}
	}
}

// Only one SELECT is run, whatever is asked.
func TestQueryReads(t *testing.T) {
	s := at(t, filepath.Join(t.TempDir(), "pitwall.db"))
	for _, text := range []string{
		"", "DELETE FROM sessions", "PRAGMA query_only=0", "SELECT 1; PRAGMA query_only=0", "ATTACH 'x' AS y", "WITH x AS (SELECT 1) DELETE FROM sessions",
		"INSERT INTO versions VALUES (1)",
	} {
		if rows, err := one(t, s, t.Context(), text, nil); err == nil {
			t.Errorf("%q gave %v", text, rows)
		}
	}
	if _, err := one(t, s, t.Context(), "SELECT :a", map[string]any{"a": []byte("x")}); err == nil {
		t.Error("an argument of a type that is not told")
	}
	if _, err := one(t, s, t.Context(), "SELECT :a", nil); err == nil {
		t.Error("an argument that is missing")
	}
}

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"

// A question ends with its context, in the middle of its work, and leaves the store usable.
func TestQueryEndsWithContext(t *testing.T) {
	s := at(t, filepath.Join(t.TempDir(), "pitwall.db"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := one(t, s, ctx, endless, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
	rows, err := one(t, s, t.Context(), "SELECT :a, :b, :c, NULL", map[string]any{"a": int64(1), "b": "x'y", "c": 1.5})
	if err != nil || len(rows) != 1 || rows[0][0] != int64(1) || rows[0][1] != "x'y" || rows[0][2] != 1.5 || rows[0][3] != nil {
		t.Errorf("after it: %v, %v", rows, err)
	}
	n := 0
	for range s.Query(t.Context(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", nil) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d rows of an endless answer", n)
	}
}

// The tables of the dialect have every column that the contract's tables have.
func TestDialectTables(t *testing.T) {
	s := at(t, filepath.Join(t.TempDir(), "pitwall.db"))
	session := analyticstest.Simulated(t, sim.Config{Session: f1.Race, Laps: 3, Seed: 1})
	session.Put(t, s)
	d := s.Dialect()
	for _, table := range []string{"sessions", "drivers", "laps", "stints", "pit_stops", "results", "lap_telemetry", "weather", "track_status"} {
		var names []string
		for _, c := range analyticstest.Columns(table) {
			if table != "sessions" && c == "session_key" || c == "utc_offset" {
				continue
			}
			names = append(names, `"`+c+`"`)
		}
		if _, err := one(t, s, t.Context(), "SELECT "+d.Session+", "+strings.Join(names, ", ")+" FROM "+d.Table(table)+" AS x", nil); err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkQuestions asks every question about 146 races and more. See scripts/bench.sh, part analytics.
func BenchmarkQuestions(b *testing.B) {
	s := at(b, filepath.Join(b.TempDir(), "pitwall.db"))
	analyticstest.Fill(b, s)
	analyticstest.Bench(b, s)
}
