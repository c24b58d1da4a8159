package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/watch"
	"pitwall.live/internal/wire"
)

// stopServer interrupts a server, which has to end by itself and well.
func stopServer(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("interrupted, the server ended with %v\n%s", err, cmd.Stderr)
	}
}

// Viewers one and two seconds behind a running server get each message that long after it was received, and
// not before; one on a private clock none that is newer than what its clock says.
func TestDelayedViewers(t *testing.T) {
	path, _ := dense(t, 20000)
	data := t.TempDir()
	cmd, url := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--listen", "127.0.0.1:0")
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	waitForSession(ctx, t, url)
	type arrival struct {
		delay  time.Duration
		offset uint64
		at     time.Time
	}
	arrivals := make(chan []arrival, 3)
	for _, delay := range []int{0, 1, 2} {
		go func() {
			channel := "timing:raw:" + denseKey + ":each"
			if delay > 0 {
				channel += fmt.Sprintf("@live-%d", delay)
			}
			var got []arrival
			f := &watch.Follower{Server: url, Channel: channel, Handle: func(m watch.Message) error {
				if m.Type != "snapshot" {
					got = append(got, arrival{time.Duration(delay) * time.Second, m.Offset, time.Now()})
				}
				if len(got) == 1500 {
					return errEnough
				}
				return nil
			}}
			if err := f.Run(ctx); !errors.Is(err, errEnough) {
				t.Errorf("%s: %v after %d messages", channel, err, len(got))
			}
			arrivals <- got
		}()
	}
	var all []arrival
	for range 3 {
		all = append(all, <-arrivals...)
	}
	replayClock(ctx, t, url)
	stopServer(t, cmd)
	log, err := sessionlog.OpenRead(sessionlog.Path(data, denseKey))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	soonest := map[time.Duration]time.Duration{}
	for _, a := range all {
		m, err := log.At(a.offset)
		if err != nil {
			t.Fatal(err)
		}
		after := a.at.Sub(m.Received)
		if after < a.delay {
			t.Fatalf("message %d was seen %v after it came, by a viewer %v behind", a.offset, after, a.delay)
		}
		if s, ok := soonest[a.delay]; !ok || after < s {
			soonest[a.delay] = after
		}
	}
	t.Logf("soonest after it came, by delay: %v", soonest)
}

// replayClock follows a private clock of the dense session and holds it to what it says.
func replayClock(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	var c wire.ClockState
	request(ctx, t, http.MethodPost, url+"/api/v1/clocks", `{"session_key":"`+denseKey+`","speed":3}`, &c)
	seen, sought := 0, false
	f := &watch.Follower{Server: url, Channel: strings.Replace(c.Channel, "timing:", "timing:raw:", 1), Handle: func(m watch.Message) error {
		if sought && m.Type != "snapshot" {
			return nil // it was on its way when the clock went back; the whole state marks the seek
		}
		sought = false
		var now wire.ClockState
		request(ctx, t, http.MethodGet, url+"/api/v1/clocks/"+c.ID, "", &now)
		if m.SrcT > string(now.At) {
			return fmt.Errorf("a message of %s at %s", m.SrcT, now.At)
		}
		switch seen++; seen {
		case 20:
			request(ctx, t, http.MethodPatch, url+"/api/v1/clocks/"+c.ID, `{"at":"2025-05-04T15:00:00.500Z","speed":0.5}`, &now)
			sought = true
		case 40:
			return errEnough
		}
		return nil
	}}
	if err := f.Run(ctx); !errors.Is(err, errEnough) {
		t.Fatalf("private clock: %v after %d messages", err, seen)
	}
}

// request sends JSON and decodes the answer, which has to be good.
func request(ctx context.Context, t *testing.T, method, url, body string, answer any) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %s %s %v", method, url, resp.Status, b, err)
	}
	if err := json.Unmarshal(b, answer); err != nil {
		t.Fatalf("%s %s: %v: %s", method, url, err, b)
	}
}

// waitForSession returns when the server lists a session that is live.
func waitForSession(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	f := &watch.Follower{Server: url, Channel: "sessions", Handle: func(m watch.Message) error {
		var list wire.Sessions
		if err := json.Unmarshal(m.Data, &list); err != nil {
			return err
		}
		if len(list.Sessions) > 0 && list.Sessions[0].Live {
			return errEnough
		}
		return nil
	}}
	if err := f.Run(ctx); !errors.Is(err, errEnough) {
		t.Fatalf("no live session: %v", err)
	}
}

// A replay plays from where it was told to, is watched from a terminal, and leaves nothing behind.
func TestReplayProcess(t *testing.T) {
	dir := t.TempDir()
	if out, err := pitwallProcess(t, dir, "simulate", "--circuit", "baku", "--laps", "3", "--out", "race").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	cmd, url := startServer(t, "replay", filepath.Join(dir, "race"), "--listen", "127.0.0.1:0", "--from", "2", "--speed", "5")
	var c wire.ClockState
	request(t.Context(), t, http.MethodPatch, url+"/api/v1/clocks/default", `{"paused":true}`, &c)
	if c.ID != "default" || c.Lap == nil || *c.Lap < 2 || c.Speed != 5 || !c.Paused {
		t.Errorf("%+v", c)
	}
	board, err := pitwallProcess(t, dir, "watch", strings.TrimPrefix(url, "http://"), "--once").CombinedOutput()
	if err != nil || !strings.Contains(string(board), "NOR") || strings.Contains(string(board), "\x1b") {
		t.Errorf("%v\n%s", err, board)
	}
	out, err := pitwallProcess(t, dir, "watch", url, "--once", "--session", "none").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "timing:none") {
		t.Errorf("a session that is none: %v\n%s", err, out)
	}
	stopServer(t, cmd)
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// The binary that make run starts carries the board, not the page that stands in for it.
func TestBinaryServesTheBoard(t *testing.T) {
	path := os.Getenv("PITWALL_BIN") // make test sets it, and then it has to be there
	if path == "" {
		path = filepath.Join("..", "..", "bin", "pitwall")
		if _, err := os.Stat(path); err != nil {
			t.Skipf("no binary to look at (%v): make build", err)
		}
	}
	cmd, url := startProcess(t, exec.Command(path, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir()))
	defer stopServer(t, cmd)
	get := func(path string) string {
		t.Helper()
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, resp.Status, err)
		}
		return string(b)
	}
	page := get("/")
	scripts := regexp.MustCompile(`(?:src|href)="(/_next/static/[^"]+\.(?:js|css))"`).FindAllStringSubmatch(page, -1)
	if len(scripts) == 0 {
		t.Fatalf("%s serves a placeholder instead of the board: make build\n%.300s", path, page)
	}
	for _, s := range scripts {
		if get(s[1]) == "" {
			t.Errorf("%s is empty", s[1])
		}
	}
	waitForSession(t.Context(), t, url)
}
