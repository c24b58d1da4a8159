package app

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/reference"
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
func (p *publisher) instead(t *testing.T) {
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
		killedSyncs(t, p, 10, asked, took, fromRows, func(t *testing.T) (string, []string) { return t.TempDir(), []string{"--session", "race"} })
		server := pgtest.New(t, "fsync=off")
		killedSyncs(t, p, 10, asked, took, fromRows, func(t *testing.T) (string, []string) {
			return t.TempDir(), []string{"--session", "race", "--store", server.Database(t)}
		})
	}

	end()
	forgetAbsent(t, data)
	before := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(before, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	began, asked = time.Now(), p.asked.Load()
	out, _ = pitwallRun(t, exitDone, args...)
	took, asked = time.Since(began), p.asked.Load()-asked
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
	if os.Getenv("PITWALL_FULL") != "" {
		killedSyncs(t, p, 10, asked, took, got, func(t *testing.T) (string, []string) {
			data := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(data, os.DirFS(before)); err != nil {
				t.Fatal(err)
			}
			return data, []string{"--session", "race"}
		})
	}
}

// What the archive lists and does not have of a session that is long over is told once, and is no reason for a run to end
// otherwise than well. With nothing to reach nothing is changed.
func (p *publisher) gone(t *testing.T) {
	data := t.TempDir()
	args := p.args(data, "--event", "belgian", "--session", "race")
	end := p.failing(without(belgium + "WeatherData.jsonStream"))
	out, _ := pitwallRun(t, exitDone, args...)
	says(t, out, `stored +Belgian Grand Prix 2020 Race +archive`, `not there +Belgian Grand Prix 2020 Race .*WeatherData \(404\)`, `stored, 0 missing, 0 unchanged, 1 not there`)
	out, _ = pitwallRun(t, exitDone, args...)
	says(t, out, `^0 stored, 0 missing, \d unchanged, 1 not there\n$`)
	out, _ = pitwallRun(t, exitDone, append(args, "--all")...)
	says(t, out, `(?m)^not there +Belgian`, `(?m)^unchanged +Belgian Grand Prix 2020 Race +archive`)
	end()

	want, _ := content(t, data)
	files := readAllFiles(t, filepath.Join(data, "sync"))
	nowhere := "http://127.0.0.1:1"
	folders := []string{data}
	if os.Getenv("PITWALL_FULL") != "" {
		folders = append(folders, filepath.Join(t.TempDir(), "none"))
	}
	for _, folder := range folders {
		_, said := pitwallRun(t, exitFailed, "sync", "--season", "2020", "--data", folder, "--archive", nowhere+"/static/", "--openf1", nowhere, "--jolpica", nowhere+"/f1")
		says(t, said, `sync: no service can be reached, nothing is changed: archive: .*connection refused`, `(?m)^openf1: .*refused`, `(?m)^jolpica: .*refused`)
		if _, err := os.Stat(folder); folder != data && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the folder was made: %v", err)
		}
	}
	got, _ := content(t, data)
	sameContent(t, "nothing to reach", got, want)
	sameBytes(t, readAllFiles(t, filepath.Join(data, "sync")), files)
}

// When something is taken to be absent for good.
func TestSyncAbsent(t *testing.T) {
	now := time.Date(2026, 5, 10, 12, 0, 0, 0, time.UTC)
	for name, step := range map[string]struct {
		over  time.Duration // ago; 0: not known
		again time.Duration // later it is looked at once more
		want  [2]bool
	}{
		"young":                   {72 * time.Hour, time.Hour, [2]bool{false, false}},
		"young, on the next day":  {72 * time.Hour, 24 * time.Hour, [2]bool{false, true}},
		"old":                     {8 * 24 * time.Hour, time.Hour, [2]bool{true, true}},
		"unknown":                 {0, time.Hour, [2]bool{false, false}},
		"unknown, on another day": {0, 25 * time.Hour, [2]bool{false, true}},
	} {
		var notes syncNotes
		path := filepath.Join(t.TempDir(), "recordings.json")
		at, over := now, time.Time{}
		if step.over > 0 {
			over = now.Add(-step.over)
		}
		for i, want := range step.want {
			if err := notes.read(path); err != nil { // another run
				t.Fatal(err)
			}
			if got, err := notes.absent("2026/a/b/", over, at); err != nil || got != want {
				t.Errorf("%s: at look %d it is %v, %v", name, i+1, got, err)
			}
			at = at.Add(step.again)
		}
		// It came, and went.
		if err := notes.here("2026/a/b/"); err != nil {
			t.Fatal(err)
		}
		if got, err := notes.absent("2026/a/b/", time.Time{}, at); err != nil || got {
			t.Errorf("%s: it was here, and is taken for gone: %v", name, err)
		}
	}
}

