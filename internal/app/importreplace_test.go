package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// lesserLog imports the first half of a recording as a log that was made of the rows of another service.
func lesserLog(t *testing.T, recorded string) (data, log string) {
	t.Helper()
	whole, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.jsonl")
	if err := os.WriteFile(half, whole[:bytes.LastIndexByte(whole[:len(whole)/2], '\n')+1], 0o600); err != nil {
		t.Fatal(err)
	}
	data = t.TempDir()
	log = sessionlog.Path(data, "77")
	pitwallRun(t, exitDone, "import", half, "--data", data)
	n, err := noteOf(log)
	n.Source = fromOpenF1
	text, merr := json.Marshal(n)
	if err := errors.Join(err, merr, os.WriteFile(noteBeside(log), text, 0o600)); err != nil {
		t.Fatal(err)
	}
	return data, log
}

// grow appends a message to a log, and leaves the log open.
func grow(t *testing.T, log string) *sessionlog.Log {
	t.Helper()
	l, err := sessionlog.Open(log, "77")
	if err != nil {
		t.Fatal(err)
	}
	m := feed.Message{Topic: feed.TopicHeartbeat, Payload: []byte(`{"Utc":"2030-01-01T00:00:00Z"}`), Time: l.End().Add(time.Second)}
	if kept, err := l.Append([]feed.Message{m}); err != nil || len(kept) != 1 {
		t.Fatalf("%d kept, %v", len(kept), err)
	}
	return l
}

// A log that was made of the rows of another service gives place to the feed's, and stays beside it. While a server writes it,
// or when it has got messages that nobody else has, it stays where it is, and the store with it.
func TestImportReplaces(t *testing.T) {
	_, recorded := keptSession(t)
	data, log := lesserLog(t, recorded)
	was, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	rows := exportAll(t, exitDone, "77", "--from", "store", "--data", data)
	held, err := sessionlog.Open(log, "77")
	if err != nil {
		t.Fatal(err)
	}
	_, told := pitwallRun(t, 1, "import", recorded, "--data", data)
	says(t, told, "session 77: a running server writes the log that is to be replaced: stop the server and try again")
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(log); err != nil || !bytes.Equal(now, was) {
		t.Fatalf("a log that was held is another, %v", err)
	}
	sameFiles(t, exportAll(t, exitDone, "77", "--from", "store", "--data", data), rows)

	pitwallRun(t, exitDone, "import", recorded, "--data", data)
	sameFiles(t, exportAll(t, exitDone, log), exportAll(t, exitDone, recorded))
	sameFiles(t, exportAll(t, exitDone, "77", "--from", "store", "--data", data), exportAll(t, exitDone, recorded))
	if aside, err := os.ReadFile(filepath.Join(filepath.Dir(log), "log.1.jsonl")); err != nil || !bytes.Equal(aside, was) {
		t.Errorf("the replaced log is not kept: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(data, stagingPrefix+"*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Messages that came after the rows stay: while the server runs that brought them, and afterwards.
func TestImportReplacesNoGrownLog(t *testing.T) {
	_, recorded := keptSession(t)
	data, log := lesserLog(t, recorded)
	rows := exportAll(t, exitDone, "77", "--from", "store", "--data", data)
	l := grow(t, log)
	_, told := pitwallRun(t, 1, "import", recorded, "--data", data)
	says(t, told, "session 77: a running server writes the log")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	grown, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"--replace"}} {
		_, told := pitwallRun(t, 1, append([]string{"import", recorded, "--data", data}, args...)...)
		says(t, told, "session 77: the data folder has another log of the session, which stays: .* has got messages since")
	}
	if now, err := os.ReadFile(log); err != nil || !bytes.Equal(now, grown) {
		t.Errorf("the log that has grown is another, %v", err)
	}
	sameFiles(t, exportAll(t, exitDone, "77", "--from", "store", "--data", data), rows)
}

// A log that was put aside by an import that was killed comes back, and stays beside one that has come in between.
func TestReplacedComesBack(t *testing.T) {
	data := t.TempDir()
	at := filepath.Dir(sessionlog.Path(data, "77"))
	aside := filepath.Join(data, stagingPrefix+"killed", replacedPrefix+"77")
	put := func(folder, text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, logName), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	has := func(name, want string) {
		t.Helper()
		if text, err := os.ReadFile(filepath.Join(at, name)); err != nil || string(text) != want {
			t.Errorf("%s is %q, %v; want %q", name, text, err, want)
		}
	}
	put(aside, "old")
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := clearStaging(data); err != nil {
		t.Fatal(err)
	}
	has(logName, "old")
	put(aside, "older")
	if err := clearStaging(data); err != nil {
		t.Fatal(err)
	}
	has(logName, "old")
	has("log.1.jsonl", "older")
	if left, err := filepath.Glob(filepath.Join(data, stagingPrefix+"*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
