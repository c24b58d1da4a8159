package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// asked gives the body of an answer that must be 200.
func asked(t *testing.T, url string) []byte {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v: %.300s", url, resp.Status, err, body)
	}
	return body
}

// An imported recording has a log, of which a server answers moments; what is there is neither written twice nor replaced.
func TestImportLog(t *testing.T) {
	_, recorded := keptSession(t)
	data := t.TempDir()
	log := filepath.Join(data, "sessions", "77", logName)
	pitwallRun(t, 0, "import", recorded, "--data", data)
	kept, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	unchanged := func(what string) {
		t.Helper()
		if now, err := os.ReadFile(log); err != nil || !bytes.Equal(now, kept) {
			t.Fatalf("%s: the log is another, %v", what, err)
		}
		if left, err := filepath.Glob(filepath.Join(data, ".import-*")); err != nil || len(left) > 0 {
			t.Fatalf("%s: left behind: %v, %v", what, left, err)
		}
	}
	straight := exportAll(t, exitDone, recorded)
	sameFiles(t, exportAll(t, exitDone, log), straight)
	sameFiles(t, exportAll(t, exitDone, "77", "--from", "store", "--data", data), straight)
	_, told := pitwallRun(t, 0, "import", recorded, "--data", data)
	says(t, told, "is stored already")
	_, told = pitwallRun(t, 0, "import", "77", "--data", data)
	says(t, told, "is stored already")
	unchanged("imported again")

	// Half of it is another recording, whose log must not take the place of the whole.
	whole, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.jsonl")
	if err := os.WriteFile(half, whole[:bytes.LastIndexByte(whole[:len(whole)/2], '\n')+1], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"--replace"}} {
		_, told = pitwallRun(t, 1, append([]string{"import", half, "--data", data}, args...)...)
		says(t, told, "session 77: the data folder has another log")
	}
	unchanged("half of it imported")
	sameFiles(t, exportAll(t, exitDone, "77", "--from", "store", "--data", data), straight)

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, url := startServer(t, "serve", "--source", "sim:1", "--data", data, "--listen", freeAddress(t))
	r := readiness(ctx, t, url, func(r wire.Readiness) bool { return len(r.Stores) == 1 && r.Stores[0].Backlog.Done == 1 })
	if r.Stores[0].Backlog != (wire.BacklogState{Total: 1, Done: 1}) {
		t.Errorf("backlog %+v", r.Stores[0].Backlog)
	}
	session := url + "/api/v1/sessions/77"
	var board wire.Board
	if err := json.Unmarshal(asked(t, session+"/board?at_lap=3"), &board); err != nil || board.Lap == nil || *board.Lap != 3 {
		t.Errorf("board: lap %v, %v", board.Lap, err)
	}
	var line wire.Timeline
	if err := json.Unmarshal(asked(t, session+"/timeline"), &line); err != nil || len(line.Laps) < 3 {
		t.Errorf("%d laps, %v", len(line.Laps), err)
	}
	then, now := asked(t, session+"/laps?limit=5000&at_lap=3"), asked(t, session+"/laps?limit=5000")
	if len(then) == 0 || len(then) >= len(now) {
		t.Errorf("laps at lap 3: %d bytes, at the end %d", len(then), len(now))
	}
	asked(t, session+"/strategy?at_lap=3")
	var events wire.Events
	if err := json.Unmarshal(asked(t, session+"/events?at_lap=3"), &events); err != nil || len(events.Events) == 0 {
		t.Fatalf("%d events, %v", len(events.Events), err)
	}
	asked(t, session+"/events/"+events.Events[0].ID+"/why")
	stopServer(t, cmd)

	// Who follows the recording finds all of it there.
	cmd, url = startServer(t, "serve", "--source", "recording:"+recorded, "--data", data, "--listen", freeAddress(t))
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 1 && len(r.Stores[0].Sessions) == 1 && r.Stores[0].Sessions[0].State == "ended"
	})
	stopServer(t, cmd)
	unchanged("followed")

	bare := t.TempDir()
	pitwallRun(t, 0, "import", recorded, "--data", bare, "--no-log")
	if _, err := os.Stat(filepath.Join(bare, "sessions")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("--no-log: %v", err)
	}
	_, told = pitwallRun(t, 0, "import", recorded, "--data", bare)
	says(t, told, "is stored already")
	if _, err := os.Stat(filepath.Join(bare, "sessions", "77", logName)); err != nil {
		t.Error(err)
	}
}

// An import that was killed leaves its copy of the log; the next server or import removes it, and none that is at work.
func TestKillImport(t *testing.T) {
	path, _ := dense(t, 100_000)
	data := t.TempDir()
	left := func() []string {
		t.Helper()
		all, err := filepath.Glob(filepath.Join(data, stagingPrefix+"*"))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	cmd := pitwallProcess(t, t.TempDir(), "import", path, "--data", data)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for staged := []string(nil); len(staged) == 0; {
		var err error
		if staged, err = filepath.Glob(filepath.Join(data, stagingPrefix+"*", "sessions", "*", logName)); err != nil || time.Now().After(deadline) {
			t.Fatalf("nothing staged: %v", err)
		}
	}
	if err := errors.Join(clearStaging(data), cmd.Process.Kill()); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the import was not killed")
	}
	if len(left()) != 1 {
		t.Fatalf("left behind: %v", left())
	}
	server, _ := startServer(t, "serve", "--source", "sim:1", "--data", data, "--listen", freeAddress(t))
	stopServer(t, server)
	if len(left()) > 0 {
		t.Errorf("the server leaves %v", left())
	}

	old, busy := filepath.Join(data, stagingPrefix+"old"), filepath.Join(data, stagingPrefix+"busy")
	if err := errors.Join(os.MkdirAll(filepath.Join(old, "sessions"), 0o755), os.Mkdir(busy, 0o755)); err != nil {
		t.Fatal(err)
	}
	held, err := lockFolder(busy)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close() //nolint:errcheck // only a lock
	_, recorded := keptSession(t)
	pitwallRun(t, 0, "import", recorded, "--data", data)
	if all := left(); len(all) != 1 || all[0] != busy {
		t.Errorf("the import leaves %v", all)
	}
}

// Beside a log that has come in between nothing of an import is put.
func TestPublishBesideAnother(t *testing.T) {
	from, data := t.TempDir(), t.TempDir()
	log, err := sessionlog.Open(filepath.Join(from, logName), "77")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // of a test
	other := sessionlog.Path(data, "77")
	if err := errors.Join(os.WriteFile(noteBeside(log.Path()), []byte("{}"), 0o600), os.MkdirAll(filepath.Dir(other), 0o755), os.WriteFile(other, []byte("other"), 0o600)); err != nil {
		t.Fatal(err)
	}
	l := &stagedLog{key: "77", log: log}
	if err := l.publish(data); !errors.Is(err, errOtherLog) {
		t.Errorf("published: %v", err)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "other" {
		t.Errorf("the other log is %q, %v", text, err)
	}
	if _, err := os.Stat(noteBeside(other)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a note beside the other log: %v", err)
	}
	if _, err := os.Stat(noteBeside(log.Path())); err != nil {
		t.Error(err)
	}
}