// Whatever part of a season is asked for, from wherever and into whatever store, it is the same as in the whole.
func TestSyncParts(t *testing.T) {
	slowOnly(t)
	p := publishing(t)
	data := t.TempDir()
	pitwallRun(t, exitDone, p.args(data)...)
	all, _ := content(t, data)

	for _, store := range []string{"", pgtest.New(t, "fsync=off").Database(t)} {
		data := t.TempDir()
		args := p.args(data)
		args[0] = "data-sync"
		args = append([]string{"job"}, args...)
		if store != "" {
			args = append(args, "--store", store)
		}
		pitwallRun(t, exitDone, args...)
		got, _ := content(t, data, store)
		sameContent(t, "as a job, store "+store, got, all)
		out, _ := pitwallRun(t, exitDone, args...)
		says(t, out, `^0 stored, 0 missing, \d+ unchanged\n$`)
	}
	parts := map[string]struct {
		args          []string
		has, has2, no string
	}{
		"kind":          {[]string{"--session", "race"}, "log 5792/" + logName, "session spanish_2020_race", "session spanish_2020_qualifying"},
		"practice":      {[]string{"--session", "practice_2"}, "page races of 2020 1", "page drivers 1", "session belgian_2020_race"},
		"key":           {[]string{"--session", "5792"}, "log 5792/" + logName, "results belgian_2020_race 1", "session belgian_2020_qualifying"},
		"round":         {[]string{"--event", "7"}, "log 5792/" + logName, "session belgian_2020_qualifying", "session spanish_2020_race"},
		"name":          {[]string{"--event", "Belgian Grand Prix"}, "log 5792/" + logName, "session belgian_2020_qualifying", "session spanish_2020_race"},
		"one":           {[]string{"--event", "belgian", "--session", "race"}, "log 5792/" + logName, "results belgian_2020_race 1", "session belgian_2020_qualifying"},
		"record alone":  {[]string{"--archive", "none", "--openf1", "none"}, "session spanish_2020_race", "session belgian_2020_race", "log 5792/" + logName},
		"archive alone": {[]string{"--jolpica", "none", "--openf1", "none", "--event", "belgian"}, "log 5792/" + logName, "session belgian_2020_race", "session spanish_2020_race"},
		"openf1 alone":  {[]string{"--jolpica", "none", "--archive", "none"}, "log 5792/" + logName, "session belgian_2020_race", "session spanish_2020_race"},
		"folder": {[]string{"--archive", reference.Path(t, "live-timing", "archive"), "--event", "belgian"}, "log 5792/" + logName,
			"session belgian_2020_qualifying", "session spanish_2020_race"},
	}
	for name, part := range parts {
		data := t.TempDir()
		pitwallRun(t, exitDone, p.args(data, part.args...)...)
		got, _ := content(t, data)
		for _, has := range []string{part.has, part.has2} {
			if _, ok := got[has]; !ok {
				t.Errorf("%s: no %s", name, has)
			}
		}
		if _, ok := got[part.no]; ok {
			t.Errorf("%s: %s is too much", name, part.no)
		}
		if log := "log 5792/" + logName; name != "openf1 alone" && got[log] != "" && got[log] != all[log] {
			t.Errorf("%s: the log is another one", name)
		}
	}
	for _, wrong := range [][]string{{"--event", "monaco"}, {"--event", "8"}, {"--session", "warm_up"}, {"--season", "1949"}, {"--store", "none"},
		{"--archive", filepath.Join(data, "none")}, {"--archive", "none", "--openf1", "none", "--jolpica", "none"}, {"--jolpica", "ftp://x"}, {"--openf1", "x"}} {
		_, said := pitwallRun(t, exitUsage, p.args(data, wrong...)...)
		says(t, said, `^pitwall: --`)
	}
	// The archive has no session 1: of a season that is over none will come.
	out, _ := pitwallRun(t, exitDone, p.args(t.TempDir(), "--session", "1")...)
	says(t, out, `not there +recordings of 2020 1 `)
}

