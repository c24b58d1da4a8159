package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"net/http"

	"pitwall.live/internal/store/postgres/pgtest"
)

// belgium is where the archive has the race of which OpenF1 has rows too.
const belgium = "/livetiming/static/2020/2020-08-30_Belgian_Grand_Prix/2020-08-30_Race/"

// without answers 404 below a path, as an archive does that does not have it.
func without(path string) fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, path) {
			return false
		}
		http.NotFound(w, r)
		return true
	}
}

// forgetAbsent has the archive asked again at once for what it did not have, as it is after some minutes.
func forgetAbsent(t *testing.T, data string) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(data, "archive", "*", "livetiming", "static", "2020", "2020-08-30_*", "*_Race"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%v, %v", folders, err)
	}
	if err := os.RemoveAll(folders[0]); err != nil {
		t.Fatal(err)
	}
}

// A session that the archive does not have is read from OpenF1, and the report says so. When the archive has it, that takes its
// place, and what is there then is what is there without OpenF1.
func TestSyncOpenF1(t *testing.T) {
	p := publishing(t)
	plain := t.TempDir()
	pitwallRun(t, exitDone, p.args(plain, "--session", "race", "--openf1", "none")...)
	want, _ := content(t, plain)

	data := t.TempDir()
	args := p.args(data, "--session", "race")
	end := p.failing(without(belgium))
	began, asked := time.Now(), p.asked.Load()
	out, _ := pitwallRun(t, exitDone, args...)
	took, asked := time.Since(began), p.asked.Load()-asked
	says(t, out, `stored +Belgian Grand Prix 2020 Race +openf1 +session 5792, \d+ messages of its rows; the archive has no page of it \(404\)`, ` 0 missing`)
	fromRows, _ := content(t, data)
	if n, err := noteOf(filepath.Join(data, "sessions", "5792", logName)); err != nil || n.Source != fromOpenF1 {
		t.Errorf("note: %+v, %v", n, err)
	}
	if log := "log 5792/" + logName; fromRows[log] == "" || fromRows[log] == want[log] {
		t.Errorf("%d bytes of messages", len(fromRows[log]))
	}
	if weather := strings.Count(fromRows["rows belgian_2020_race weather"], "\n"); weather < 100 {
		t.Errorf("%d rows of weather", weather)
	}
	if of := fromRows["session belgian_2020_race"]; !strings.Contains(of, "Status:ends") && !strings.Contains(of, "Status:finalised") {
		t.Errorf("it is not over: %s", of)
	}
	out, _ = pitwallRun(t, exitDone, args...)
	says(t, out, `unchanged +Belgian Grand Prix 2020 Race +openf1`, `(?m)^0 stored, 0 missing`)
	again, _ := content(t, data)
	sameContent(t, "once more", again, fromRows)
	if os.Getenv("PITWALL_FULL") != "" {
		killedSyncs(t, p, 10, asked, took, fromRows, func(*testing.T) []string { return []string{"--session", "race"} })
		server := pgtest.New(t, "fsync=off")
		killedSyncs(t, p, 10, asked, took, fromRows, func(t *testing.T) []string {
			return []string{"--session", "race", "--store", server.Database(t)}
		})
	}

	end()
	forgetAbsent(t, data)
	out, _ = pitwallRun(t, exitDone, args...)
	says(t, out, `stored +Belgian Grand Prix 2020 Race +archive +session 5792, in place of that from OpenF1`, ` 0 missing`)
	got, _ := content(t, data)
	for name := range want {
		if !strings.HasPrefix(name, "results ") && got[name] != want[name] {
			t.Errorf("%s: %d bytes, want %d\n got %.300s\nwant %.300s", name, len(got[name]), len(want[name]), got[name], want[name])
		}
	}
	out, _ = pitwallRun(t, exitDone, args...)
	says(t, out, `(?m)^0 stored, 0 missing`)
	again, _ = content(t, data)
	sameContent(t, "archive once more", again, got)
}
