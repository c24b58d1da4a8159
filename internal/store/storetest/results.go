package storetest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

func classified(session string, order ...int) []f1.ResultRow {
	var rows []f1.ResultRow
	for i, car := range order {
		rows = append(rows, f1.ResultRow{SessionKey: session, DriverNumber: car, Position: f1.Some(i + 1), Classified: f1.Some(true), Status: "finished",
			Points: f1.Some(25 - float64(i)*6.5), Time: f1.Some(90*time.Minute + time.Duration(i)*time.Second)})
	}
	return rows
}

// Classifications are kept in versions, and known as they were at any moment.
func results(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	v := store.Results{Session: "9574", Season: 2018, Round: 4, Type: f1.Race, Known: start, Status: store.ResultProvisional, Source: "timing",
		Rows: classified("9574", 44, 7, 11), Drivers: []f1.DriverRow{{SessionKey: "9574", DriverNumber: 44, TLA: "HAM", FirstName: "Lewis", LastName: "Hamilton", Line: f1.Some(1)}}}
	put := func(v store.Results) {
		t.Helper()
		if err := s.PutResults(ctx, &v); err != nil {
			t.Fatal(err)
		}
	}
	known := func(name string, at time.Time, version int, want store.Results) {
		t.Helper()
		want.Version = version
		got, err := s.Results(ctx, name, at)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("at %v: %v\n got %+v\nwant %+v", at, err, got, want)
		}
	}
	if got, err := s.Results(ctx, "9574", time.Time{}); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("%+v, %v", got, err)
	}
	put(v) // the session itself need not be stored
	known("9574", time.Time{}, 1, v)
	mustWrite(t, s, only(race("9574", "Azerbaijan Grand Prix", 2018)))
	known("azerbaijan_2018_race", time.Time{}, 1, v)
	was, err := s.Find(ctx, "9574")
	if err != nil {
		t.Fatal(err)
	}

	again := v
	again.Known = start.Add(time.Minute)
	put(again) // nothing new
	if now, err := s.Find(ctx, "9574"); err != nil || now.Version != was.Version {
		t.Fatalf("version %d after %d, %v", now.Version, was.Version, err)
	}
	final := v
	final.Known, final.Status, final.Source, final.Rows = start.Add(time.Hour), store.ResultFinal, "f1db", classified("9574", 44, 11, 7)
	final.Rows[2].Gap = f1.Some(1500 * time.Millisecond)
	put(final)
	if now, err := s.Find(ctx, "9574"); err != nil || now.Version <= was.Version {
		t.Fatalf("version %d after %d, %v", now.Version, was.Version, err)
	}
	revised := v
	revised.Known, revised.Status = start.Add(48*time.Hour), store.ResultRevised
	put(revised) // the rows of the first version, but not those that it follows
	put(again)   // nothing new at its moment
	put(final)
	known("9574", time.Time{}, 3, revised)
	known("9574", start.Add(48*time.Hour), 3, revised)
	known("9574", start.Add(48*time.Hour-time.Millisecond), 2, final)
	known("9574", start, 1, v)
	if got, err := s.Results(ctx, "9574", start.Add(-time.Millisecond)); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("known before: %+v, %v", got, err)
	}
	versions, err := s.Versions(ctx, "azerbaijan_2018_race")
	if err != nil || len(versions) != 3 {
		t.Fatalf("%+v, %v", versions, err)
	}
	for i, want := range []store.Results{v, final, revised} {
		want.Version, want.Rows, want.Drivers = i+1, nil, nil
		if !reflect.DeepEqual(versions[i], want) {
			t.Fatalf("version %d\n got %+v\nwant %+v", i+1, versions[i], want)
		}
	}
	if versions, err := s.Versions(ctx, "nobody"); err != nil || len(versions) != 0 {
		t.Fatalf("%+v, %v", versions, err)
	}
	// The session's rows come and go, its classifications stay.
	whole := only(race("9574", "Azerbaijan Grand Prix", 2018))
	whole.Replace = true
	mustWrite(t, s, whole)
	known("9574", time.Time{}, 3, revised)
}

// A season is every race and sprint in its newest version, by date.
func seasonResults(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	put := func(key string, season, round int, kind f1.SessionType, day int) {
		t.Helper()
		if day > 0 {
			row := race(key, key+" Grand Prix", season)
			row.Type, row.DateStart = kind, f1.Some(start.AddDate(0, 0, day))
			mustWrite(t, s, only(row))
		}
		for version := range 2 {
			v := store.Results{Session: key, Season: season, Round: round, Type: kind, Known: start.AddDate(0, 0, max(day, 50)+version), Status: store.ResultFinal,
				Rows: classified(key, 1+version)}
			if err := s.PutResults(ctx, &v); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("b", 2018, 2, f1.Race, 9)
	put("a-sprint", 2018, 1, f1.Sprint, 1)
	put("a", 2018, 1, f1.Race, 2)
	put("a-quali", 2018, 1, f1.Qualifying, 1)
	put("other", 2019, 1, f1.Race, 1)
	put("not stored", 2018, 3, f1.Race, 0)
	all, err := s.SeasonResults(ctx, 2018, false)
	var keys []string
	for _, v := range all {
		keys = append(keys, v.Session)
		if v.Version != 2 || len(v.Rows) != 1 || v.Rows[0].DriverNumber != 2 {
			t.Errorf("%+v is not the newest", v)
		}
	}
	if want := []string{"a-sprint", "a", "b", "not stored"}; err != nil || !slices.Equal(keys, want) {
		t.Fatalf("%v, %v; want %v", keys, err, want)
	}
	// Of a race that is stored from its tables, then from its log under the feed's key, and is known to the reference
	// data, the log's is the one; a simulated one is another race.
	if err := s.PutReference(ctx, &store.Reference{Races: []store.Race{{ID: "twice_2020", Season: 2020, Round: 7, Name: "Twice Grand Prix"}}}); err != nil {
		t.Fatal(err)
	}
	one := func(key string, simulated bool, log string, round int) {
		t.Helper()
		b := only(race(key, "Twice Grand Prix", 2020))
		b.Simulated, b.Log, b.Session.Round = simulated, log, f1.Opt[int]{}
		if key != "bare" {
			mustWrite(t, s, b)
		}
		v := store.Results{Session: key, Season: 2020, Round: round, Type: f1.Race, Known: start, Status: store.ResultFinal, Rows: classified(key, 1)}
		if err := s.PutResults(ctx, &v); err != nil {
			t.Fatal(err)
		}
		if !simulated {
			want := store.Results{Session: key, Round: 7}
			if all, err := s.SeasonResults(ctx, 2020, false); err != nil || len(all) != 1 || all[0].Session != want.Session || all[0].Round != want.Round {
				t.Fatalf("%+v, %v; want %s in round %d", all, err, want.Session, want.Round)
			}
		}
	}
	one("bare", false, "", 7)
	one("tables", false, "", 7)
	one("log", false, "a.1.b", 0)
	one("sim", true, "c.1.b", 7)
	for simulated, key := range map[bool]string{false: "log", true: "sim"} {
		if all, err := s.SeasonResults(ctx, 2020, simulated); err != nil || len(all) != 1 || all[0].Session != key {
			t.Fatalf("simulated %t: %+v, %v", simulated, all, err)
		}
	}
	if all, err := s.SeasonResults(ctx, 1950, false); err != nil || len(all) != 0 {
		t.Fatalf("%+v, %v", all, err)
	}
}
