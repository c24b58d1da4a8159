package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store/objects"
	"pitwall.live/internal/wire"
)

// longLog is a data folder with an earlier session whose log makes several segments.
func longLog(t *testing.T, key, messages int) (data, path string) {
	t.Helper()
	data = t.TempDir()
	path = sessionlog.Path(data, fmt.Sprint(key))
	log, err := sessionlog.Open(path, fmt.Sprint(key))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)
	batch := []feed.Message{{Topic: feed.TopicSessionInfo, Time: start,
		Payload: fmt.Appendf(nil, `{"Key":%d,"Type":"Race","Name":"Race","Meeting":{"Name":"Long Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`, key)}}
	for i := range messages {
		at := start.Add(time.Duration(i) * time.Millisecond)
		batch = append(batch, feed.Message{Topic: feed.TopicHeartbeat, Time: at, Payload: fmt.Appendf(nil, `{"Utc":"%s"}`, at.Format(time.RFC3339Nano))})
	}
	if _, err := log.Append(batch); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return data, path
}

// killed ends a process as a power cut would.
func killed(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// until waits for something to be so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); !so(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("it never came: %s", what)
		}
	}
}

// A server that is killed in the middle of sealing goes on with it when it starts again, and what is restored is the
// log, byte by byte. Its tables are kept as Parquet when the store has the whole session, and the server that follows
// neither seals nor writes anything again.
func TestServeSealsKilled(t *testing.T) {
	data, log := longLog(t, 5151, 110_000)
	kept := t.TempDir()
	live, _ := dense(t, 300)
	serve := []string{"serve", "--source", "recording:" + live, "--data", data, "--objects", folderURL(kept), "--listen", "127.0.0.1:0"}
	cmd, _ := startServer(t, serve...)
	segments := func() int {
		all, err := filepath.Glob(filepath.Join(kept, "raw", "2025", "5151", "*.zst"))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	until(t, "the first segment", func() bool { return segments() > 0 })
	killed(t, cmd)
	t.Logf("killed after %d segments", segments())
	cmd, url := startServer(t, serve...)
	o, err := openObjects(folderURL(kept))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close() //nolint:errcheck // a folder
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	session := objects.Session{Season: 2025, Key: "5151"}
	until(t, "the whole recording", func() bool {
		m, err := o.Manifest(ctx, session)
		return err == nil && m.Complete && m.Last() == 110_001
	})
	until(t, "the tables of both sessions", func() bool {
		all, err := o.TableSessions(ctx)
		done := readNotes(filepath.Join(data, "objects.json"), folderURL(kept)+" sqlite", slog.New(slog.DiscardHandler))
		return err == nil && len(all) == 2 && len(done.Parquet) == 2 && len(done.Raw) == 2
	})
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 2 && r.Stores[1].Store == "objects" && r.Stores[1].Working && r.Stores[1].Backlog.Done == r.Stores[1].Backlog.Total
	})
	stopServer(t, cmd)
	before := readAllFiles(t, kept)
	cmd, url = startServer(t, serve...)
	readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 2 && r.Stores[1].Backlog.Done == r.Stores[1].Backlog.Total
	})
	stopServer(t, cmd)
	sameBytes(t, readAllFiles(t, kept), before)

	again := t.TempDir()
	pitwallRun(t, 0, "backup", "--data", data, "--objects", folderURL(kept))
	pitwallRun(t, 0, "restore", "--data", again, "--objects", folderURL(kept), "--logs")
	sameBytes(t, readAllFiles(t, filepath.Join(again, "sessions", "5151")), readAllFiles(t, filepath.Dir(log)))
}

// Objects that can not be reached hold up nothing: the session is followed and stored, and readyz says what is wrong,
// without a secret.
func TestServeWithoutObjects(t *testing.T) {
	path, payloads := dense(t, 500)
	nobody := freeAddress(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "somebody")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "geheimgeheim")
	cmd, url := startServer(t, "serve", "--source", "recording:"+path, "--data", t.TempDir(), "--listen", "127.0.0.1:0",
		"--objects", "s3://bucket/x?endpoint=http://"+nobody+"&path_style=1", "--redis", "redis://:geheim@"+nobody+"/0", "--clickhouse", "http://u:geheim@"+nobody+"/pitwall")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	waitForSession(ctx, t, url)
	r := readiness(ctx, t, url, func(r wire.Readiness) bool {
		return len(r.Stores) == 4 && !r.Stores[1].Working && len(r.Stores[0].Sessions) == 1 && r.Stores[0].Sessions[0].Stored == uint64(len(payloads))
	})
	if !r.Ready || !r.Stores[0].Working || r.Stores[1].Trouble == "" || r.Stores[2].Store != "redis" || r.Stores[2].Working || r.Stores[3].Store != "clickhouse" || r.Stores[3].Trouble == "" {
		t.Errorf("%+v", r)
	}
	stopServer(t, cmd)
	said := fmt.Sprint(r, cmd.Stderr)
	if strings.Contains(said, "geheim") {
		t.Errorf("a secret is said: %s", said)
	}
	says(t, said, "objects do not take it", "ClickHouse does not take")
}

