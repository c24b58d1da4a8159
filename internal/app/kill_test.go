package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/watch"
)

// denseKey is the session of a dense recording.
const denseKey = "9999"

// dense writes a recording of n messages, one a millisecond, no two alike.
func dense(t *testing.T, n int) (path string, payloads []string) {
	t.Helper()
	var b bytes.Buffer
	start := time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC)
	for i := range n {
		topic, payload := feed.TopicTimingData, fmt.Sprintf(`{"Lines":{"%d":{"NumberOfLaps":%d}}}`, 1+i%20, i)
		switch {
		case i == 0:
			topic, payload = feed.TopicSessionInfo, `{"Key":`+denseKey+`,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`
		case i%100 == 0:
			topic, payload = feed.TopicRaceControlMessages, fmt.Sprintf(`{"Messages":{"%d":{"Utc":"2025-05-04T15:00:00","Category":"Other","Message":"NUMBER %d"}}}`, i/100-1, i)
		}
		at := start.Add(time.Duration(i) * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
		fmt.Fprintf(&b, `{"Type":"%s","Json":%s,"DateTime":"%s"}`+"\n", topic, payload, at)
		payloads = append(payloads, payload)
	}
	path = filepath.Join(t.TempDir(), "dense.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path, payloads
}

// freeAddress is one nobody listens on at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// startServer starts a pitwall that serves and returns when it says its address.
func startServer(t *testing.T, args ...string) (cmd *exec.Cmd, url string) {
	t.Helper()
	return startProcess(t, pitwallProcess(t, t.TempDir(), args...))
}

func startProcess(t *testing.T, cmd *exec.Cmd) (_ *exec.Cmd, url string) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, url, found := strings.Cut(strings.TrimSpace(line), " is at ")
	if err != nil || !found {
		_ = cmd.Process.Kill() // it is gone or of no use
		_ = cmd.Wait()
		t.Fatalf("%v said %q: %v\n%s", cmd.Args, line, err, said.String())
	}
	go io.Copy(io.Discard, out)
	return cmd, url
}

var errEnough = errors.New("enough")

// viewer keeps all it was sent on a channel of the raw feed, by offset in the log.
type viewer struct {
	watch.Follower
	got       map[uint64]string
	snapshots int
	last      uint64
	left      int // messages to wait for
}

func newViewer(channel string) *viewer {
	v := &viewer{got: map[uint64]string{}}
	v.Channel = channel
	v.Handle = func(m watch.Message) error {
		if m.Type == "snapshot" {
			v.snapshots++
			v.last = 0
		} else {
			if v.last != 0 && m.Offset != v.last+1 {
				return fmt.Errorf("offset %d follows %d", m.Offset, v.last)
			}
			if old, ok := v.got[m.Offset]; ok && old != string(m.Data) {
				return fmt.Errorf("offset %d is %s and was %s", m.Offset, m.Data, old)
			}
			v.last, v.got[m.Offset] = m.Offset, string(m.Data)
		}
		if v.left--; v.left < 0 {
			return errEnough
		}
		return nil
	}
	return v
}

// watch follows until n more messages have come. A server that does not have the session yet is asked again.
func (v *viewer) watch(ctx context.Context, t *testing.T, url string, n int) {
	t.Helper()
	v.Server, v.left = url, n
	for {
		err := v.Run(ctx)
		switch {
		case errors.Is(err, errEnough):
			return
		case ctx.Err() != nil:
			t.Fatalf("%s: %d messages and %d snapshots, then nothing", v.Channel, len(v.got), v.snapshots)
		case !errors.Is(err, watch.ErrRefused):
			t.Fatal(err)
		}
	}
}

// Killed at twenty random moments while it serves, the server has in its log whatever a viewer had seen,
// and the session goes on: the viewer gets a fresh snapshot and then the messages that follow.
func TestKillServe(t *testing.T) {
	path, payloads := dense(t, 30000)
	data, address := t.TempDir(), freeAddress(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	defer cancel()
	v := newViewer("timing:raw:" + denseKey + ":each")
	seen := uint64(0)
	for life := range 21 {
		cmd, url := startServer(t, "serve", "--source", "recording:"+path, "--data", data, "--listen", address)
		v.watch(ctx, t, url, random.IntN(300))
		if life < 20 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("the server was not killed")
			}
		} else {
			stopServer(t, cmd)
		}
		if v.snapshots < life+1 {
			t.Fatalf("life %d: no fresh snapshot", life)
		}
		log, err := sessionlog.OpenRead(sessionlog.Path(data, denseKey))
		if err != nil {
			t.Fatal(err)
		}
		for offset, payload := range v.got {
			m, err := log.At(offset)
			if err != nil || string(m.Payload) != payload {
				t.Fatalf("life %d: seen %s at offset %d, the log has %s, %v", life, payload, offset, m.Payload, err)
			}
		}
		if log.Len() < seen || log.Repair().CorruptTotal > 0 {
			t.Fatalf("life %d: the log went back from %d to %d messages, %+v", life, seen, log.Len(), log.Repair())
		}
		seen = log.Len()
		checkPrefix(t, log, payloads)
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d messages seen, %d in the log", len(v.got), seen)
}

// checkPrefix holds that a log is the recording up to a message: nothing lost, nothing twice.
func checkPrefix(t *testing.T, log *sessionlog.Log, payloads []string) {
	t.Helper()
	n := 0
	if err := log.Each(1, func(m *feed.Message) error {
		if n >= len(payloads) || string(m.Payload) != payloads[n] || m.Offset != uint64(n+1) {
			return fmt.Errorf("message %d is %s at offset %d", n, m.Payload, m.Offset)
		}
		n++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n == 0 || uint64(n) != log.Len() {
		t.Fatalf("%d messages of %d", n, log.Len())
	}
}

// Killed at twenty random moments while it records, and run again to the end, the recorder has every message
// of its source once and in order.
func TestKillRecord(t *testing.T) {
	path, payloads := dense(t, 4000)
	out := filepath.Join(t.TempDir(), "out.jsonl")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	before := uint64(0)
	for range 20 {
		cmd := pitwallProcess(t, t.TempDir(), "record", "--source", "recording:"+path, "--out", out)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		killWhenGrown(t, cmd, out, random.Int64N(20000))
		log, err := sessionlog.OpenRead(out)
		if err != nil {
			t.Fatal(err)
		}
		if log.Len() < before {
			t.Fatalf("the recording went back from %d to %d messages", before, log.Len())
		}
		before = log.Len()
		checkPrefix(t, log, payloads)
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	cmd := pitwallProcess(t, t.TempDir(), "record", "--source", "recording:"+path, "--out", out)
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	log, err := sessionlog.OpenRead(out)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	checkPrefix(t, log, payloads)
	if log.Len() != uint64(len(payloads)) {
		t.Fatalf("%d of %d messages", log.Len(), len(payloads))
	}
	t.Logf("%d messages before the last run", before)
}

// killWhenGrown kills cmd when the file at path has grown by so many bytes, or when it has ended.
func killWhenGrown(t *testing.T, cmd *exec.Cmd, path string, by int64) {
	t.Helper()
	size := func() int64 {
		if info, err := os.Stat(path); err == nil {
			return info.Size()
		}
		return 0
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for before := max(size(), 1); ; {
		select {
		case <-ended:
			return
		case <-look.C:
			if size() > before+by {
				if err := cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Error(err)
				}
				<-ended
				return
			}
		}
	}
}
