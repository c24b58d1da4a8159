package clickhouse

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"pitwall.live/internal/store/clickhouse/clickhousetest"
)

// shared is the engine that most tests use, each with a database of its own.
var shared struct {
	sync.Mutex
	*clickhousetest.Server
	folder    string
	databases int
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.Server != nil {
		shared.Kill()
		if err := os.RemoveAll(shared.folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// opened is a store in a new database.
func opened(t testing.TB) *Store {
	t.Helper()
	clickhousetest.Need(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.Server == nil {
		folder, err := os.MkdirTemp("", "pitwall-clickhouse-")
		if err != nil {
			t.Fatal(err)
		}
		shared.Server, shared.folder = clickhousetest.Start(t, folder, 0), folder
	}
	shared.databases++
	return open(t, Config{URL: shared.URL(fmt.Sprintf("test_%d", shared.databases))})
}

func open(t testing.TB, c Config) *Store {
	t.Helper()
	s, err := Open(t.Context(), c)
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
