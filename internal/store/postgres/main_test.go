package postgres

import (
	"context"
	"testing"

	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/store/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// openAt opens a store at a URL and closes it after the test.
func openAt(t testing.TB, url string) *Store {
	t.Helper()
	cfg := Default()
	cfg.URL = url
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// open makes a new and empty store.
func open(t testing.TB) *Store {
	t.Helper()
	return openAt(t, pgtest.Database(t))
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t testing.TB) store.Store { return open(t) })
}
