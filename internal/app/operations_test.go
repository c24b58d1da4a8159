package app

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/wire"
)

// pitwallRun runs pitwall as a process, which has to end with the exit code, and gives what it said.
func pitwallRun(t *testing.T, code int, args ...string) (out, said string) {
	t.Helper()
	cmd := pitwallProcess(t, t.TempDir(), args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("pitwall %v: %v, want exit code %d\n%s%s", args, err, code, &o, &e)
	}
	return o.String(), e.String()
}

// says fails unless a text matches all patterns.
func says(t *testing.T, text string, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !regexp.MustCompile(p).MatchString(text) {
			t.Errorf("not said: %s\nbut: %s", p, text)
		}
	}
}

const restored = `(?m)^restored 1 session, \d+ rows in [\d.]+m?s; newest change [\dhm.]+s before the loss\nproven: the hashes of 33 tables read back`

// Each store is filled, backed up, destroyed and restored on empty ground, and what it exports is the same byte by byte;
// the way from SQLite to PostgreSQL is a backup and a restore too. How long it took and what was lost is printed.
func TestBackupDestroyRestore(t *testing.T) {
	data, log := keptSession(t)
	kept := folderURL(t.TempDir())
	raw := readAllFiles(t, filepath.Dir(log))
	pitwallRun(t, 0, "import", "77", "--data", data)
	want := exportAll(t, 0, "77", "--from", "store", "--data", data)
	out, _ := pitwallRun(t, 0, "job", "backup", "--data", data, "--objects", kept)
	says(t, out, `pitwall-\d{8}T\d{6}\.\d{3}Z\.tar: 1 session, \d+ rows`, `raw logs: 1 session sealed, 1 new segment`)
	if left := readAllFiles(t, filepath.Join(data, "backup")); len(left) > 0 {
		t.Errorf("left behind: %d files", len(left))
	}

	// The machine is lost. The new one has nothing but the address.
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	data = t.TempDir()
	out, _ = pitwallRun(t, 0, "restore", "--data", data, "--objects", kept, "--logs")
	t.Logf("sqlite: %s", out)
	says(t, out, restored, `(?m)^raw logs: 1 session, \d+ messages in .*, proven by their checksums; 0 were there$`)
	sameFiles(t, exportAll(t, 0, "77", "--from", "store", "--data", data), want)
	sameBytes(t, readAllFiles(t, filepath.Join(data, "sessions", "77")), raw)
	out, _ = pitwallRun(t, 0, "doctor", "--data", data, "--objects", kept)
	says(t, out, `(?m)^ok +store .*looked through, sound$`, `(?m)^ok +store .*has all that 1 log hold`, `1 recording intact`, `1 log intact`)

	// From SQLite to PostgreSQL, by a file.
	file := filepath.Join(t.TempDir(), "moved.tar")
	pitwallRun(t, 0, "backup", "--data", data, "--to", file)
	first := pgtest.New(t, "fsync=off")
	moved := first.Database(t)
	out, _ = pitwallRun(t, 1, "migrate", "--check", "--store", moved)
	says(t, out, `schema 0 -> \d+, \d+ steps to do`)
	out, _ = pitwallRun(t, 0, "migrate", "--store", moved)
	says(t, out, `schema 0 -> \d+, 0 sessions \(PostgreSQL`)
	out, _ = pitwallRun(t, 0, "restore", file, "--store", moved)
	t.Logf("sqlite to postgres: %s", out)
	says(t, out, restored)
	sameFiles(t, exportAll(t, 0, "77", "--from", "store", "--store", moved), want)

	// PostgreSQL is lost with its cluster.
	pitwallRun(t, 0, "backup", "--data", data, "--store", moved, "--objects", kept)
	lost := time.Now()
	first.Kill(t)
	fresh := pgtest.New(t, "fsync=off").Database(t)
	out, _ = pitwallRun(t, 0, "restore", "latest", "--objects", kept, "--store", fresh, "--lost", lost.Format(time.RFC3339Nano))
	t.Logf("postgres: %s", out)
	says(t, out, restored, `taken from PostgreSQL`)
	sameFiles(t, exportAll(t, 0, "77", "--from", "store", "--store", fresh), want)
	out, _ = pitwallRun(t, 0, "migrate", "--check", "--store", fresh)
	says(t, out, `schema \d+, nothing to do`)
	out, _ = pitwallRun(t, 0, "restore", "--list", "--objects", kept)
	if n := strings.Count(out, "\n"); n != 2 {
		t.Errorf("%d backups are listed, want 2: %s", n, out)
	}
}

// folderURL is the address of objects in a folder.
func folderURL(dir string) string { return "file://" + filepath.ToSlash(dir) }