// refuse answers with a status what when picks of the requests, which it counts.
func refuse(status int, after string, when func(path string, n int64) bool) fault {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !when(r.URL.Path, n.Add(1)) {
			return false
		}
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		http.Error(w, `{"detail":"Live F1 session in progress. Nobody."}`, status)
		return true
	}
}

func below(root string) func(string, int64) bool { return every(root, 1) }

func every(root string, k int64) func(string, int64) bool {
	return func(path string, n int64) bool { return strings.HasPrefix(path, root) && n%k == 0 }
}

// A run that is cut short by services that fail says so with exit code 3 and is completed by the next; what passes quickly is
// waited for.
func TestSyncCut(t *testing.T) {
	slowOnly(t)
	p := publishing(t)
	whole := t.TempDir()
	pitwallRun(t, exitDone, p.args(whole)...)
	want, _ := content(t, whole)

	for name, cut := range map[string]struct {
		fault fault
		code  int
		says  string
		least time.Duration // that it takes
	}{
		"archive 429":       {refuse(429, "1", every("/livetiming/", 7)), exitDone, ` 0 missing`, 2 * time.Second},
		"archive 503":       {refuse(503, "", below(belgium+"T")), exitPartial, `missing +Belgian Grand Prix 2020 Race .*503`, 0},
		"archive 500 later": {refuse(500, "", func(path string, n int64) bool { return n > 12 && strings.HasPrefix(path, "/livetiming/") }), exitPartial, `missing +.*500`, 0},
		"archive 403":       {refuse(403, "", below("/livetiming/")), exitPartial, `missing +recordings of 2020 .*404`, 0},
		"jolpica 429":       {refuse(429, "1", every("/ergast/", 5)), exitDone, ` 0 missing`, 2 * time.Second},
		"jolpica refuses":   {refuse(400, "", below("/ergast/f1/2020/6/")), exitPartial, `missing +round 6 of 2020, Spanish Grand Prix .*400`, 0},
		"openf1 locked":     {refuse(401, "", below("/openf1/")), exitDone, `left +what only OpenF1 has of 2020 .*OpenF1 answers only accounts while a session runs`, 0},
	} {
		data := t.TempDir()
		end := p.failing(cut.fault)
		began := time.Now()
		out, _ := pitwallRun(t, cut.code, p.args(data)...)
		says(t, out, cut.says)
		if took := time.Since(began); took < cut.least {
			t.Errorf("%s: nothing was waited for: %v", name, took)
		}
		end()
		forgetNotes(t, data)
		out, _ = pitwallRun(t, exitDone, p.args(data)...)
		says(t, out, ` 0 missing`)
		got, _ := content(t, data)
		// Who comes second has no say in what a circuit is called, and the archive after OpenF1 none in what was known before.
		for part := range want {
			if part == "reference" || name == "archive 403" && strings.HasPrefix(part, "results belgian_2020_race ") {
				got[part] = want[part]
			}
		}
		// The log of OpenF1's rows that the archive's has replaced stays beside it.
		if replaced := "file 5792/log.1.jsonl"; name == "archive 403" {
			if got[replaced] == "" {
				t.Errorf("%s: the replaced log is not kept", name)
			}
			delete(got, replaced)
		}
		sameContent(t, name, got, want)
	}
}

