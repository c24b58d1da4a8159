package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// Reference data are added to, replaced by id, and given back in order.
func referenceData(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	is := func(want store.Reference) {
		t.Helper()
		if got, err := s.Reference(ctx); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\n got %+v\nwant %+v", err, got, want)
		}
	}
	put := func(r store.Reference) {
		t.Helper()
		if err := s.PutReference(ctx, &r); err != nil {
			t.Fatal(err)
		}
	}
	is(store.Reference{})
	baku := store.Circuit{ID: "baku", Name: "Bakı şəhər halqası", Country: "Azerbaijan", Length: f1.Some(6003.0)}
	monaco := store.Circuit{ID: "monaco", Name: "Circuit de Monaco", Country: "Monaco"}
	hamilton := store.Driver{ID: "HAM", Name: "Lewis Hamilton", Nationality: "British", Number: f1.Some(44)}
	räikkönen := store.Driver{ID: "RAI", Name: "Kimi Räikkönen", Nationality: "Finnish"}
	mercedes := store.Constructor{ID: "mercedes", Name: "Mercedes", Nationality: "German", Colour: "27F4D2"}
	date := time.Date(2018, 4, 29, 12, 10, 0, 0, time.UTC)
	races := []store.Race{
		{ID: "monaco_1950", Season: 1950, Round: 2, CircuitID: "monaco", Name: "Monaco Grand Prix", Date: time.Date(1950, 5, 21, 0, 0, 0, 0, time.UTC)},
		{ID: "elsewhere_2018", Season: 2018, Round: 3, Name: "Elsewhere Grand Prix"},
		{ID: "azerbaijan_2018", Season: 2018, Round: 4, CircuitID: "baku", Name: "Azerbaijan Grand Prix", Date: date},
		{ID: "last_2018", Season: 2018, Round: 21},
	}
	put(store.Reference{Circuits: []store.Circuit{monaco, baku}, Drivers: []store.Driver{räikkönen, hamilton}, Constructors: []store.Constructor{mercedes},
		Races: []store.Race{races[2], races[0], races[3], races[1]}})
	all := store.Reference{Circuits: []store.Circuit{baku, monaco}, Drivers: []store.Driver{hamilton, räikkönen}, Constructors: []store.Constructor{mercedes}, Races: races}
	is(all)
	put(store.Reference{})
	is(all)
	hamilton.Number = f1.Opt[int]{}
	baku.Length = f1.Some(6003.5)
	races[2].Round = 5
	put(store.Reference{Drivers: []store.Driver{hamilton}, Circuits: []store.Circuit{baku}, Races: races[2:3]})
	all.Drivers[0], all.Circuits[0] = hamilton, baku
	is(all)
	for _, wrong := range []store.Reference{
		{Circuits: []store.Circuit{{Name: "without id"}}},
		{Drivers: []store.Driver{{Name: "without id"}}},
		{Constructors: []store.Constructor{{Name: "without id"}}},
		{Races: []store.Race{{ID: "without_season"}}},
		{Drivers: []store.Driver{{ID: "NEW"}}, Races: []store.Race{{ID: "x_2018", Season: 2018, CircuitID: "nowhere"}}},
	} {
		if err := s.PutReference(ctx, &wrong); !errors.Is(err, store.ErrInvalid) {
			t.Fatalf("%+v: %v", wrong, err)
		}
	}
	is(all)
}

// Settings change one version after the other, and all versions are kept.
func settings(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	if got, err := s.Setting(ctx, "events.battle_gap_ms"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err := s.SettingVersions(ctx, "events.battle_gap_ms"); err != nil || len(got) != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	var history []store.Setting
	for version := 1; version <= 3; version++ {
		v := store.Setting{Key: "events.battle_gap_ms", Value: string(rune('0'+version)) + "000 é", Version: version, ChangedBy: "operator", ChangedAt: start.AddDate(0, 0, version)}
		if err := s.Set(ctx, v); err != nil {
			t.Fatal(err)
		}
		history = append(history, v)
		if got, err := s.Setting(ctx, v.Key); err != nil || got != v {
			t.Fatalf("%+v, %v; want %+v", got, err, v)
		}
		for _, stale := range []int{version, version + 2, 1} {
			late := v
			late.Version, late.Value = stale, "from elsewhere"
			if err := s.Set(ctx, late); !errors.Is(err, store.ErrConflict) {
				t.Fatalf("version %d on %d: %v", stale, version, err)
			}
		}
	}
	other := store.Setting{Key: "other", Version: 1, ChangedAt: start}
	if err := s.Set(ctx, other); err != nil {
		t.Fatal(err)
	}
	if got, err := s.SettingVersions(ctx, "events.battle_gap_ms"); err != nil || !reflect.DeepEqual(got, history) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, history)
	}
	if got, err := s.Settings(ctx); err != nil || !reflect.DeepEqual(got, []store.Setting{history[2], other}) {
		t.Fatalf("%v\n all %+v", err, got)
	}
	for _, wrong := range []store.Setting{{Version: 1, ChangedAt: start}, {Key: "x", ChangedAt: start}, {Key: "x", Version: 1}, {Key: "x", Version: -1, ChangedAt: start}} {
		if err := s.Set(ctx, wrong); !errors.Is(err, store.ErrInvalid) {
			t.Fatalf("%+v: %v", wrong, err)
		}
	}
	// Of several who change it at once one does.
	won := make(chan error, 6)
	for range 6 {
		go func() {
			won <- s.Set(ctx, store.Setting{Key: "other", Version: 2, ChangedAt: start})
		}()
	}
	good := 0
	for range 6 {
		if err := <-won; err == nil {
			good++
		} else if !errors.Is(err, store.ErrConflict) {
			t.Error(err)
		}
	}
	if good != 1 {
		t.Fatalf("%d of six changed it", good)
	}
}
