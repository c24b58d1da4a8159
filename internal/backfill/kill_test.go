package backfill

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("PITWALL_TEST_MEND"); path != "" {
		mendUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}

// mendUntilKilled mends the log of a child process, which says when it begins and ends.
func mendUntilKilled(path string) {
	all := session()[:4000]
	fmt.Fprintln(os.Stdout, "begins")
	m, err := Mend(context.Background(), path, archived(all))
	if errors.Is(err, ErrNothing) {
		fmt.Fprintln(os.Stdout, "nothing")
		os.Exit(0)
	}
	old, oerr := sessionlog.Open(path, "7")
	if err = errors.Join(err, oerr); err == nil {
		if last := os.Getenv("PITWALL_TEST_STEP"); last != "" {
			m.stepped = func(s step) {
				if strconv.Itoa(int(s)) == last {
					os.Exit(killedCode)
				}
			}
		}
		_, err = m.Replace(old, "old")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, "ends")
	os.Exit(0)
}

// killedCode is with what a process ends at the step it is told.
const killedCode = 7

// Killed at whatever moment, there is one whole log in place: the old one or the new one. The next run comes to the end.
func TestKill(t *testing.T) {
	t.Parallel()
	all := session()[:4000]
	had := followed(t, all, stretch{0, 2000}, stretch{2500, 4000})
	first, took := kept(t, had), time.Duration(0)
	killed := map[string]int{}
	rounds := 4
	if os.Getenv("PITWALL_FULL") != "" {
		rounds = 20
	}
	for n := range rounds {
		path := first
		if n > 0 {
			path = kept(t, had)
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "PITWALL_TEST_MEND="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		lines.Scan() // it begins
		began := time.Now()
		if n > 0 { // the first one says how long it takes
			timer := time.AfterFunc(took*time.Duration(n)/time.Duration(rounds), func() { child.Process.Kill() }) //nolint:errcheck // it may have ended
			defer timer.Stop()
		}
		for lines.Scan() {
			if n == 0 {
				took = time.Since(began)
			}
		}
		err = child.Wait()
		if n == 0 && err != nil {
			t.Fatal(err)
		}
		got := texts(read(t, path))
		switch {
		case slices.Equal(got, texts(had)):
			killed["before"]++
		case len(got) == len(all):
			one(t, path, all)
			killed["behind"]++
		default:
			t.Fatalf("after a kill the log has %d messages, neither %d nor %d", len(got), len(had), len(all))
		}
		if m, err := Mend(t.Context(), path, archived(all)); err == nil {
			replace(t, path, m, nil)
		} else if !errors.Is(err, ErrNothing) {
			t.Fatal(err)
		}
		one(t, path, all)
		if note, err := ReadNote(path); err != nil || !slices.Equal(note.Replaces, []string{"old"}) {
			t.Fatalf("noted is %+v, %v", note, err)
		}
		tidy(t, path)
	}
	t.Logf("a mending took %v; killed %v", took, killed)
	if killed["before"] < rounds/4 {
		t.Errorf("killed %v: that proves nothing", killed)
	}
}

// tidy checks that beside a log there is what should be and nothing else.
func tidy(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"backfill.json", "log.1.jsonl", "log.jsonl"}; !slices.Equal(names, want) {
		t.Errorf("beside the log lie %v, want %v", names, want)
	}
}

// The steps of a replacement, each the last one of a process: there is one whole log, that with the gap or that without, and the
// next run comes to the same end. Of a log that is mended a second time only the one that was followed stays.
func TestKilledBetweenSteps(t *testing.T) {
	t.Parallel()
	all := session()[:4000]
	had := followed(t, all, stretch{0, 2000}, stretch{2500, 4000})
	for last := tookOver; last <= dropped; last++ {
		for _, twice := range []bool{false, true} {
			path, was := kept(t, had), 1
			before := texts(had)
			if twice {
				mend(t, path, archived(all, feed.TopicTimingData))
				before, was = texts(read(t, path)), 2
			}
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), "PITWALL_TEST_MEND="+path, "PITWALL_TEST_STEP="+strconv.Itoa(int(last)))
			var exit *exec.ExitError
			if out, err := child.CombinedOutput(); !errors.As(err, &exit) || exit.ExitCode() != killedCode {
				t.Fatalf("step %d: the process ends with %v: %s", last, err, out)
			}
			if last < renamed {
				if got := texts(read(t, path)); !slices.Equal(got, before) {
					t.Errorf("after step %d the log is another", last)
				}
			} else {
				one(t, path, all)
			}
			note, err := ReadNote(path)
			if want := was - 1 + btoi(last >= renamed); err != nil || len(note.Replaces) != want {
				t.Errorf("after step %d noted is %+v, %v; want %d replaced", last, note, err, want)
			}
			if m, err := Mend(t.Context(), path, archived(all)); err == nil {
				replace(t, path, m, nil)
			} else if !errors.Is(err, ErrNothing) || last < renamed {
				t.Fatal(err)
			}
			one(t, path, all)
			if note, err := ReadNote(path); err != nil || len(note.Replaces) != was || note.Replaces[was-1] != "old" {
				t.Errorf("after step %d and a whole run noted is %+v, %v", last, note, err)
			}
			tidy(t, path)
			if first := read(t, filepath.Join(filepath.Dir(path), "log.1.jsonl")); !slices.Equal(texts(first), texts(had)) {
				t.Errorf("after step %d the log as it was followed is not kept", last)
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
