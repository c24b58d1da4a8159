package rules_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
)

// shared opens a file of the reference data, or skips the test when the data are not here.
func shared(t *testing.T, path ...string) io.Reader {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no ../shared: the real results are not here: %v", err)
	}
	f, err := os.Open(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// row is a line of a table by column.
type row map[string]string

// int is a whole number, 0 where the source has none.
func (r row) int(column string) int {
	n, _ := strconv.Atoi(r[column])
	return n
}

func (r row) float(t *testing.T, column string) float64 {
	t.Helper()
	if r[column] == "" {
		return 0
	}
	f, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// place is the classified position; the sources write DNF, DSQ, NC, DNS, R or \N for the others.
func (r row) place(column string) f1.Opt[int] {
	if n, err := strconv.Atoi(r[column]); err == nil {
		return f1.Some(n)
	}
	return f1.Opt[int]{}
}

// table reads a table of the results.
func table(t *testing.T, source, name string) []row {
	t.Helper()
	reader := csv.NewReader(shared(t, "results", source, name+".csv.gz"))
	reader.FieldsPerRecord = -1 // races of 2025 in Ergast lack the columns of the other sessions
	all, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]row, len(all)-1)
	for i, line := range all[1:] {
		rows[i] = row{}
		for k, value := range line {
			rows[i][all[0][k]] = value
		}
	}
	return rows
}

// event is a race or sprint of a source: what goes in, and what must come out.
type event struct {
	season int
	rules.Classification
	laps, scheduled int
	points          []float64 // of each result
	covered         []int     // laps of each result
	status          []string  // the position as the source writes it
	tables          map[rules.Title][]rules.Standing
}
