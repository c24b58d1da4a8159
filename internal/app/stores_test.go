package app

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/events"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// exportAll writes all tables into a folder and gives the files.
func exportAll(t *testing.T, want int, args ...string) map[string][]byte {
	t.Helper()
	out := t.TempDir()
	var said bytes.Buffer
	if code := Main(append([]string{"export", "--table", "all", "--out", out}, args...), nil, &said, &said); code != want {
		t.Fatalf("export %v: exit code %d: %s", args, code, said.String())
	}
	files := map[string][]byte{}
	for _, name := range tables.Names() {
		b, err := os.ReadFile(filepath.Join(out, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	return files
}

// sameFiles compares exports byte by byte.
func sameFiles(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	for name, w := range want {
		if bytes.Equal(got[name], w) {
			continue
		}
		a, b := bytes.Split(got[name], []byte("\r\n")), bytes.Split(w, []byte("\r\n"))
		t.Errorf("%s: %d lines, want %d", name, len(a), len(b))
		for i := range min(len(a), len(b)) {
			if !bytes.Equal(a[i], b[i]) {
				t.Logf("line %d\n got %s\nwant %s", i+1, a[i], b[i])
				break
			}
		}
	}
}

// storedBySessions follows the logs of a recording until they are stored, and gives the keys.
func storedBySessions(t *testing.T, path, spec string) (keys []string) {
	t.Helper()
	e := &env{ctx: t.Context(), out: t.Output(), err: t.Output(), log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	r, err := recording.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // only read
	sessions, err := e.importRecording(r, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k, err := storeFlags{Store: spec}.open(e, "")
	if err != nil {
		t.Fatal(err)
	}
	cfg := persist.Default(k.Store)
	cfg.Every, cfg.Log = time.Millisecond, e.log
	k.writer = persist.New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.writer.Run(ctx) }()
	for _, s := range sessions {
		if err := k.followCopy(s, events.Defaults()); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, s.key)
	}
	deadline := time.After(2 * time.Minute)
	for slices.ContainsFunc(k.writer.Status(), func(s persist.State) bool { return s.Doing != persist.Ended }) {
		select {
		case <-deadline:
			t.Fatalf("%+v", k.writer.Status())
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for _, s := range sessions {
		if err := s.log.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := k.close(); err != nil {
		t.Error(err)
	}
	return keys
}

// Every real recording, stored by the writer and exported again, is byte for byte what is exported straight from its
// file; and so is every one that is imported.
func TestStoredReal(t *testing.T) {
	for _, path := range recordings(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if raceDetector && os.Getenv("PITWALL_FULL") == "" && (strings.Contains(path, "reconstructed") || strings.Contains(path, "2025-10-25_Qualifying")) {
				t.Skip("the race detector makes it take minutes; PITWALL_FULL=1 runs it")
			}
			code := exitDone
			if strings.Contains(path, "with_errors") {
				code = exitPartial
			}
			want := exportAll(t, code, path)
			written := "sqlite:" + filepath.Join(t.TempDir(), "written.db")
			keys := storedBySessions(t, path, written)
			if len(keys) != 1 {
				t.Fatalf("sessions %v", keys)
			}
			sameFiles(t, exportAll(t, exitDone, keys[0], "--from", "store", "--store", written), want)
			var said bytes.Buffer
			imported := "sqlite:" + filepath.Join(t.TempDir(), "imported.db")
			if got := Main([]string{"import", path, "--store", imported, "--data", t.TempDir()}, nil, &said, &said); got != code {
				t.Fatalf("import: exit code %d: %s", got, said.String())
			}
			sameFiles(t, exportAll(t, exitDone, keys[0], "--from", "store", "--store", imported), want)
		})
	}
}

// An import of what is stored already changes nothing; one of another recording of the same session needs --replace.
func TestImportTwice(t *testing.T) {
	archive := filepath.Join(liveTiming(t), "archive", "2024", "2024-07-07_British_Grand_Prix", "2024-07-05_Practice_1")
	capture := filepath.Join(liveTiming(t), "recordings", "2024-07-05_silverstone_fp1_jsonl")
	data := t.TempDir()
	for _, step := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{archive}, exitDone, "british_2024_practice_1 stored, "},
		{[]string{archive}, exitDone, "british_2024_practice_1 is stored already"},
		{[]string{capture}, exitFailed, "--replace"},
		{[]string{capture, "--no-log"}, exitFailed, "session 9551 is stored already, from something else"},
		{[]string{capture, "--replace"}, exitFailed, "another log of the session"},
		{[]string{capture, "--replace", "--no-log"}, exitDone, "british_2024_practice_1 stored, "},
		{[]string{archive}, exitFailed, "session 9551 is stored already, from something else"},
		{[]string{archive, "--replace"}, exitDone, "british_2024_practice_1 stored, "},
		{[]string{filepath.Join(t.TempDir(), "none")}, exitFailed, "none"},
	} {
		var said bytes.Buffer
		if code := Main(append([]string{"import", "--data", data}, step.args...), nil, &said, &said); code != step.code || !strings.Contains(said.String(), step.says) {
			t.Errorf("import %v: exit code %d, want %d: %s", step.args, code, step.code, said.String())
		}
	}
}

// readiness asks a server until it says what is waited for.
func readiness(ctx context.Context, t *testing.T, url string, ok func(wire.Readiness) bool) wire.Readiness {
	t.Helper()
	var r wire.Readiness
	for ctx.Err() == nil {
		resp, err := http.Get(url + "/readyz")
		if err == nil {
			r = wire.Readiness{}
			err = json.NewDecoder(resp.Body).Decode(&r)
			resp.Body.Close() //nolint:errcheck // only read
		}
		if err == nil && ok(r) {
			return r
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("readyz never said so: %+v", r)
	return r
}

// A server stores what it follows and says how far it is; the session can be exported by its readable name, also when
// its log is gone; the next server stores what an earlier one left.
func TestServeStores(t *testing.T) {
	path, payloads := dense(t, 3000)
	data := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, url := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--listen", freeAddress(t))
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 1 && r.Stores[0].Working && r.Stores[0].Store == "sqlite" &&
			slices.ContainsFunc(r.Stores[0].Sessions, func(s wire.WriterState) bool {
				return s.Session == denseKey && s.State == "ended" && s.Stored == uint64(len(payloads)) && s.LagMessages == 0
			})
	})
	stopServer(t, cmd)
	log := filepath.Join(data, "sessions", denseKey)
	straight := exportAll(t, exitDone, filepath.Join(log, logName))
	sameFiles(t, exportAll(t, exitDone, "test_2025_race", "--data", data), straight)

	// A server that stored nothing, and then one that finds its log.
	if err := os.Remove(filepath.Join(data, "pitwall.db")); err != nil {
		t.Fatal(err)
	}
	cmd, url = startServer(t, "serve", "--source", "sim:1", "--data", data, "--listen", freeAddress(t))
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 1 && r.Stores[0].Backlog == wire.BacklogState{Total: 1, Done: 1}
	})
	stopServer(t, cmd)
	if err := os.RemoveAll(log); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, exportAll(t, exitDone, denseKey, "--data", data), straight)
	var said bytes.Buffer
	if code := Main([]string{"export", "nothing", "--data", data, "--table", "laps"}, nil, &said, &said); code != exitFailed || !strings.Contains(said.String(), "nor in the store") {
		t.Errorf("exit code %d: %s", code, said.String())
	}
	if code := Main([]string{"serve", "--store", "mongo:x", "--data", data}, nil, &said, &said); code != exitUsage {
		t.Errorf("exit code %d: %s", code, said.String())
	}
}

