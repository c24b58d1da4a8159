package analyticstest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/tables"
)

// oracles are what the questions' answers must be.
var oracles = map[string]func([]*Session, args) [][]any{
	"pace_by_stint": paceByStint, "pace_by_compound": paceByCompound, "degradation": degradation, "sector_dominance": sectorDominance,
	"teammates": teammates, "circuit_records": circuitRecords, "pit_lane": pitLane, "safety_cars": safetyCars, "starts": starts,
	"telemetry_by_driver": telemetryByDriver,
}

// wishes are arguments that narrow a question; those it does not know are left out.
func wishes(all []*Session) []args {
	return []args{
		{"simulated": "1"},
		{"simulated": "1", "circuit_id": "monza"},
		{},
		{"season_from": "2021", "season_to": "2022"},
		{"season_to": "2019", "driver": "HAM", "type": "race", "fuel_ms": "30.5"},
		{"circuit_id": "monza", "team": "Ferrari", "type": "sprint"},
		{"session_key": all[len(all)/2].SessionKey, "driver": "VER", "season_from": "2018"},
		{"circuit_id": "nowhere", "driver": "nobody"},
		{"type": "qualifying", "team": "McLaren"},
		hostile(0), hostile(1), hostile(2),
	}
}

// hostile are arguments that mean something to an engine if they ever stand in its SQL.
func hostile(n int) args {
	text := []string{`' OR 1=1 --`, "\\'; DROP TABLE laps; \t\n\x01\"{x:String}%", `Ünicode \N NULL {{key}} :driver`}[n]
	return args{"circuit_id": text, "driver": text, "team": text, "session_key": text, "type": text}
}

// Run asks every question with several arguments and compares the answers with what plain loops over the same sessions
// come to: all that the engine has, and no more.
func Run(t *testing.T, e analytics.Engine, all []*Session) {
	for _, q := range analytics.All() {
		if q.Samples() {
			continue // see RunLaps
		}
		t.Run(q.Name, func(t *testing.T) {
			oracle := oracles[q.Name]
			if oracle == nil {
				t.Fatal("nothing to compare the answer with")
			}
			seen := map[string]bool{}
			rows := 0
			for _, wish := range wishes(all) {
				asked := Narrow(&q, wish)
				if text := fmt.Sprint(asked); !seen[text] {
					seen[text] = true
					got, want := Ask(t, e, &q, asked), oracle(all, asked)
					if _, simulated := asked["simulated"]; len(asked) == 1 && simulated && len(want) == 0 {
						t.Error("there is nothing to ask about")
					}
					rows += len(want)
					compare(t, &q, fmt.Sprintf("%q", asked), got, want)
				}
			}
			t.Logf("%d rows of %d answers", rows, len(seen))
		})
	}
}

// Agree asks two engines with the same sessions every question and compares the answers row by row, their order too.
func Agree(t *testing.T, a, b analytics.Engine, all []*Session) {
	for _, q := range analytics.All() {
		t.Run("agree/"+q.Name, func(t *testing.T) {
			asked := wishes(all)
			if q.Samples() {
				asked = lapWishes(all)
			}
			for _, wish := range asked {
				wish = Narrow(&q, wish)
				got, want := Ask(t, a, &q, wish), Ask(t, b, &q, wish)
				for i := range min(len(got), len(want)) {
					if !slices.EqualFunc(got[i], want[i], Same) {
						t.Fatalf("%q: row %d\n%s %v\n%s %v", wish, i, a.Dialect().Name, got[i], b.Dialect().Name, want[i])
					}
				}
				if len(got) != len(want) {
					t.Fatalf("%q: %d rows and %d", wish, len(got), len(want))
				}
			}
		})
	}
}

// Narrow leaves of arguments those that the question knows.
func Narrow(q *analytics.Question, wish map[string]string) map[string]string {
	asked := maps.Clone(wish)
	maps.DeleteFunc(asked, func(name, _ string) bool {
		return !slices.ContainsFunc(q.Params, func(p analytics.Param) bool { return p.Name == name })
	})
	return asked
}

// Ask is a question's answer, copied: nil, float64 or string a cell.
func Ask(t testing.TB, e analytics.Engine, q *analytics.Question, asked map[string]string) [][]any {
	t.Helper()
	answer, err := q.Ask(context.Background(), e, asked)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]any
	for row, err := range answer {
		if err != nil {
			t.Fatalf("%q: %v", asked, err)
		}
		out = append(out, plain(q.Columns, row))
	}
	return out
}

func plain(columns []tables.Column, row tables.Row) []any {
	out := make([]any, len(row))
	for i, c := range row {
		switch {
		case !c.Known:
		case columns[i].Type == tables.String:
			out[i] = c.S
		case columns[i].Type == tables.Float:
			out[i] = c.F
		default:
			out[i] = float64(c.N)
		}
	}
	return out
}

// compare holds rows against others in any order: rows are put in order of what is no fraction in them.
func compare(t *testing.T, q *analytics.Question, what string, got, want [][]any) {
	t.Helper()
	name := func(row []any) string {
		var b strings.Builder
		for i, c := range q.Columns {
			if c.Type != tables.Float {
				fmt.Fprintf(&b, "%v|", row[i])
			}
		}
		return b.String()
	}
	byName := func(a, b []any) int { return cmp.Compare(name(a), name(b)) }
	got, want = slices.Clone(got), slices.Clone(want)
	slices.SortFunc(got, byName)
	slices.SortFunc(want, byName)
	for i := range min(len(got), len(want)) {
		for k := range q.Columns {
			if !Same(got[i][k], want[i][k]) {
				t.Fatalf("%s: column %s\n got %v\nwant %v", what, q.Columns[k].Name, got[i], want[i])
			}
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
}

// Same compares two cells, numbers to a thousandth, which is what answers are rounded to.
func Same(a, b any) bool {
	x, ok := a.(float64)
	y, also := b.(float64)
	if ok && also {
		return math.Abs(x-y) <= 0.001+1e-9*math.Abs(y)
	}
	return a == b
}
