package postgres

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres/pgtest"
)

// crashLaps is how long the session of the crash tests is.
const crashLaps = 24

// undisturbed is the dump of a session that was written without trouble.
func undisturbed(t *testing.T) string {
	s, h := open(t), newHistory(crashLaps)
	h.writeAll(t, s)
	return dump(t, s)
}

// follow writes a session from where the store is to its end. Whatever fails is tried again: the caller ends it.
func follow(ctx context.Context, s *Store, h *history, told func(lap int, err error)) error {
	for {
		at := uint64(0)
		found, err := s.Find(ctx, h.key)
		if err == nil {
			at = found.Offset
		} else if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		for n := int(at/10) + 1; err == nil && n <= h.laps; n++ {
			if err = s.Write(ctx, h.batch(n)); err == nil {
				told(n, nil)
			}
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		told(0, err)
	}
}

// The server crashes and comes back at moments of its own choice while a session is written: the writer gets a clear error,
// its next call works, and the rows are those of an undisturbed run.
func TestServerCrashes(t *testing.T) {
	want := undisturbed(t)
	server := pgtest.New(t)
	s := openAt(t, server.URL("postgres"))
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	laps, failures, ended := make(chan int, crashLaps), make(chan error, 1), make(chan error, 1)
	go func() {
		ended <- follow(ctx, s, newHistory(crashLaps), func(lap int, err error) {
			if err == nil {
				laps <- lap
				return
			}
			select {
			case failures <- err:
			default: // one is looked at
			}
		})
	}()
	r := rand.New(rand.NewPCG(1, 2))
	for crash := range 5 {
		for range 1 + r.IntN(3) { // some way into the session, then somewhere within a batch
			select {
			case <-laps:
			case <-ctx.Done():
				t.Fatal(ctx.Err())
			}
		}
		within := time.NewTimer(time.Duration(r.IntN(30)) * time.Millisecond)
		<-within.C
		if crash%2 == 0 {
			server.Stop(t, "immediate")
		} else {
			server.Kill(t)
		}
		select {
		case err := <-failures:
			if text := err.Error(); !strings.HasPrefix(text, "store/postgres: ") || !strings.Contains(text, "can not be reached") && !strings.Contains(text, "going down") {
				t.Errorf("crash %d: the error is not clear: %v", crash, err)
			}
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		}
		server.Start(t)
		for len(failures) > 0 {
			<-failures
		}
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if got := dump(t, s); got != want {
		t.Errorf("the rows are\n%s\nwant\n%s", got, want)
	}
}

// The writer is killed again and again; its successor goes on, and the rows are those of an undisturbed run.
func TestWriterKilled(t *testing.T) {
	want := undisturbed(t)
	url := pgtest.Database(t)
	s := openAt(t, url)
	r := rand.New(rand.NewPCG(3, 4))
	for kill := 0; ; kill++ {
		writer := exec.Command(os.Args[0], "-test.run=^TestHelperWriter$")
		writer.Env = append(os.Environ(), "PITWALL_TEST_WRITER="+url)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err = writer.Start(); err != nil {
			t.Fatal(err)
		}
		left, ended := 1+r.IntN(4), false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "ended" {
				ended = true
				break
			}
			if left--; left == 0 && kill < 6 {
				within := time.NewTimer(time.Duration(r.IntN(20)) * time.Millisecond)
				<-within.C
				break
			}
		}
		if err = writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = writer.Wait() // it was killed
		if ended {
			break
		}
		if kill > 20 {
			t.Fatal("the session does not end")
		}
	}
	if got := dump(t, s); got != want {
		t.Errorf("the rows are\n%s\nwant\n%s", got, want)
	}
}

// TestHelperWriter is the writer of TestWriterKilled in a process of its own.
func TestHelperWriter(t *testing.T) {
	url := os.Getenv("PITWALL_TEST_WRITER")
	if url == "" {
		return // only as a helper
	}
	s := openAt(t, url)
	err := follow(context.Background(), s, newHistory(crashLaps), func(lap int, err error) {
		if err == nil {
			fmt.Fprintln(os.Stdout, "lap", lap)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stdout, "ended")
	select {} // until it is killed
}

// Two writers of the same log get into each other's way, and the rows are those of one.
func TestTwoWriters(t *testing.T) {
	want := undisturbed(t)
	url := pgtest.Database(t)
	a, b := openAt(t, url), openAt(t, url)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	ended := make(chan error, 2)
	for _, s := range []*Store{a, b} {
		go func() { ended <- follow(ctx, s, newHistory(crashLaps), func(int, error) {}) }()
	}
	if err := errors.Join(<-ended, <-ended); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, a); got != want {
		t.Errorf("the rows are\n%s\nwant\n%s", got, want)
	}
}
