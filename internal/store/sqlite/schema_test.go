package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// columnsOf are the columns of a table in the database, as "name TYPE".
func columnsOf(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query("SELECT name, type FROM pragma_table_xinfo(?)", table)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	if err := drain(rows, func(r *sql.Rows) error {
		var name, kind string
		err := r.Scan(&name, &kind)
		out = append(out, name+" "+kind)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// missing are the statements that bring the schema to the descriptions: what a migration has to hold.
func missing(t *testing.T, db *sql.DB, all []tables.Description) string {
	t.Helper()
	var b strings.Builder
	for _, d := range all {
		if asSamples(d.Name) {
			continue // the codec of chunks knows their columns
		}
		l := layoutOf(d)
		have := columnsOf(t, db, l.table)
		if len(have) == 0 {
			b.WriteString(l.create())
			continue
		}
		for _, i := range l.cells {
			c := &d.Columns[i]
			if !slices.Contains(have, c.Name+" "+typeOf(c.Type)) {
				b.WriteString(l.add(c))
			}
		}
	}
	return b.String()
}

// The schema is what package tables describes.
func TestSchemaIsTheTables(t *testing.T) {
	s := opened(t).(*Store)
	if want := missing(t, s.readers, tables.All()); want != "" {
		t.Errorf("package tables has what the schema has not. Write a migration:\n-- +goose Up\n%s", want)
	}
	for _, l := range s.layouts {
		want := []string{"session INTEGER"}
		if !l.Sorted {
			want = append(want, "n INTEGER")
		}
		for _, i := range l.cells {
			want = append(want, l.Columns[i].Name+" "+typeOf(l.Columns[i].Type))
		}
		want = append(want, "log_offset INTEGER")
		have := columnsOf(t, s.readers, l.table)
		slices.Sort(have) // columns that came later stand behind
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s has %v, want %v", l.table, have, want)
		}
	}
	var loose int
	if err := s.readers.QueryRow("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'search_words%'").Scan(&loose); err != nil || loose > 0 {
		t.Errorf("%d tables are not strict, %v", loose, err)
	}
}

// Columns are spelt as DESIGN has them.
func TestReferenceTables(t *testing.T) {
	s := opened(t).(*Store)
	for table, columns := range map[string][]string{
		"users": {"id", "email", "preferences", "created_at"}, "drivers": {"id", "name", "nationality", "number"},
		"circuits": {"id", "name", "country", "length"}, "races": {"id", "season", "round", "circuit_id"},
		"sessions": {"id", "race_id", "type", "date"}, "constructors": {"id", "name", "nationality", "color"},
		"config": {"key", "value", "version", "changed_by", "changed_at"},
	} {
		have := strings.Join(columnsOf(t, s.readers, table), ",") + ","
		for _, c := range columns {
			if !strings.Contains(","+have, ","+c+" ") {
				t.Errorf("%s has no %s: %s", table, c, have)
			}
		}
	}
}

// A description that gains a column and a table gets them by the statements that the test of the schema prints,
// and what was stored before is there with the new column unknown.
func TestGainedColumn(t *testing.T) {
	s := opened(t).(*Store)
	ctx := context.Background()
	old := lapCells(1)
	if err := s.Write(ctx, lapsBatch(0, 1, old)); err != nil {
		t.Fatal(err)
	}
	laps := slices.Clone(tables.All())
	i := slices.IndexFunc(laps, func(d tables.Description) bool { return d.Name == "laps" })
	laps[i].Columns = append(slices.Clone(laps[i].Columns), tables.Column{Name: "fuel_kg", Type: tables.Float})
	tyres := tables.Description{Name: "tyres", Sorted: true, Columns: []tables.Column{{Name: "session_key", Key: true}, {Name: "set", Type: tables.Int, Key: true}, {Name: "compound"}}}
	all := append(laps, tyres)
	if err := s.change(ctx, onDisk, func(c *change) error {
		for statement := range strings.SplitAfterSeq(missing(t, s.readers, all), ";\n") {
			if statement == "" {
				continue
			}
			if err := c.run(statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if still := missing(t, s.readers, all); still != "" {
		t.Fatalf("still missing:\n%s", still)
	}
	grown := layoutOf(laps[i])
	fresh := append(lapCells(2), tables.Cell{Known: true, F: 1.5})
	if err := s.change(ctx, inLog, func(c *change) error {
		w := batchWriter{Store: &Store{layouts: map[string]*layout{"laps": grown}}, change: c, session: 1, offset: 2}
		return w.table(&store.Change{Table: "laps", Rows: []tables.Row{fresh}})
	}); err != nil {
		t.Fatal(err)
	}
	rows, err := s.readers.Query(grown.selects+" ORDER BY lap_number", 1)
	if err != nil {
		t.Fatal(err)
	}
	scan := scannerOf(&grown.Description, "9574")
	var got []tables.Row
	if err := drain(rows, func(r *sql.Rows) error {
		err := r.Scan(scan.into...)
		got = append(got, slices.Clone(scan.row.Cells))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0][len(old)].Known || got[0][2] != old[2] || got[1][len(old)] != fresh[len(old)] {
		t.Errorf("%+v", got)
	}
}

func lapCells(number int) tables.Row {
	for row := range tables.Laps.Cells(slices.Values([]f1.LapRow{{SessionKey: "9574", DriverNumber: 44, LapNumber: number, LapTime: f1.Some(time.Minute)}})) {
		return row
	}
	return nil
}

func lapsBatch(from, to uint64, laps ...tables.Row) *store.Batch {
	return &store.Batch{Session: f1.SessionRow{SessionKey: "9574", Event: "Azerbaijan Grand Prix", Season: f1.Some(2018), Type: f1.Race}, Source: "log", Log: "a",
		From: from, Offset: to, Changes: []store.Change{{Table: "laps", Rows: laps}}}
}

// filled is the folder with what databases of earlier schemas held: at_N.sql fills a database of schema N.
const filled = "testdata/filled"

// A database of every earlier schema opens, and what it held is there.
func TestEarlierSchemas(t *testing.T) {
	newest := opened(t).(*Store).schema
	for version := 1; version < newest; version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pitwall.db")
			fillEarlier(t, path, version)
			s := at(t, path)
			ctx := context.Background()
			found, err := s.Find(ctx, "azerbaijan_2018_race")
			if err != nil || found.SessionKey != "9574" || found.Offset != 9852 || !found.Whole || found.Season != f1.Some(2018) {
				t.Errorf("%+v, %v", found, err)
			}
			var laps, samples int
			for row, err := range s.Rows(ctx, &store.Query{Session: "9574", Table: "laps"}) {
				if laps++; err != nil || row.Cells[3].Known && row.Cells[4].N != 104_500 {
					t.Errorf("%+v, %v", row, err)
				}
			}
			for _, err := range s.Rows(ctx, &store.Query{Session: "9574", Table: "telemetry"}) {
				if samples++; err != nil {
					t.Error(err)
				}
			}
			if laps != 2 || samples != 3 {
				t.Errorf("%d laps, %d samples", laps, samples)
			}
			if got, err := s.Setting(ctx, "source"); err != nil || got.Value != "f1live" || got.Version != 2 {
				t.Errorf("%+v, %v", got, err)
			}
			if got, err := s.Results(ctx, "9574", time.Time{}); err != nil || len(got.Rows) != 1 || got.Rows[0].DriverNumber != 44 {
				t.Errorf("%+v, %v", got, err)
			}
			// What an older program could not find is found.
			for text, want := range map[string]string{"azer": "session", "räikkönen": "driver", "deleted": "race_control", "soft": "event", "bakı": "circuit"} {
				if hits, err := s.Search(ctx, text, 1); err != nil || len(hits) != 1 || hits[0].Kind != want {
					t.Errorf("search %s: %+v, %v", text, hits, err)
				}
			}
			if err := s.Verify(ctx); err != nil {
				t.Error(err)
			}
			next := lapsBatch(9852, 9860, lapCells(3))
			if err := s.Write(ctx, next); err != nil {
				t.Errorf("the next batch: %v", err)
			}
		})
	}
}

// fillEarlier makes the database of an earlier schema with its own migrations and fills it.
func fillEarlier(t *testing.T, path string, version int) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, 0, false))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	steps, err := migrations(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := steps.UpTo(context.Background(), int64(version)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(filled, fmt.Sprintf("at_%d.sql", version)))
	if err != nil {
		t.Fatalf("schema %d is followed by another: keep what a database of it holds: %v", version, err)
	}
	if _, err := db.Exec(string(text)); err != nil {
		t.Fatal(err)
	}
}
