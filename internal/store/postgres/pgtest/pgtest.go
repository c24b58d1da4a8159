// Package pgtest starts real PostgreSQL servers for tests: one that all tests of a binary share, with a database
// each, and own ones that a test may stop, kill and start again. Servers listen on a socket in a temporary folder
// only, and run as the user postgres when the test runs as root. Only tests import it.
//
// A test binary that uses the shared server says so in its TestMain:
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is one PostgreSQL server.
type Server struct {
	folder string // data and socket
	bin    string // where initdb and pg_ctl are
	args   []string
	cred   *syscall.Credential
	cmd    *exec.Cmd
	done   chan struct{} // closed when the process has ended
}

// shared is the server that all tests of the binary use.
var shared struct {
	sync.Mutex
	server  *Server
	started bool
	err     error
}

var databases atomic.Int64

// Main runs the tests and then ends the shared server.
func Main(m interface{ Run() int }) {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.destroy(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// Database makes an empty database on the shared server and returns its URL, with the rights of a superuser. The
// shared server does not sync: a test that kills servers has its own, see [New].
func Database(t testing.TB) string {
	t.Helper()
	shared.Lock()
	if !shared.started {
		shared.started = true
		shared.server, shared.err = start("fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	s, err := shared.server, shared.err
	shared.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	return s.Database(t)
}

// New starts a server for this test alone, with PostgreSQL's own defaults of durability and these settings
// (name=value). It is gone after the test.
func New(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := start(settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.destroy(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Database makes an empty database and returns its URL. It is dropped after the test.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", databases.Add(1))
	s.admin(t, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		if s.running() {
			s.admin(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		}
	})
	return s.URL(name)
}

// URL is the address of a database of the server.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", Path: "/" + database,
		RawQuery: url.Values{"host": {s.folder}, "user": {"pitwall"}}.Encode()}
	return u.String()
}

// Stop ends the server: fast undoes what is open, immediate is a crash of the server. Starting again repairs it.
func (s *Server) Stop(t testing.TB, mode string) {
	t.Helper()
	signal := syscall.SIGINT
	if mode == "immediate" {
		signal = syscall.SIGQUIT
	}
	if err := s.end(signal); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the server's first process with SIGKILL; its children notice and end.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if err := s.end(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// Start starts a stopped server again and waits until it answers. After Kill the children of the old one may hold its
// memory for a moment, and a new one refuses to start: it is tried again.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := s.launch()
		if err == nil {
			return
		}
		if !errors.Is(err, errEnded) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

var errEnded = errors.New("the server ended at its start")

func (s *Server) running() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

func (s *Server) admin(t testing.TB, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	if _, err = conn.Exec(ctx, statement); err != nil {
		t.Errorf("pgtest: %s: %v", statement, err)
	}
	if err = conn.Close(ctx); err != nil {
		t.Errorf("pgtest: %v", err)
	}
}

// start makes a cluster and launches it.
func start(settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, bin: bin}
	if err = s.init(settings); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

func (s *Server) init(settings []string) error {
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return fmt.Errorf("pgtest: no user postgres: install the Debian package postgresql: %w", err)
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if err = errors.Join(errUID, errGID); err != nil {
			return err
		}
		s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err = os.Chown(s.folder, int(uid), int(gid)); err != nil {
			return err
		}
	}
	initdb := exec.Command(filepath.Join(s.bin, "initdb"), "-D", s.data(), "-U", "pitwall", "-A", "trust", "--no-sync",
		"-E", "UTF8", "--locale=C.UTF-8")
	initdb.Dir = s.folder
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb: %w: %s", err, out)
	}
	for _, set := range append([]string{"listen_addresses=", "unix_socket_directories=" + s.folder, "max_connections=60",
		"shared_buffers=64MB", "max_wal_size=2GB", "log_min_messages=log"}, settings...) {
		s.args = append(s.args, "-c", set)
	}
	return s.launch()
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// launch starts the server's process and waits until it takes connections.
func (s *Server) launch() error {
	log, err := os.OpenFile(s.folder+"/log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	s.cmd = exec.Command(filepath.Join(s.bin, "postgres"), append([]string{"-D", s.data()}, s.args...)...)
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.folder, log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred, Setpgid: true}
	if err = s.cmd.Start(); err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	s.done = make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // how it ended is seen by whoever connects
		close(s.done)
	}()
	deadline := time.Now().Add(60 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(deadline) {
		conn, err := pgx.Connect(context.Background(), s.URL("postgres"))
		if err == nil {
			return conn.Close(context.Background())
		}
		select {
		case <-tick.C:
		case <-s.done:
			text, _ := os.ReadFile(log.Name()) // only to say more
			return fmt.Errorf("pgtest: %w: %s", errEnded, text)
		}
	}
	return fmt.Errorf("pgtest: no answer after 60 s: %w", s.end(syscall.SIGQUIT))
}

// end signals the server and waits for its end.
func (s *Server) end(signal syscall.Signal) error {
	if s.cmd == nil || !s.running() {
		return nil
	}
	if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("pgtest: %w", err)
	}
	select {
	case <-s.done:
	case <-time.After(30 * time.Second):
		return errors.New("pgtest: the server does not end")
	}
	return nil
}

func (s *Server) destroy() error {
	return errors.Join(s.end(syscall.SIGQUIT), os.RemoveAll(s.folder))
}

// binaries finds the folder of the server's programs, which Debian keeps off the path.
func binaries() (string, error) {
	for _, dir := range strings.Split(os.Getenv("PATH"), ":") {
		if path, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil {
			if _, err = os.Stat(filepath.Join(filepath.Dir(path), "initdb")); err == nil {
				return filepath.Dir(path), nil
			}
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("pgtest: no PostgreSQL server: install the Debian package postgresql (make setup does)")
	}
	return filepath.Dir(found[len(found)-1]), nil
}
