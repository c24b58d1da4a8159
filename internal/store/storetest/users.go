package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// Users are added, replaced by id, and given back in order; what can not be one changes nothing.
func users(t *testing.T, open Open) {
	s := open(t)
	ctx := context.Background()
	is := func(want ...store.User) {
		t.Helper()
		got, err := s.Users(ctx)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%v\n got %+v\nwant %+v", err, got, want)
		}
		for i := range got {
			var a, b any // engines may keep preferences taken apart
			if err := errors.Join(json.Unmarshal(got[i].Preferences, &a), json.Unmarshal(want[i].Preferences, &b)); err != nil || !reflect.DeepEqual(a, b) {
				t.Fatalf("preferences %s, want %s, %v", got[i].Preferences, want[i].Preferences, err)
			}
			got[i].Preferences = want[i].Preferences
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("\n got %+v\nwant %+v", got[i], want[i])
			}
		}
	}
	is()
	one := store.User{ID: "5d0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10", Email: f1.Some("a@example.org"), Preferences: json.RawMessage(`{"b": [1.5, null], "a": "é"}`), CreatedAt: start}
	two := store.User{ID: "9f0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10", Email: f1.Some("b@example.org"), Preferences: json.RawMessage(`{}`), CreatedAt: start.AddDate(1, 0, 0)}
	put := func(all ...store.User) error { return s.PutUsers(ctx, all) }
	if err := errors.Join(put(), put(two, one)); err != nil {
		t.Fatal(err)
	}
	is(one, two)
	one.Email.Value, one.Preferences = "c@example.org", json.RawMessage(`{"b": 2}`)
	if err := put(one); err != nil {
		t.Fatal(err)
	}
	is(one, two)
	third := store.User{ID: "af0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10", Email: f1.Some("d@example.org"), Preferences: json.RawMessage(`{}`), CreatedAt: start}
	for _, c := range []struct {
		wrong func(*store.User)
		want  error
	}{
		{func(u *store.User) { u.ID = "" }, store.ErrInvalid},
		{func(u *store.User) { u.Preferences = nil }, store.ErrInvalid},
		{func(u *store.User) { u.Preferences = json.RawMessage(`[]`) }, store.ErrInvalid},
		{func(u *store.User) { u.Preferences = json.RawMessage(`null`) }, store.ErrInvalid},
		{func(u *store.User) { u.Email.Value = two.Email.Value }, store.ErrConflict},
	} {
		wrong := two
		wrong.ID = "bf0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10"
		wrong.Email.Value = "e@example.org"
		c.wrong(&wrong)
		if err := put(third, wrong); !errors.Is(err, c.want) {
			t.Fatalf("%+v: %v", wrong, err)
		}
	}
	is(one, two)
}