// A server whose database is away, at its start and later, serves all the same, says so, and stores everything when the
// database comes.
func TestServeWithoutDatabase(t *testing.T) {
	server := pgtest.New(t)
	spec := server.Database(t)
	server.Stop(t, "fast")
	path, payloads := dense(t, 5000)
	data := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, url := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--store", spec, "--listen", freeAddress(t))
	waiting := func(r wire.Readiness) bool {
		return r.Ready && len(r.Stores) == 1 && !r.Stores[0].Working && r.Stores[0].Trouble != "" &&
			slices.ContainsFunc(r.Stores[0].Sessions, func(s wire.WriterState) bool {
				return s.State == "waiting" && s.Reason != "" && s.LagMessages > 0 && s.Since != ""
			})
	}
	readiness(ctx, t, url, waiting)
	server.Start(t)
	readiness(ctx, t, url, func(r wire.Readiness) bool { return r.Stores[0].Working && r.Stores[0].Sessions[0].Stored > 0 })
	server.Stop(t, "immediate")
	readiness(ctx, t, url, waiting)
	server.Start(t)
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return r.Stores[0].Working && r.Stores[0].Sessions[0].State == "ended" && r.Stores[0].Sessions[0].Stored == uint64(len(payloads))
	})
	stopServer(t, cmd)
	straight := exportAll(t, exitDone, filepath.Join(data, "sessions", denseKey, logName))
	sameFiles(t, exportAll(t, exitDone, denseKey, "--from", "store", "--store", spec), straight)
}

