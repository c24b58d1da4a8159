package app

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/wire"
)

// strict are parameters other than the defaults.
func strict() events.Params {
	p := events.Defaults()
	p.Order.Kept = 4.5
	return p
}

// keptSession is a data folder with one session, which began with other parameters than the defaults.
func keptSession(t *testing.T) (data, path string) {
	t.Helper()
	data = t.TempDir()
	path = sessionlog.Path(data, "77")
	log, err := sessionlog.Open(path, "77")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := keepParams(log, strict()); err != nil || p != strict() {
		t.Fatalf("%+v, %v", p, err)
	}
	messages := simulatedSession(t, sim.Config{Session: f1.Race, Circuit: "monza", Laps: 8, Seed: 2, Key: 77, Without: sim.AccountTopics}, false)
	if _, err := log.Append(messages); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return data, path
}

// A session keeps the thresholds of its events, whatever is chosen for others: where it is followed again, where
// it is looked at from the shelf, and where it is replayed.
func TestParamsStayWithTheSession(t *testing.T) {
	data, path := keptSession(t)
	log, err := sessionlog.Open(path, "77")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := keepParams(log, events.Defaults()); err != nil || p != strict() {
		t.Errorf("followed again: %+v, %v", p, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	look := func(args ...string) {
		t.Helper()
		cmd, url := startServer(t, append(args, "--data", data, "--listen", "127.0.0.1:0")...)
		defer stopServer(t, cmd)
		var list wire.Events
		request(t.Context(), t, http.MethodGet, url+"/api/v1/sessions/77/events?kind=overtake.on_track&at=2099-01-01T00:00:00Z", "", &list)
		if len(list.Events) == 0 {
			t.Fatalf("%v: no overtake", args)
		}
		var why wire.Why
		request(t.Context(), t, http.MethodGet, url+"/api/v1/sessions/77/events/"+list.Events[0].ID+"/why?clock=live", "", &why)
		if !strings.Contains(why.Rule, "after 4.5 s") || !why.Holds {
			t.Errorf("%v: the rule reads %q, it holds: %v", args, why.Rule, why.Holds)
		}
	}
	// The replays are looked at from their end: why answers at the clock, as all else does.
	look("serve", "--source", "sim:1")
	look("replay", "77", "--from", "8")
	look("replay", filepath.Dir(path), "--from", "8")
	look("replay", path, "--from", "8")
}

// Parameters that can not be used are named with their file, and the session is not shown with others.
func TestParamsThatCanNotBeUsed(t *testing.T) {
	data, path := keptSession(t)
	file := paramsBeside(path)
	if err := os.WriteFile(file, []byte(`{"order":{"kept":4.5}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	named := func(what string, text string) {
		t.Helper()
		if !strings.Contains(text, file) || !strings.Contains(text, `"order.kept"`) {
			t.Errorf("%s: %s does not name file and parameter", what, text)
		}
	}
	out, err := pitwallProcess(t, data, "replay", "77", "--data", data, "--listen", "127.0.0.1:0").CombinedOutput()
	if err == nil {
		t.Error("the session is replayed")
	}
	named("replay", string(out))
	if out, err = pitwallProcess(t, data, "export", "77", "--data", data, "--table", "events").CombinedOutput(); err == nil {
		t.Error("its events are exported")
	}
	named("export", string(out))
	log, err := sessionlog.Open(path, "77")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if _, err := keepParams(log, events.Defaults()); err == nil {
		t.Error("the session is followed")
	} else {
		named("serve", err.Error())
	}
}

// What a new session begins with is what was chosen; one that began before parameters were kept gets the defaults.
func TestParamsOfNewSessions(t *testing.T) {
	dir := t.TempDir()
	chosen := filepath.Join(dir, "chosen.json")
	if err := os.WriteFile(chosen, []byte(`{"order":{"kept_s":4.5}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd, url := startServer(t, "serve", "--source", "sim:1", "--events-params", chosen, "--data", dir, "--listen", "127.0.0.1:0")
	waitForSession(t.Context(), t, url)
	stopServer(t, cmd)
	paths, err := filepath.Glob(filepath.Join(dir, "sessions", "*", "events.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v, %v", paths, err)
	}
	if p, err := keptParams(filepath.Join(filepath.Dir(paths[0]), logName)); err != nil || p != strict() {
		t.Errorf("%+v, %v", p, err)
	}
	_, path := keptSession(t)
	if err := os.Remove(paramsBeside(path)); err != nil {
		t.Fatal(err)
	}
	log, err := sessionlog.Open(path, "77")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if p, err := keepParams(log, strict()); err != nil || p != events.Defaults() {
		t.Errorf("an older session: %+v, %v", p, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".new-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
