package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// rowsWithin: readers keep texts of rows, read other rows while they read, and stop in the middle; what they kept and
// what they go on with is not touched, whatever memory a store uses again. More rows than any page, every text another
// one and every second cell unknown.
func rowsWithin(t *testing.T, open Open) {
	s := open(t)
	lap := func(key string, n int) f1.LapRow {
		r := f1.LapRow{SessionKey: key, DriverNumber: 1 + n/100, LapNumber: 1 + n%100, Compound: fmt.Sprintf("%s%0*d", key, 1+n%50, n)}
		if n%2 == 0 {
			r.LapTime, r.DeletedReason = f1.Some(time.Duration(n)*time.Millisecond), fmt.Sprint("reason ", n)
		}
		return r
	}
	d := describe("laps")
	sizes := map[string]int{"a": 4500, "b": 600}
	want := map[string][]tables.Row{}
	for key, size := range sizes {
		for n := range size {
			for row := range tables.Laps.Cells(slices.Values([]f1.LapRow{lap(key, n)})) {
				want[key] = append(want[key], slices.Clone(row))
			}
		}
		mustWrite(t, s, &store.Batch{Session: f1.SessionRow{SessionKey: key, Type: f1.Race}, Source: "log", Log: key, Offset: 1, Whole: true,
			Changes: []store.Change{whole(&d, want[key])}})
	}
	kept := make([]tables.Row, 0, len(want["a"]))
	n := 0
	for row, err := range s.Rows(t.Context(), &store.Query{Session: "a", Table: "laps"}) {
		if err != nil {
			t.Fatal(err)
		}
		if n%900 == 7 { // a page of another session, and the beginning of one
			same(t, "a page within", mustRead(t, s, store.Query{Session: "b", Table: "laps", Limit: 300}), numbered("laps", want["b"][:300]))
			for _, err := range s.Rows(t.Context(), &store.Query{Session: "b", Table: "laps"}) {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		if !equal(row.Cells, want["a"][n]) {
			t.Fatalf("row %d\n got %+v\nwant %+v", n, row.Cells, want["a"][n])
		}
		kept = append(kept, slices.Clone(row.Cells))
		n++
	}
	if n != len(want["a"]) {
		t.Fatalf("%d rows, want %d", n, len(want["a"]))
	}
	for i := range kept {
		if !equal(kept[i], want["a"][i]) {
			t.Fatalf("row %d was kept, and became\n    %+v\nwas %+v", i, kept[i], want["a"][i])
		}
	}
}
