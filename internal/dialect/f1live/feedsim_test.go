package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/sessionlog"
)

// feedsim is the load harness's hub: somebody else's reading of the protocol.
type feedsim struct {
	t    *testing.T
	bin  string
	args []string
	addr string
	cmd  *exec.Cmd
}

// buildFeedsim builds it from ../shared and writes a workload of n messages.
func buildFeedsim(t *testing.T, n int) *feedsim {
	t.Helper()
	source, err := filepath.Abs("../../../../shared/harness")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(source); err != nil {
		t.Skipf("../shared is not here, so neither is the load harness: %v", err)
	}
	dir := t.TempDir()
	f := &feedsim{t: t, bin: filepath.Join(dir, "feedsim")}
	build := exec.Command("go", "build", "-o", f.bin, "./cmd/feedsim")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the harness: %v\n%s", err, out)
	}
	var lines bytes.Buffer
	for i := range n {
		at := time.Date(2024, 7, 5, 11, 30, 0, i*50_000_000, time.UTC).Format("2006-01-02T15:04:05.000Z")
		switch i % 3 {
		case 0:
			fmt.Fprintf(&lines, `["TimingData",{"Lines":{"44":{"NumberOfLaps":%d}}},%q]`+"\n", i, at)
		case 1:
			fmt.Fprintf(&lines, `["CarData.z","7ZQ%d=",%q]`+"\n", i, at)
		case 2:
			fmt.Fprintf(&lines, `["TrackStatus", {"Status": "%d"},%q]`+"\n", 1+i%2, at)
		}
	}
	recording, snapshot := filepath.Join(dir, "race.jsonl"), filepath.Join(dir, "snapshot.json")
	if err := os.WriteFile(recording, lines.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	state := `{"TrackStatus":{"Status":"1","_kf":true},"SessionInfo":{"Key":9574,"Type":"Race"},"TimingData":{"Lines":{}}}`
	if err := os.WriteFile(snapshot, []byte(state), 0o644); err != nil {
		t.Fatal(err)
	}
	f.args = []string{"-recording", recording, "-snapshot", snapshot}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.addr = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	return f
}

// start runs it until stop, and returns when it listens, which it says just before it does.
func (f *feedsim) start() {
	f.t.Helper()
	f.cmd = exec.Command(f.bin, append([]string{"-addr", f.addr}, f.args...)...)
	said, err := f.cmd.StderrPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	if n, err := said.Read(make([]byte, 256)); n == 0 {
		f.t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		conn, err := net.DialTimeout("tcp", f.addr, time.Second)
		if err == nil {
			if err := conn.Close(); err != nil {
				f.t.Error(err)
			}
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatal(err)
		}
	}
}

func (f *feedsim) stop() {
	if f.cmd == nil {
		return
	}
	if err := f.cmd.Process.Kill(); err != nil {
		f.t.Error(err)
	}
	if err := f.cmd.Wait(); err == nil {
		f.t.Error("the hub ended by itself")
	}
	f.cmd = nil
}

func (f *feedsim) play(query string) {
	f.t.Helper()
	resp, err := http.Get("http://" + f.addr + "/ctl/start?" + query)
	if err != nil {
		f.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != 200 {
		f.t.Fatalf("%s %s %v", resp.Status, body, err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// From a real hub into the log: every message, in order, payload untouched; the hub dies, comes back, and
// its snapshot is taken as what holds now.
func TestFeedsim(t *testing.T) {
	const n = 600
	hub := buildFeedsim(t, n)
	defer hub.stop()
	for _, address := range []string{"ws://%s/", "http://%s", "http://%s/signalrcore"} {
		hub.start()
		followFeedsim(t, hub, fmt.Sprintf(address, hub.addr), n)
		hub.stop()
	}
}

func followFeedsim(t *testing.T, hub *feedsim, url string, n int) {
	cfg := Default()
	cfg.URL, cfg.Log = url, slog.New(slog.DiscardHandler)
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	ic := ingest.Default()
	ic.DataDir, ic.Log = t.TempDir(), cfg.Log
	opened := make(chan *sessionlog.Log, 1)
	ic.Hooks.Opened = func(_, key string, log *sessionlog.Log) error { opened <- log; return nil }
	in := ingest.New(ic)
	defer func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}()
	done := make(chan error, 1)
	go func() { done <- in.Run(ctx, client) }()
	log := <-opened
	wait := func(count uint64) {
		t.Helper()
		for {
			changed := log.Changed()
			if log.Len() >= count {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
				t.Fatalf("%s: %d messages, want %d; %+v", url, log.Len(), count, in.Status())
			}
		}
	}
	wait(3) // the snapshot
	hub.play(fmt.Sprintf("rate=5000&limit=%d", n))
	wait(uint64(3 + n))
	checkFeedsim(t, log, n)
	// The hub dies and comes back. Its snapshot says no time, so it is of now, and all of it is news.
	hub.stop()
	hub.start()
	wait(uint64(3 + n + 3))
	for o, want := range map[uint64]string{uint64(n) + 5: `{"Status":"1","_kf":true}`, uint64(n) + 6: `{"Lines":{}}`} {
		m, err := log.At(o)
		if err != nil || !m.Snapshot || string(m.Payload) != want {
			t.Errorf("%d is %+v, %v, want the snapshot %s", o, m, err, want)
		}
	}
	if s := in.Status()[0]; s.Runs < 2 || !s.Connected || s.Session != "9574" || s.DeadLetters != 0 || len(s.Missing) == 0 {
		t.Errorf("%+v", s)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// checkFeedsim compares the log with the workload. The hub puts a stamp into objects.
func checkFeedsim(t *testing.T, log *sessionlog.Log, n int) {
	t.Helper()
	i := -3
	if err := log.Each(1, func(m *feed.Message) error {
		defer func() { i++ }()
		if i < 0 || i >= n {
			if i < 0 && (!m.Snapshot || m.Received.Sub(m.Time).Abs() > time.Minute) {
				t.Errorf("%+v is no snapshot of now", m)
			}
			return nil
		}
		want := []string{
			fmt.Sprintf(`"Lines":{"44":{"NumberOfLaps":%d}}}`, i), fmt.Sprintf(`"7ZQ%d="`, i), fmt.Sprintf(`"Status": "%d"}`, 1+i%2),
		}[i%3]
		topic := []string{"TimingData", "CarData.z", "TrackStatus"}[i%3]
		at := time.Date(2024, 7, 5, 11, 30, 0, i*50_000_000, time.UTC)
		stamped := i%3 == 1 || strings.HasPrefix(string(m.Payload), `{"_pw":"`) && json.Valid(m.Payload)
		if m.Topic != topic || !strings.HasSuffix(string(m.Payload), want) || !stamped || !m.Time.Equal(at) || m.Snapshot {
			t.Errorf("message %d is %s %s %v, want %s …%s %v", i, m.Topic, m.Payload, m.Time, topic, want, at)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
