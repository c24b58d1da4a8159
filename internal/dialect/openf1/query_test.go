package openf1

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/reference"
)

// ours are the queries that upstream's parser gets wrong, and what they mean.
var ours = map[string]string{
	"date>=2021-09-10 14:30:20+02:00": "date: $gte 2021-09-10T12:30:20+00:00", // it restores the wrong blank
	"name_acronym=MAY":                "name_acronym: $eq MAY",                // it makes a day of May of it
}

// TestQueryLanguage holds the parser to what upstream's makes of 45 queries.
func TestQueryLanguage(t *testing.T) {
	var all []struct {
		Query, Error string
		CSV          bool
		Predicate    struct {
			And []struct {
				Or []struct {
					Or []json.RawMessage `json:"$or"`
				} `json:"$or"`
			} `json:"$and"`
		}
	}
	readJSON(t, reference.Path(t, "openf1", "derived_golden", "query-language.json.gz"), &all)
	if len(all) != 45 {
		t.Fatalf("%d queries, 45 are expected", len(all))
	}
	for _, want := range all {
		q, err := parseQuery(want.Query)
		if want.Error != "" {
			if err == nil {
				t.Errorf("%s: is read, upstream says %s", want.Query, want.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", want.Query, err)
			continue
		}
		if q.csv != want.CSV {
			t.Errorf("%s: csv %v", want.Query, q.csv)
		}
		var expected []string
		for _, and := range want.Predicate.And {
			var alternatives []string
			field := ""
			for _, or := range and.Or {
				for _, raw := range or.Or {
					var text string
					field, text = upstreamBounds(t, raw)
					alternatives = append(alternatives, text)
				}
			}
			slices.Sort(alternatives)
			expected = append(expected, field+": "+strings.Join(alternatives, " or "))
		}
		wanted := strings.Join(expected, "; ")
		if instead, ok := ours[want.Query]; ok {
			wanted = instead
		}
		if got := written(q); got != wanted {
			t.Errorf("%s\n got %s\nwant %s", want.Query, got, wanted)
		}
	}
}

// written is a query as the test compares it.
func written(q *query) string {
	var all []string
	if q.latest[1] { // the test data have the keys that were latest when they were made
		all = append(all, "session_key: $eq 9999")
	}
	if q.latest[0] {
		all = append(all, "meeting_key: $eq 1999")
	}
	for _, f := range q.filters {
		var alternatives []string
		for _, bounds := range f.alternatives {
			var parts []string
			for _, b := range bounds {
				parts = append(parts, string(b.op)+" "+strings.Trim(string(b.value.appendJSON(nil)), `"`))
			}
			slices.Sort(parts)
			alternatives = append(alternatives, strings.Join(parts, " and "))
		}
		slices.Sort(alternatives)
		all = append(all, f.field+": "+strings.Join(alternatives, " or "))
	}
	return strings.Join(all, "; ")
}

func upstreamBounds(t *testing.T, raw json.RawMessage) (field, text string) {
	var and struct {
		And []map[string]map[string]any `json:"$and"`
	}
	if err := json.Unmarshal(raw, &and); err != nil {
		t.Fatal(err)
	}
	if and.And == nil {
		var one map[string]map[string]any
		if err := json.Unmarshal(raw, &one); err != nil {
			t.Fatal(err)
		}
		and.And = append(and.And, one)
	}
	var parts []string
	for _, one := range and.And {
		for name, bounds := range one {
			field = name
			for op, v := range bounds {
				parts = append(parts, fmt.Sprintf("%s %v", op, v))
			}
		}
	}
	slices.Sort(parts)
	return field, strings.Join(parts, " and ")
}

func TestDates(t *testing.T) {
	check := func(typed, want string, day bool) {
		t.Helper()
		at, onlyDay, ok := parseDate(typed)
		if !ok || at.UTC().Format(time.RFC3339Nano) != want || onlyDay != day {
			t.Errorf("%s: %s, only a day: %v, read: %v", typed, at.UTC().Format(time.RFC3339Nano), onlyDay, ok)
		}
	}
	check("2021-09-10", "2021-09-10T00:00:00Z", true)
	check("2021-09-10T14:30:20", "2021-09-10T14:30:20Z", false)
	check("2021-09-10T14:30:20+00:00", "2021-09-10T14:30:20Z", false)
	check("2021-09-10T14:30:20-05:00", "2021-09-10T19:30:20Z", false)
	check("2021-09-10T14:30:20.123456Z", "2021-09-10T14:30:20.123456Z", false)
	check("2021-09-10 14:30:20 02:00", "2021-09-10T12:30:20Z", false)
	check("2021-09-10 14:30", "2021-09-10T14:30:00Z", false)
	check("2021-09-10T14:30:20 EST", "2021-09-10T19:30:20Z", false)
	check("09/10/2021", "2021-09-10T00:00:00Z", true)
	check("09-10-2021", "2021-09-10T00:00:00Z", true)
	check("Fri Sep 10 14:30:20 2021", "2021-09-10T14:30:20Z", false)
	check("10 September 2021", "2021-09-10T00:00:00Z", true)
	check("Sep 10, 2021", "2021-09-10T00:00:00Z", true)
	check("September 10, 2021 2:30 PM", "2021-09-10T14:30:00Z", false)
	for _, typed := range []string{"", "MAY", "2021", "yesterday", "2021-13-45", "25:00", "2021-09-10T25:00", strings.Repeat("2021-09-10 ", 100)} {
		if at, _, ok := parseDate(typed); ok {
			t.Errorf("%q is read as %s", typed, at)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, typed := range []string{"speed>=315", "date%3E=2021-09-10 14:30:20+02:00", "a=%zz", "position<=3&position>=1&x", "date<10 September 2021"} {
		f.Add(typed)
	}
	f.Fuzz(func(_ *testing.T, typed string) {
		q, err := parseQuery(typed)
		if err != nil {
			return
		}
		s := q.selection(lapsCollection)
		s.holds(make([]value, len(lapsCollection.fields)))
	})
}