// readAllFiles reads what lies below a folder; nothing when there is none.
func readAllFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil {
			files[name], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

func sameBytes(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s: %d bytes, want %d", name, len(got[name]), len(want[name]))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// What can not be restored says why and leaves everything as it was.
func TestRestoreRefuses(t *testing.T) {
	data, _ := keptSession(t)
	run := func(code int, args ...string) string {
		t.Helper()
		var said bytes.Buffer
		if got := Main(args, nil, &said, &said); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, &said)
		}
		return said.String()
	}
	run(0, "import", "77", "--data", data)
	dir := t.TempDir()
	file := filepath.Join(dir, "good.tar")
	run(0, "backup", "--data", data, "--to", file)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	fresh := filepath.Join(dir, "fresh")
	for name, c := range map[string]struct {
		body []byte
		want string
	}{
		"flipped": {flipped, "damaged backup.*nothing was changed"},
		"cut":     {good[:len(good)/3], "damaged backup.*nothing was changed"},
		"headed":  {good[:1<<10], "damaged backup.*nothing was changed"},
		"newer":   {bytes.Replace(good, []byte(`{"format":2,`), []byte(`{"format":9,`), 1), "nothing was changed"},
		"other":   {bytes.Repeat([]byte("x"), 5000), "damaged backup.*nothing was changed"},
	} {
		path := filepath.Join(dir, name+".tar")
		if err := os.WriteFile(path, c.body, 0o644); err != nil {
			t.Fatal(err)
		}
		says(t, run(1, "restore", path, "--data", fresh), c.want)
		if left := readAllFiles(t, fresh); len(left) > 0 {
			t.Errorf("%s: it left %d files", name, len(left))
		}
	}
	says(t, run(1, "restore", file, "--data", data), "the store has 1 of its 1 session already.*nothing was changed")
	run(0, "restore", file, "--data", data, "--replace")
	says(t, run(2, "restore", file, "--store", "mysql://root:geheim@h/x"), "no such store")
	says(t, run(2, "restore", file, "--store", "none"), "nothing can be restored into none")
	says(t, run(1, "restore", filepath.Join(dir, "absent.tar"), "--data", fresh), "no such file")
	says(t, run(1, "restore", "absent", "--data", fresh), "neither a file absent nor a finished backup")
	says(t, run(1, "backup", "--data", fresh), "there is no store")
	if said := run(1, "restore", file, "--store", "postgres://u:geheim@127.0.0.1:1/x"); strings.Contains(said, "geheim") {
		t.Errorf("the password is said: %s", said)
	}

	// A disk that is full.
	full := fullFolder(t)
	said := run(1, "restore", file, "--data", full)
	says(t, said, "no store was made")
	said += run(1, "backup", "--data", data, "--to", filepath.Join(full, "b.tar"))
	says(t, said, "nothing was kept")
	for name := range readAllFiles(t, full) {
		if name != "ballast" {
			t.Errorf("left on the full disk: %s", name)
		}
	}
}

// Passwords are in no text of ours, however the address is written.
func TestMasked(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://u:pw@h/db":                       "postgres://u:***@h/db",
		"redis://:p@ss/w:rd@h:6379/0":                "redis://:***@h:6379/0",
		"postgres://u@h:5432/db":                     "postgres://u@h:5432/db",
		"postgres://h/db?user=u&password=pw&x=1":     "postgres://h/db?user=u&password=***&x=1",
		"no such store \"user=x password=pw\"":       "no such store \"user=x password=***\"",
		"file:///data/pitwall and sqlite:pitwall.db": "file:///data/pitwall and sqlite:pitwall.db",
	} {
		if got := masked(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	const secret = "geheim"
	t.Setenv("PITWALL_STORE", "postgres://u:"+secret+"@127.0.0.1:1/db?connect_timeout=1")
	t.Setenv("PITWALL_REDIS", "redis://:"+secret+"@127.0.0.1:1/0")
	for _, args := range [][]string{
		{"serve", "--help"}, {"config", "print"}, {"export", "1", "--from", "store"}, {"doctor", "--data", t.TempDir()},
		{"migrate"}, {"serve", "postgres://u:" + secret + "@h/db"}, {"backup", "--store", "http://u:" + secret + "@h"},
		{"doctor", "--objects", "s3://k:" + secret + "@bucket/x"},
	} {
		var said bytes.Buffer
		Main(args, nil, &said, &said)
		if said.Len() == 0 || strings.Contains(said.String(), secret) {
			t.Errorf("%v says: %s", args, &said)
		}
	}
}

// The schema is told and brought up to date; one of a newer program is left alone.
func TestMigrate(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, "pitwall.db")
	run := func(code int, args ...string) string {
		t.Helper()
		var said bytes.Buffer
		if got := Main(append(args, "--data", data), nil, &said, &said); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, &said)
		}
		return said.String()
	}
	says(t, run(1, "migrate"), "there is no store")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	says(t, run(1, "migrate", "--check"), `schema 0 -> \d+, \d+ steps? to do`)
	says(t, run(0, "migrate"), `schema 0 -> \d+, 0 sessions \(SQLite`)
	says(t, run(0, "migrate", "--check"), "nothing to do")
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	says(t, run(1, "migrate"), "schema 99, this program knows .*newer")
	says(t, run(1, "doctor", "--quick"), `(?m)^broken +store .*schema 99.* -> use the pitwall that wrote it`)
	says(t, run(1, "backup"), "newer version")
}

// A store that is being written to can be backed up: what is in the file is the session at one moment.
func TestBackupWhileServing(t *testing.T) {
	path, _ := dense(t, 20000)
	data := t.TempDir()
	cmd, url := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--listen", "127.0.0.1:0")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 1 && len(r.Stores[0].Sessions) == 1 && r.Stores[0].Sessions[0].Stored > 100
	})
	file := filepath.Join(t.TempDir(), "b.tar")
	pitwallRun(t, 0, "backup", "--data", data, "--to", file)
	stopServer(t, cmd)
	fresh := t.TempDir()
	out, _ := pitwallRun(t, 0, "restore", file, "--data", fresh)
	says(t, out, restored)
	var said bytes.Buffer
	if code := Main([]string{"doctor", "--data", fresh}, nil, &said, &said); code != 0 {
		t.Errorf("the restored store: %s", &said)
	}
}
