package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/tables"
)

// codecs by type: moments and counters of a series differ little from one row to the next.
var codecs = map[tables.Type]string{
	tables.Time: "CODEC(DoubleDelta, ZSTD(1))", tables.Int: "CODEC(Delta, ZSTD(1))", tables.Float: "CODEC(ZSTD(1))",
	tables.Bool: "CODEC(ZSTD(1))", tables.String: "CODEC(ZSTD(1))",
}

func typeOf(c *tables.Column) string {
	t := map[tables.Type]string{
		tables.Time: "DateTime64(3, 'UTC')", tables.Int: "Int64", tables.Float: "Float64", tables.Bool: "Bool", tables.String: "String",
	}[c.Type]
	switch {
	case c.Key:
		return t
	case c.Type == tables.String && few(c.Name):
		return "LowCardinality(Nullable(String))"
	}
	return "Nullable(" + t + ")"
}

// few are the texts of which there are not many.
func few(column string) bool {
	switch column {
	case "compound", "compound_from", "compound_to", "under", "status", "tla", "team", "type", "circuit_id", "category", "flag", "kind", "priority", "track_status":
		return true
	}
	return false
}

// create is the statement that makes a table. Rows lie by session and key: nearly every question asks for laps of
// sessions or for the samples of a car in a span of time.
func create(d *tables.Description) string {
	var b, order strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s (\n", d.Name)
	for i := range d.Columns {
		c := &d.Columns[i]
		codec := codecs[c.Type]
		if strings.HasPrefix(typeOf(c), "LowCardinality") {
			codec = codecs[tables.String]
		}
		fmt.Fprintf(&b, "  %s %s %s,\n", quoted(c.Name), typeOf(c), codec)
		if c.Key {
			fmt.Fprintf(&order, "%s, ", quoted(c.Name))
		}
	}
	partition := ""
	if d.Name == "telemetry" || d.Name == "locations" { // so that a season is dropped at once
		partition = "PARTITION BY toYear(time) "
	}
	fmt.Fprintf(&b, "  load UInt64 CODEC(Delta, ZSTD(1))\n) ENGINE = MergeTree %sORDER BY (%sload)", partition, order.String())
	return b.String()
}

// quoted is a name of a column: some are words of the language.
func quoted(name string) string { return "`" + name + "`" }

// migrations are run in order, once each; a released one is never changed. New columns of a table are found by
// comparing, see addColumns.
var migrations = []string{
	// Which load of a session is the one to be read, and of which version of the store of record it is.
	"CREATE TABLE IF NOT EXISTS loaded (session_key String, version Int64, load UInt64, at DateTime64(3, 'UTC') DEFAULT now64(3)) " +
		"ENGINE = ReplacingMergeTree(load) ORDER BY session_key",
}

// migrate makes what is missing. Every statement may run again, also by two processes at once.
func (s *Store) migrate(ctx context.Context) error {
	database := s.database
	at := &Store{base: s.base, user: s.user, client: s.client, timeout: s.timeout, database: "default"}
	if err := at.exec(ctx, "CREATE DATABASE IF NOT EXISTS "+database, nil, nil); err != nil {
		return fmt.Errorf("make database %s: %w", database, err)
	}
	for i, sql := range migrations {
		if err := s.exec(ctx, sql, nil, nil); err != nil {
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
	}
	if err := s.addColumns(ctx, "loaded", [][2]string{{"simulated", "UInt8 DEFAULT 0"}, {"changed", "Int64 DEFAULT 0"}}); err != nil {
		return fmt.Errorf("table loaded: %w", err)
	}
	for _, d := range tables.All() {
		if err := s.exec(ctx, create(&d), nil, nil); err != nil {
			return fmt.Errorf("make table %s: %w", d.Name, err)
		}
		columns := make([][2]string, len(d.Columns))
		for i := range d.Columns {
			columns[i] = [2]string{d.Columns[i].Name, typeOf(&d.Columns[i])}
		}
		if err := s.addColumns(ctx, d.Name, columns); err != nil {
			return fmt.Errorf("table %s: %w", d.Name, err)
		}
		more := ""
		if d.Name == "sessions" {
			more = ", session_key IN (SELECT session_key FROM loaded GROUP BY session_key HAVING argMax(simulated, (load, at)) = 1) AS simulated"
		}
		view := "CREATE OR REPLACE VIEW current_" + d.Name + " AS SELECT * EXCEPT (load)" + more + " FROM " + d.Name +
			" WHERE (session_key, load) IN (SELECT session_key, max(load) FROM loaded GROUP BY session_key)"
		if err := s.exec(ctx, view, nil, nil); err != nil {
			return fmt.Errorf("make view current_%s: %w", d.Name, err)
		}
	}
	return nil
}

// addColumns adds the columns, names with their types, that a table has gained since it was made. What is loaded
// does not have them: every session is taken for one of another version and loaded again.
func (s *Store) addColumns(ctx context.Context, table string, columns [][2]string) error {
	there := map[string]bool{}
	for row, err := range s.Query(ctx, "SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}",
		map[string]any{"database": s.database, "table": table}) {
		if err != nil {
			return err
		}
		name, _ := row[0].(string)
		there[name] = true
	}
	added := false
	for _, c := range columns {
		if there[c[0]] {
			continue
		}
		added = true
		if err := s.exec(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s", table, quoted(c[0]), c[1]), nil, nil); err != nil {
			return fmt.Errorf("add column %s: %w", c[0], err)
		}
	}
	if !added {
		return nil
	}
	return s.exec(ctx, "INSERT INTO loaded (session_key, version, load) SELECT session_key, -1, max(load) FROM loaded GROUP BY session_key", nil, nil)
}

// Dialect is how ClickHouse spells what differs between engines.
func (s *Store) Dialect() analytics.Dialect {
	return analytics.Dialect{
		Name:     "clickhouse",
		Session:  "session_key",
		Argument: func(name, kind string) string { return "{" + name + ":" + kind + "}" },
		Quantile: func(x string, p float64) string { return fmt.Sprintf("quantileExactInclusive(%g)(%s)", p, x) },
		Millis:   func(x string) string { return "toUnixTimestamp64Milli(" + x + ")" },
		Table:    func(name string) string { return "current_" + name },
	}
}
