package ingest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// endless is a session without an end, always the same.
type endless struct{ i int }

func (e *endless) Next(m *feed.Message) error {
	*m = msg("TimingData", fmt.Sprintf(`{"Lines":{"44":{"NumberOfLaps":%d}}}`, e.i), e.i/3)
	if e.i == 0 {
		*m = msg("SessionInfo", info(7), 0)
	}
	e.i++
	return nil
}

// child records or ingests until it is killed, and prints each offset once it was announced.
func child(what, path string) {
	source := source{"endless", func(ctx context.Context, out Out) error {
		for e := (endless{}); ; {
			batch := make([]feed.Message, 1+e.i%5)
			for i := range batch {
				if err := e.Next(&batch[i]); err != nil {
					return err
				}
			}
			if _, err := out(batch); err != nil {
				return err
			}
		}
	}}
	discard := slog.New(slog.DiscardHandler)
	var err error
	switch what {
	case "record":
		file := path
		var before uint64
		if log, err := sessionlog.OpenRead(file); err == nil {
			before = log.Len()
			if err := log.Close(); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		_, err = Record(context.Background(), source, path, Recording{Log: discard, Progress: func(s Status) {
			fmt.Fprintln(os.Stdout, before+s.Kept)
		}})
	case "ingest":
		cfg := Default()
		cfg.DataDir, cfg.Log = path, discard
		cfg.Hooks.Published = func(_ string, ms []feed.Message) {
			for _, m := range ms {
				fmt.Fprintln(os.Stdout, m.Offset)
			}
		}
		err = New(cfg).Run(context.Background(), source)
	}
	fmt.Fprintln(os.Stderr, "ended:", err)
	os.Exit(1)
}

// Killed at twenty random moments, the log holds all that was announced and the session goes on without
// a gap and without a message twice.
func TestKill(t *testing.T) {
	f := func(what, path, file string) {
		t.Helper()
		seed := rand.Uint64()
		t.Logf("%s: seed %d", what, seed)
		rnd := rand.New(rand.NewPCG(seed, 0))
		var announced uint64
		for range 20 {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "PITWALL_TEST_CHILD="+what, "PITWALL_TEST_PATH="+path)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			announced = max(announced, killAfter(t, cmd, out, rnd.IntN(500)))
			if err := cmd.Wait(); err == nil {
				t.Fatal("the child was not killed")
			}
			log, err := sessionlog.OpenRead(file)
			if err != nil {
				t.Fatal(err)
			}
			if log.Len() < announced || announced == 0 || log.Repair().CorruptTotal > 0 {
				t.Fatalf("announced %d, the log ends at %d, %+v", announced, log.Len(), log.Repair())
			}
			var e endless
			if err := log.Each(1, func(m *feed.Message) error {
				var want feed.Message
				if err := e.Next(&want); err != nil {
					return err
				}
				if string(m.Payload) != string(want.Payload) || !m.Time.Equal(want.Time) {
					return fmt.Errorf("offset %d holds %s, want %s", m.Offset, m.Payload, want.Payload)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if uint64(e.i) != log.Len() {
				t.Fatalf("%d messages of %d", e.i, log.Len())
			}
			if err := log.Close(); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s: %d messages announced", what, announced)
	}
	dir := t.TempDir()
	f("record", filepath.Join(dir, "r.jsonl"), filepath.Join(dir, "r.jsonl"))
	f("ingest", dir, sessionlog.Path(dir, "7"))
}

// killAfter kills cmd when it has announced so many times, and returns the last offset it announced.
func killAfter(t *testing.T, cmd *exec.Cmd, out io.Reader, left int) (last uint64) {
	t.Helper()
	for lines := bufio.NewScanner(out); lines.Scan(); left-- {
		o, err := strconv.ParseUint(lines.Text(), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		last = max(last, o)
		if left == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return last
}
