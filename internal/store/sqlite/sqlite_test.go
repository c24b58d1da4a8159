package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"pitwall.live/internal/store"
	"pitwall.live/internal/store/storetest"
)

// opened is a new store in a folder of its own.
func opened(t testing.TB) store.Store {
	t.Helper()
	return at(t, filepath.Join(t.TempDir(), "pitwall.db"))
}

// at opens the database of a path until the test ends.
func at(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, Options{})
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

func TestConformance(t *testing.T) { storetest.Run(t, opened) }
