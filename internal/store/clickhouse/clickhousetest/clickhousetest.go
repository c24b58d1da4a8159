// Package clickhousetest starts the real ClickHouse engine for tests, as scripts/clickhouse_engine.py serves it: on a
// free port of the loopback, over a folder of the test's. Only tests import it. The engine is some 600 MB and is
// part of the full tests alone: [Need] skips in the quick ones, and [Start] fails where it is not installed.
package clickhousetest

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Server is one engine that runs.
type Server struct {
	// Port is where it listens, so that it can be started there again after [Server.Kill].
	Port int
	cmd  *exec.Cmd
}

// Need skips a test that needs the engine in the quick run.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("ClickHouse is tested by make test-full (PITWALL_FULL=1)")
	}
}

// python is the interpreter that has the engine, and root the folder of the sources.
func python(t testing.TB) (python, root string) {
	t.Helper()
	root, err := filepath.Abs(".")
	for err == nil {
		if _, err = os.Stat(filepath.Join(root, "go.mod")); err == nil || !errors.Is(err, fs.ErrNotExist) || root == filepath.Dir(root) {
			break
		}
		root, err = filepath.Dir(root), nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, ".build", "venv-clickhouse", "bin", "python"), root
}

// Installed says whether make clickhouse has been run here.
func Installed(t testing.TB) bool {
	t.Helper()
	file, _ := python(t)
	_, err := os.Stat(file)
	return err == nil
}

// Start runs an engine over a folder, which may be one that an engine has run over before; port 0 is a free one. It
// runs until [Server.Kill], or until the test's process ends.
func Start(t testing.TB, folder string, port int) *Server {
	t.Helper()
	file, root := python(t)
	if !Installed(t) {
		t.Fatal("the ClickHouse engine is missing: run make clickhouse")
	}
	cmd := exec.Command(file, filepath.Join(root, "scripts", "clickhouse_engine.py"), strconv.Itoa(port), folder, "attached")
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stderr = os.Stderr
	_, err := cmd.StdinPipe() // held: should the test be killed, the engine ends with it
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
	s := &Server{port, cmd}
	if err != nil {
		s.Kill()
		t.Fatalf("the engine did not start: %v", err)
	}
	return s
}

// Kill ends the engine at once, in the middle of whatever it does.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()         // killed, which it says
}

// URL is the address of a database, with a user and a password that the engine does not look at.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("http://pitwall:very-secret@127.0.0.1:%d/%s", s.Port, database)
}