// What several services do not have or do not say is missing as long as one of them may say it later.
func TestSyncNobodyHas(t *testing.T) {
	slowOnly(t)
	p := publishing(t)
	// Both have nothing to say: the session is missing while OpenF1 is locked.
	locked, gone := refuse(401, "", below("/openf1/")), without(belgium)
	end := p.failing(func(w http.ResponseWriter, r *http.Request) bool { return locked(w, r) || gone(w, r) })
	data := t.TempDir()
	out, _ := pitwallRun(t, exitPartial, p.args(data)...)
	says(t, out, `missing +Belgian Grand Prix 2020 Race .*\(404\); OpenF1 answers only accounts while a session runs`)
	end()
	defer p.failing(func(w http.ResponseWriter, r *http.Request) bool { return gone(w, r) || without("/openf1/v1/")(w, r) })()
	data = t.TempDir()
	out, _ = pitwallRun(t, exitDone, p.args(data)...)
	says(t, out, `not there +Belgian Grand Prix 2020 Race .*\(404\); OpenF1 does not list it`, `stored +belgian_2020_race +jolpica +tables of the record`)

	// An archive that has nothing of all that it lists may have shut us out.
	defer p.failing(without("/livetiming/static/2020/2020-"))()
	out, _ = pitwallRun(t, exitPartial, p.args(t.TempDir(), "--openf1", "none")...)
	says(t, out, `missing +Belgian Grand Prix 2020 Race .*\(404\)`, ` 2 missing, 0 unchanged\n`)

	// One service can not be reached: the others are asked, and nothing is taken for gone.
	args := append(p.args(t.TempDir()), "--archive", "http://127.0.0.1:1/static/")
	out, _ = pitwallRun(t, exitPartial, args...)
	says(t, out, `missing +recordings of 2020 .*the archive can not be reached: .*refused`, `stored +spanish_2020_race +jolpica`)
}

// forgetNotes has the archive asked again at once for everything.
func forgetNotes(t *testing.T, data string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(data, "archive")); err != nil {
		t.Fatal(err)
	}
}

// The record corrects a classification between two runs: it is a version of its own, and the old one is still there for who asks
// what was known before.
func TestSyncCorrected(t *testing.T) {
	slowOnly(t)
	p := publishing(t)
	data := t.TempDir()
	args := p.args(data, "--event", "7")
	pitwallRun(t, exitDone, args...)
	defer p.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/ergast/f1/2020/7/results") {
			return false
		}
		resp, err := http.Get(p.own + r.URL.RequestURI())
		if err != nil {
			t.Error(err)
			return false
		}
		body, err := io.ReadAll(resp.Body)
		corrected := bytes.Replace(body, []byte(`"points":"25"`), []byte(`"points":"24"`), 1)
		if err := errors.Join(err, resp.Body.Close()); err != nil || bytes.Equal(corrected, body) {
			t.Errorf("%v: %.300s", err, body)
		}
		if _, err := w.Write(corrected); err != nil {
			t.Error(err)
		}
		return true
	})()
	before := time.Now()
	out, _ := pitwallRun(t, exitDone, args...)
	says(t, out, `^0 stored`) // of an event of long ago replies are good for a month
	if err := os.RemoveAll(filepath.Join(data, "sync", "jolpica")); err != nil {
		t.Fatal(err)
	}
	out, _ = pitwallRun(t, exitDone, args...)
	says(t, out, `stored +round 7 of 2020, Belgian Grand Prix +jolpica +results revised`)
	s := syncedStore(t, data)
	defer s.Close()
	for until, points := range map[time.Time]float64{before: 25, {}: 24} {
		v, err := s.Results(t.Context(), "5792", until)
		if err != nil || len(v.Rows) != 20 || v.Rows[0].Points.Value != points || v.Source != "ergast" {
			t.Errorf("known on %v: %+v, %v", until, v, err)
		}
	}
}

func slowOnly(t *testing.T) {
	t.Helper()
	if os.Getenv("PITWALL_FULL") == "" {
		t.Skip("slow: PITWALL_FULL=1 runs it")
	}
}
