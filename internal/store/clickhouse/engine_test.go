package clickhouse

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// engine is the real ClickHouse engine behind scripts/clickhouse_engine.py, on a free port.
type engine struct {
	port int
	dir  string
	cmd  *exec.Cmd
}

// shared is the engine that most tests use, each with a database of its own.
var shared struct {
	sync.Mutex
	*engine
	databases int
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.engine != nil {
		shared.kill()
		if err := os.RemoveAll(shared.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// full skips a test that needs the engine in the quick run.
func full(t testing.TB) {
	t.Helper()
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("ClickHouse is tested by make test-full (PITWALL_FULL=1)")
	}
}

// start runs the engine over a folder.
func start(t testing.TB, dir string, port int) *engine {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	python := filepath.Join(root, ".build", "venv-clickhouse", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("the ClickHouse engine is missing: run make clickhouse (%v)", err)
	}
	cmd := exec.Command(python, filepath.Join(root, "scripts", "clickhouse_engine.py"), strconv.Itoa(port), dir, "attached")
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stderr = os.Stderr
	_, err = cmd.StdinPipe() // held: should the test be killed, the engine ends with it
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n') // once it listens
	if err == nil {
		port, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		t.Fatalf("the engine did not start: %v", err)
	}
	return &engine{port, dir, cmd}
}

func (e *engine) kill() {
	_ = e.cmd.Process.Kill() // it may have ended
	_ = e.cmd.Wait()         // killed, which it says
}

func (e *engine) config(database string) Config {
	return Config{URL: fmt.Sprintf("http://pitwall:very-secret@127.0.0.1:%d/%s", e.port, database)}
}

// opened is a store in a new database.
func opened(t testing.TB) *Store {
	t.Helper()
	full(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.engine == nil {
		dir, err := os.MkdirTemp("", "pitwall-clickhouse-")
		if err != nil {
			t.Fatal(err)
		}
		shared.engine = start(t, dir, 0)
	}
	shared.databases++
	return open(t, shared.config(fmt.Sprintf("test_%d", shared.databases)))
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
