package postgres

import (
	"fmt"
	"slices"
	"strings"
)

// createTable is the statement that makes the storage of a table as the mapping has it.
func createTable(s *stored) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n", s.Table)
	for i, c := range s.Columns {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "    %s %s", quote(c.Name), c.Type)
		if c.Type == "text" {
			b.WriteString(` COLLATE "C"`)
		}
		if c.Key || s.Series && (c.Name == "driver_id" || c.Name == "time" || c.Name == "time_from") {
			b.WriteString(" NOT NULL")
		}
	}
	key := keyOf(s)
	fmt.Fprintf(&b, ",\n    PRIMARY KEY (%s)\n);\n", strings.Join(key, ", "))
	return b.String()
}

// keyOf is the primary key, in the order of the table; where it is partitioned the time belongs to it.
func keyOf(s *stored) []string {
	key := []string{colSession}
	for i, c := range s.Description.Columns {
		if s.Sorted && c.Key && s.at[i] >= 0 {
			key = append(key, s.column(i))
		}
	}
	if !s.Sorted {
		key = append(key, colPlace)
	}
	if s.Series && !slices.Contains(key, colTime) {
		key = append(key, colTime)
	}
	return key
}

// createView is the statement that makes the table of the contract out of the storage.
func createView(s *stored) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE VIEW api.%s AS\nSELECT ", s.Name)
	for i, c := range s.Description.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		switch {
		case c.Name == "session_key":
			b.WriteString("s.session_key")
		case s.column(i) == c.Name:
			b.WriteString("t." + quote(c.Name))
		default:
			fmt.Fprintf(&b, "t.%s AS %s", quote(s.column(i)), quote(c.Name))
		}
	}
	fmt.Fprintf(&b, "\nFROM %s t JOIN sessions s ON s.id = t.session_id;\n", s.Table)
	return b.String()
}