// What a running session has is sealed after a while, also when it fills no segment; what comes later follows.
func TestSealsWhileRunning(t *testing.T) {
	data, path := longLog(t, 71, 10)
	log, err := sessionlog.Open(path, "71")
	if err != nil {
		t.Fatal(err)
	}
	e := &env{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	a, err := archiveFlags{objectsFlags: objectsFlags{folderURL(t.TempDir())}}.openArchive(e, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	a.sealEvery = 5 * time.Millisecond
	a.follow(log)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.run(ctx) }()
	sealed := func(n uint64) func() bool {
		return func() bool {
			m, err := a.objects.Manifest(t.Context(), objects.Session{Season: 2025, Key: "71"})
			return err == nil && m.Last() == n
		}
	}
	until(t, "the beginning", sealed(11))
	add := func() {
		if _, err := log.Append([]feed.Message{{Topic: feed.TopicHeartbeat, Time: time.Now(), Payload: fmt.Appendf(nil, `{"Utc":"%d"}`, log.Len())}}); err != nil {
			t.Fatal(err)
		}
	}
	add()
	until(t, "one more", sealed(12))
	add()
	a.leave("71")
	until(t, "the end", func() bool {
		st := a.states()[0]
		return st.Working && len(st.Sessions) == 1 && st.Sessions[0].State == "ended" && st.Sessions[0].Stored == 13
	})
	stop()
	if err := errors.Join(<-done, log.Close(), a.close()); err != nil {
		t.Fatal(err)
	}
}

// What is not to be kept is removed and said, and does not come back.
func TestRetention(t *testing.T) {
	data, _ := longLog(t, 61, 10)
	other, _ := longLog(t, 62, 10)
	if err := os.Rename(filepath.Join(other, "sessions", "62"), filepath.Join(data, "sessions", "62")); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	e := &env{ctx: t.Context(), out: t.Output(), err: t.Output(), log: slog.New(slog.NewTextHandler(&log, nil))}
	var one keep
	if err := one.UnmarshalText([]byte("1")); err != nil {
		t.Fatal(err)
	}
	flags := archiveFlags{objectsFlags: objectsFlags{folderURL(t.TempDir())}, KeepRaw: one}
	open := func() *archive {
		t.Helper()
		a, err := flags.openArchive(e, data, nil)
		if err != nil {
			t.Fatal(err)
		}
		paths, err := logsIn(data)
		if err != nil || len(paths) != 2 {
			t.Fatalf("%v, %v", paths, err)
		}
		a.sealLater(paths)
		a.sealEarlier(t.Context())
		return a
	}
	a := open()
	if err := a.retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	says(t, log.String(), `not kept any longer" kind=raw name=2025/6\d why="more than 1"`)
	a = open()
	if all, err := a.objects.Recordings(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("after the next start: %v, %v", all, err)
	}
	if _, err := (archiveFlags{KeepRaw: one}).openArchive(e, data, nil); err == nil {
		t.Error("retention without objects is taken")
	}
}

func TestKeep(t *testing.T) {
	for text, want := range map[string]objects.Keep{
		"50": {MaxCount: 50}, "720h": {MaxAge: 720 * time.Hour}, "400d": {MaxAge: 9600 * time.Hour}, "30d, 5": {MaxAge: 720 * time.Hour, MaxCount: 5},
	} {
		var k keep
		if err := k.UnmarshalText([]byte(text)); err != nil || k.Keep != want {
			t.Errorf("%s: %+v, %v", text, k, err)
		}
	}
	for _, text := range []string{"", "0", "-5", "-3h", "1d,2d", "5,6", "d", "99999999d", "soon"} {
		if err := new(keep).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