// Published tables are imported together, with their defects; a session that is stored from its log is left.
func TestImportTables(t *testing.T) {
	root := filepath.Dir(liveTiming(t))
	spec := "sqlite:" + filepath.Join(t.TempDir(), "pitwall.db")
	run := func(code int, args ...string) (out, errs string) {
		t.Helper()
		var said, told bytes.Buffer
		if got := Main(append(args, "--store", spec), nil, &said, &told); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, told.String())
		}
		return said.String(), told.String()
	}
	laps := filepath.Join(root, "laps", "fastf1", "gp_laps_transformed_2018.csv.gz")
	report, told := run(exitPartial, "import", laps, filepath.Join(root, "results", "f1db"))
	if !strings.Contains(report, "clock_shift") || !strings.Contains(told, "21 sessions stored, 0 samples, ") || !strings.Contains(told, "; 0 sessions were left") {
		t.Errorf("%s\n%s", report, told)
	}
	rows, _ := run(exitDone, "export", "azerbaijan_2018_race", "--from", "store", "--table", "laps")
	if n := strings.Count(rows, "\r\n"); n < 800 {
		t.Errorf("%d lines of laps", n)
	}
	e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	k, err := storeFlags{Store: spec}.open(e, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := k.close(); err != nil {
			t.Error(err)
		}
	}()
	season, err := k.SeasonResults(t.Context(), 1976, false)
	if err != nil || len(season) != 16 || season[0].Status != store.ResultFinal || season[0].Source != "f1db" {
		t.Errorf("%d races of 1976, %v", len(season), err)
	}
	run(exitFailed, "import", filepath.Join(root, "README.md"))
}

// A race that is stored from its log, under the feed's key, and imported from tables, which do not know that key, is one
// race, whichever came first: Hamilton had 408 points in 2018.
func TestImportOnce(t *testing.T) {
	root := filepath.Dir(liveTiming(t))
	recorded := filepath.Join(root, "live-timing", "archive", "2018", "2018-04-29_Azerbaijan_Grand_Prix", "2018-04-29_Race")
	published := []string{filepath.Join(root, "laps", "fastf1", "gp_laps_transformed_2018.csv.gz"), filepath.Join(root, "results", "f1db")}
	for _, logFirst := range []bool{true, false} {
		spec := "sqlite:" + filepath.Join(t.TempDir(), "pitwall.db")
		run := func(code int, paths ...string) string {
			t.Helper()
			var said, told bytes.Buffer
			if got := Main(append([]string{"import", "--no-log", "--store", spec}, paths...), nil, &said, &told); got != code {
				t.Fatalf("%v: exit code %d, want %d: %s", paths, got, code, told.String())
			}
			return told.String()
		}
		if logFirst {
			run(exitDone, recorded)
			if told := run(exitPartial, published...); !strings.Contains(told, "20 sessions stored, ") || !strings.Contains(told, "; 1 sessions were left") {
				t.Error(told)
			}
		} else {
			run(exitPartial, published...)
			run(exitDone, recorded)
		}
		e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
		k, err := storeFlags{Store: spec}.open(e, "")
		if err != nil {
			t.Fatal(err)
		}
		season, err := k.SeasonResults(t.Context(), 2018, false)
		if err != nil || len(season) != 21 {
			t.Errorf("%d races of 2018, %v", len(season), err)
		}
		points := 0.0
		for i := range season {
			for _, row := range season[i].Rows {
				if row.DriverNumber == 44 {
					points += row.Points.Value
				}
			}
		}
		races, err := k.Sessions(t.Context(), store.SessionQuery{Season: 2018, Round: 4})
		if err != nil || len(races) != 1 || races[0].Log == "" || races[0].ID != "azerbaijan_2018_race" {
			t.Errorf("%+v, %v", races, err)
		}
		versions, err := k.Versions(t.Context(), "azerbaijan_2018_race")
		if err != nil || len(versions) < 2 || versions[len(versions)-1].Session != races[0].SessionKey {
			t.Errorf("%+v, %v", versions, err)
		}
		if points != 408 {
			t.Errorf("log first %t: %g points", logFirst, points)
		}
		if err := k.close(); err != nil {
			t.Error(err)
		}
	}
}
