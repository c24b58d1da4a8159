package analytics

import (
	"fmt"
	"strings"
	"text/template"
)

// Dialect is how an engine spells what differs. Each function gets SQL expressions and gives one.
type Dialect struct {
	Name string
	// Session is the column by which rows of all tables, sessions too, belong to their session. It is never part of
	// an answer: that is session_key of table sessions.
	Session string
	// Argument names an argument of the question: type is Int64, Float64 or String.
	Argument func(name, kind string) string
	// Quantile is the p-th quantile of x, interpolated between the two values next to it, unknown ones left out.
	Quantile func(x string, p float64) string
	// Millis is a moment in milliseconds since 1970.
	Millis func(x string) string
	// First is the word before JOIN that has what is on its left read first; "" where the engine knows best.
	First string
	// Table is where a table of the contract is read.
	Table func(name string) string
}

// expand writes the question's SQL in the dialect.
func expand(sql string, d Dialect) (string, error) {
	t, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"int":      func(name string) string { return d.Argument(name, "Int64") },
		"number":   func(name string) string { return d.Argument(name, "Float64") },
		"text":     func(name string) string { return d.Argument(name, "String") },
		"median":   func(x string) string { return d.Quantile(x, 0.5) },
		"quantile": d.Quantile,
		"millis":   d.Millis,
		"table":    d.Table,
		"first":    func() string { return d.First },
		"key":      func() string { return d.Session },
		// where narrows to the seasons and circuit asked for, of real sessions or of simulated ones (-1: either), in the table of sessions called alias.
		"where": func(alias string) string {
			from, to, circuit := d.Argument("season_from", "Int64"), d.Argument("season_to", "Int64"), d.Argument("circuit_id", "String")
			return fmt.Sprintf("(%[2]s = 0 OR %[1]s.season >= %[2]s) AND (%[3]s = 0 OR %[1]s.season <= %[3]s) AND (%[4]s = '' OR %[1]s.circuit_id = %[4]s) AND (%[5]s < 0 OR %[1]s.simulated = %[5]s)",
				alias, from, to, circuit, d.Argument("simulated", "Int64"))
		},
	}).Parse(sql)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, nil)
	return b.String(), err
}
