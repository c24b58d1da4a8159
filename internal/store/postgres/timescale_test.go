package postgres

import (
	"context"
	"database/sql"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/store/postgres/pgtest"
)

// statements splits SQL at the semicolons that end a line outside of dollar quotes.
func statements(text string) []string {
	var all []string
	var b strings.Builder
	quoted := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "--") {
			continue
		}
		quoted = quoted != (strings.Count(line, "$$")%2 == 1)
		b.WriteString(line)
		if !quoted && strings.HasSuffix(strings.TrimSpace(line), ";") {
			all = append(all, strings.TrimSuffix(strings.TrimSpace(b.String()), ";"))
			b.Reset()
		}
	}
	return all
}

var (
	compressOption = regexp.MustCompile(`^ALTER TABLE (\w+) SET \(timescaledb\.compress, timescaledb\.compress_segmentby = ('[^']*'), timescaledb\.compress_orderby = ('[^']*')\)$`)
	aggregate      = regexp.MustCompile(`^CREATE MATERIALIZED VIEW (\w+) WITH \(timescaledb\.continuous, timescaledb\.materialized_only = false\) AS`)
)

// shimmed is timescale.sql as the shim can run it, with the statements that had to be changed.
func shimmed(t testing.TB) (text string, changed []string) {
	t.Helper()
	source, err := seriesSQL.ReadFile("series/timescale.sql")
	if err != nil {
		t.Fatal(err)
	}
	shim, err := os.ReadFile("testdata/timescale_shim.sql")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(shim)
	for _, s := range statements(string(source)) {
		switch {
		case compressOption.MatchString(s):
			changed = append(changed, s)
			s = compressOption.ReplaceAllString(s, "SELECT shim.compress('$1', $2, $3)")
		case aggregate.MatchString(s):
			changed = append(changed, s)
			s = strings.TrimSuffix(aggregate.ReplaceAllString(s, "CREATE VIEW $1 AS"), "WITH NO DATA")
		}
		b.WriteString(s + ";\n")
	}
	return b.String(), changed
}

// openShim makes a store whose series are hypertables of the shim.
func openShim(t testing.TB) *Store {
	t.Helper()
	url := pgtest.Database(t)
	m := migrator{url: url, choose: func(context.Context, *sql.Tx) (string, string, error) {
		text, _ := shimmed(t)
		return "hypertables", text, nil
	}}
	if err := m.run(context.Background(), newestMigration); err != nil {
		t.Fatal(err)
	}
	return openAt(t, url)
}

// The server's own grammar takes every statement of timescale.sql as it stands.
func TestTimescaleParses(t *testing.T) {
	source, err := seriesSQL.ReadFile("series/timescale.sql")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	parses := func(s string) error { // PL/pgSQL parses what it does not run
		_, err := conn.Exec(ctx, "DO $parse$ BEGIN IF false THEN "+s+"; END IF; END $parse$")
		return err
	}
	all := statements(string(source))
	if len(all) < 15 {
		t.Fatalf("%d statements", len(all))
	}
	for _, s := range all {
		if err := parses(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, wrong := range []string{"SELECT create_hypertable('telemetry', 'time'", "ALTER TABLE telemetry SET (timescaledb.compress = = 1)"} {
		if parses(wrong) == nil {
			t.Errorf("%s: the check finds nothing", wrong)
		}
	}
}

// Every function call runs against the extension's signatures, and the store works on what they leave: the same rows
// and summaries as with native partitions.
func TestTimescaleShim(t *testing.T) {
	_, changed := shimmed(t)
	if len(changed) != 6 {
		t.Errorf("changed for the shim: %d statements: %s", len(changed), changed)
	}
	ctx := context.Background()
	hyper, native := openShim(t), open(t)
	if hyper.native || !native.native {
		t.Fatal("the kinds of series are not told apart")
	}
	h := newHistory(8)
	for _, s := range []*Store{hyper, native} {
		h.writeAll(t, s)
	}
	if got, want := dump(t, hyper), dump(t, native); got != want {
		t.Errorf("the rows differ:\n%s\n%s", got, want)
	}
	if got, want := summaries(t, hyper), summaries(t, native); !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("the summaries differ:\n%v\n%v", got, want)
	}
	var policies int
	err := hyper.pool.QueryRow(ctx, `SELECT count(*) FROM shim.policies`).Scan(&policies)
	if err != nil || policies != 6 {
		t.Errorf("%d policies, %v", policies, err)
	}
	r, err := hyper.Retain(ctx, 2, time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(r.Dropped) != 2 || r.Sessions != 1 {
		t.Errorf("retain: %+v, %v", r, err)
	}
	var since string // the aggregate is not refreshed where the samples are gone
	err = hyper.pool.QueryRow(ctx, `SELECT (now() - value > timestamptz '2028-12-31' OR value = interval '1 day')::text FROM shim.policies WHERE kind = 'continuous aggregate'`).Scan(&since)
	if err != nil || since != "true" {
		t.Errorf("the aggregate is refreshed without bounds: %s, %v", since, err)
	}
	var keep string
	err = hyper.pool.QueryRow(ctx, `SELECT value::text FROM shim.policies WHERE kind = 'retention' AND name = 'telemetry'`).Scan(&keep)
	if err != nil || keep != "2 years" {
		t.Errorf("retention policy %s, %v", keep, err)
	}
	if n := count(t, hyper, "telemetry"); n != 0 {
		t.Errorf("%d samples are left", n)
	}
	if n := count(t, hyper, "lap_times"); n == 0 {
		t.Error("the laps are gone too")
	}
}
