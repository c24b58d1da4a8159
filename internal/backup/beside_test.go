package backup_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/backup"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
)

// forgetful is a store that gives back something else than was put, as one with a fault does.
type forgetful struct {
	store.Store
	reference func(*store.Reference)
	pages     func(*almanac.Page)
	settings  func(*store.Setting)
	users     func(*store.User)
	results   func(*store.Results)
	find      func(*store.Session)
}

func spoil[T any](rows []T, err error, how func(*T)) ([]T, error) {
	if how != nil && len(rows) > 0 {
		rows = slices.Clone(rows)
		how(&rows[len(rows)-1])
	}
	return rows, err
}

func (f *forgetful) Reference(ctx context.Context) (store.Reference, error) {
	r, err := f.Store.Reference(ctx)
	if f.reference != nil && len(r.Races) > 0 {
		f.reference(&r)
	}
	return r, err
}

func (f *forgetful) Pages(ctx context.Context, q store.PageQuery) ([]almanac.Page, error) {
	all, err := f.Store.Pages(ctx, q)
	return spoil(all, err, f.pages)
}

func (f *forgetful) SettingVersions(ctx context.Context, key string) ([]store.Setting, error) {
	all, err := f.Store.SettingVersions(ctx, key)
	return spoil(all, err, f.settings)
}

func (f *forgetful) Users(ctx context.Context) ([]store.User, error) {
	all, err := f.Store.Users(ctx)
	return spoil(all, err, f.users)
}

func (f *forgetful) EveryResults(ctx context.Context, session string) ([]store.Results, error) {
	all, err := f.Store.EveryResults(ctx, session)
	return spoil(all, err, f.results)
}

func (f *forgetful) Find(ctx context.Context, name string) (store.Session, error) {
	s, err := f.Store.Find(ctx, name)
	if err == nil && f.find != nil {
		f.find(&s)
	}
	return s, err
}

// What a store does not give back as it was put is found and named, table by table, also where it is no row of a session.
func TestProvenBesideSessions(t *testing.T) {
	file := small(t)
	lone := func(r *store.Results) { // the last one is that of a session of which nothing else is stored
		if r.Session == "77" {
			panic("it is another one")
		}
		r.Rows[0].Position = f1.Some(2)
	}
	for name, c := range map[string]struct {
		how  forgetful
		want string
	}{
		"circuit":        {forgetful{reference: func(r *store.Reference) { r.Circuits[0].Length.Value++ }}, "circuits differs"},
		"driver":         {forgetful{reference: func(r *store.Reference) { r.Drivers[0].Name += "x" }}, "drivers differs"},
		"constructor":    {forgetful{reference: func(r *store.Reference) { r.Constructors = nil }}, "constructors differs"},
		"race":           {forgetful{reference: func(r *store.Reference) { r.Races = append(r.Races, r.Races[0]) }}, "races differs"},
		"page":           {forgetful{pages: func(p *almanac.Page) { p.Body = []byte(`[3]`) }}, "almanac_pages differs"},
		"setting":        {forgetful{settings: func(s *store.Setting) { s.ChangedBy = "somebody" }}, "config differs"},
		"user":           {forgetful{users: func(u *store.User) { u.Preferences = []byte(`{"a": ""}`) }}, "users differs"},
		"classification": {forgetful{results: lone}, "result_versions differs"},
		"session":        {forgetful{find: func(s *store.Session) { s.Offset++ }}, "77 differs"},
	} {
		how := c.how
		how.Store = open(t)
		if _, err := backup.Read(t.Context(), &how, bytes.NewReader(file), nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	of := forgetful{Store: open(t), results: func(r *store.Results) { r.Session, r.Rows = "77", nil }}
	if _, err := backup.Read(t.Context(), &of, bytes.NewReader(file), nil); err == nil || !strings.Contains(err.Error(), "differs") {
		t.Errorf("classification of a session: %v", err)
	}
}

// A store that has things of its own takes a backup in, again and again, and what it had stays; a user is replaced.
func TestRestoredBeside(t *testing.T) {
	file := small(t)
	to := open(t)
	own := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	own(to.Set(t.Context(), store.Setting{Key: "sources", Value: "mine", Version: 1, ChangedBy: "me", ChangedAt: now}))
	own(to.Set(t.Context(), store.Setting{Key: "other", Value: "mine", Version: 1, ChangedBy: "me", ChangedAt: now}))
	own(to.PutUsers(t.Context(), []store.User{{ID: "9f0b5e0c-7b62-4d3c-9a55-0c9d4d0c4a10", Preferences: []byte(`{"mine": 1}`), CreatedAt: now}}))
	own(to.PutReference(t.Context(), &store.Reference{Drivers: []store.Driver{{ID: "HAM", Name: "Another"}, {ID: "VET", Name: "Sebastian Vettel"}}}))
	own(to.PutPages(t.Context(), []almanac.Page{{Name: almanac.Name{Kind: almanac.Races, Season: 2018}, Known: now.Add(-time.Hour), Status: almanac.Final, Source: "mine", Body: []byte(`[0]`)}}))
	own(to.PutResults(t.Context(), &store.Results{Session: "77", Known: now.Add(-time.Hour), Status: store.ResultProvisional, Source: "timing"}))
	for range 2 {
		if _, err := backup.Read(t.Context(), to, bytes.NewReader(file), nil); err != nil {
			t.Fatal(err)
		}
	}
	got, err := to.Setting(t.Context(), "other")
	users, err2 := to.Users(t.Context())
	reference, err3 := to.Reference(t.Context())
	if err = errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if got.Value != "mine" || len(users) != 2 || users[1].Email.Value != "b@example.org" || len(reference.Drivers) != 2 || reference.Drivers[0].Name != "Lewis Hamilton" {
		t.Errorf("%+v, %+v, %+v", got, users, reference.Drivers)
	}
}

// A backup of before the second format, which had fewer files and hashes, is restored.
func TestFirstFormat(t *testing.T) {
	file := firstFormat(t, small(t))
	to := open(t)
	m, err := backup.Read(t.Context(), to, bytes.NewReader(file), nil)
	if err != nil || m.Format != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	if reference, err := to.Reference(t.Context()); err != nil || len(reference.Races) != 1 {
		t.Errorf("%+v, %v", reference, err)
	}
	// Proven also without hashes in the manifest: by what the file says.
	bad := forgetful{Store: open(t), reference: func(r *store.Reference) { r.Drivers[0].Name += "x" }}
	if _, err := backup.Read(t.Context(), &bad, bytes.NewReader(file), nil); err == nil || !strings.Contains(err.Error(), "drivers differs") {
		t.Error(err)
	}
}
