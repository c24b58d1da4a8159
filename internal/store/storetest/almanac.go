package storetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// Pages of the almanac are kept in versions, each new one only where it says something new, and found by what they are of
// and when they were known.
func almanacPages(t *testing.T, open Open) {
	s, ctx := open(t), t.Context()
	day := time.Date(2023, 3, 5, 18, 0, 0, 0, time.UTC)
	results := almanac.Name{Kind: almanac.Results, Season: 2023, Round: 1}
	version := func(n int, name almanac.Name, days int, status almanac.Status, body string) almanac.Page {
		return almanac.Page{Name: name, Version: n, Known: day.AddDate(0, 0, days), Status: status, Source: "ergast", Body: []byte(body)}
	}
	written := []almanac.Page{
		version(1, almanac.Name{Kind: almanac.Circuits}, 0, almanac.Final, `[{"id":"sakhir","name":"Bähräin"}]`),
		version(1, results, 0, almanac.Provisional, `[1]`),
		version(2, results, 1, almanac.Final, `[1]`),
		version(3, results, 5, almanac.Revised, `[2]`),
		version(1, almanac.Name{Kind: almanac.Results, Season: 2023, Round: 2}, 14, almanac.Provisional, `[ 3 ]`),
	}
	for range 2 { // the second time nothing is later
		for i := range written {
			if err := s.PutPages(ctx, written[i:i+1]); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		q    store.PageQuery
		want []int
	}{
		{store.PageQuery{Versions: true}, []int{0, 1, 2, 3, 4}},
		{store.PageQuery{}, []int{0, 3, 4}},
		{store.PageQuery{Season: 2023, Round: 1}, []int{3}},
		{store.PageQuery{Kinds: []almanac.Kind{almanac.Results}, Known: day.AddDate(0, 0, 4)}, []int{2}},
		{store.PageQuery{Kinds: []almanac.Kind{almanac.Results, almanac.Circuits}, Known: day}, []int{0, 1}},
		{store.PageQuery{Kinds: []almanac.Kind{almanac.Laps}}, nil},
		{store.PageQuery{Season: 1950}, nil},
	} {
		var want []almanac.Page
		for _, i := range c.want {
			want = append(want, written[i])
		}
		if got := must(s.Pages(ctx, c.q))(t); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v:\n got %+v\nwant %+v", c.q, got, want)
		}
	}
	for _, p := range []almanac.Page{
		version(1, almanac.Name{Kind: "nothing"}, 0, almanac.Final, `[]`),
		version(1, almanac.Name{Kind: almanac.Results, Season: 2023}, 0, almanac.Final, `[]`),
		version(1, results, 0, almanac.Final, `[`),
		version(1, results, 0, "", `[]`),
	} {
		if err := s.PutPages(ctx, []almanac.Page{written[4], p}); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%+v: %v, want %v", p, err, store.ErrInvalid)
		}
	}
}

func must[T any](v T, err error) func(tester) T {
	return func(t tester) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%v", err)
		}
		return v
	}
}
