package objects

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/sessionlog"
)

// job is what the test binary does when it runs itself.
type job struct {
	URL, Log string
	// Limit is the size that no file may pass, 0 for none: the disk is full there.
	Limit uint64
}

const jobBackup = 12 << 20

// runJob seals a log, stores tables and a backup.
func runJob(raw string) int {
	err := func() error {
		var j job
		if err := json.Unmarshal([]byte(raw), &j); err != nil {
			return err
		}
		if j.Limit > 0 {
			signal.Ignore(syscall.SIGXFSZ)
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: j.Limit, Max: j.Limit}); err != nil {
				return err
			}
		}
		log, err := sessionlog.OpenRead(j.Log)
		if err != nil {
			return err
		}
		s, err := Open(small(j.URL))
		if err != nil {
			return err
		}
		backup := bulk(jobBackup)
		fmt.Fprintln(os.Stdout, "ready")
		return s.doJob(log, backup)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (s *Store) doJob(log *sessionlog.Log, backup []byte) error {
	ctx := context.Background()
	l, err := s.Sealer(race, log)
	if err != nil {
		return err
	}
	_, sealing := l.Seal(ctx, true)
	_, storing := s.PutBackup(ctx, "big", bytes.NewReader(backup), int64(len(backup)))
	errs := []error{sealing, storing}
	for _, name := range []string{"laps", "stints", "weather"} {
		_, err := s.PutTable(ctx, TableID{race, name}, func(w io.Writer) error {
			_, err := w.Write(backup[:1<<20])
			return err
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// child runs the job in a process of its own and kills it some time after it began to work, if after is not 0. It
// tells how long it worked.
func (j job) child(t *testing.T, after time.Duration) (worked time.Duration, said string, ok bool) {
	t.Helper()
	raw, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PITWALL_TEST_OBJECTS="+string(raw),
		"AWS_ACCESS_KEY_ID="+testCredentials.AccessKey, "AWS_SECRET_ACCESS_KEY="+testCredentials.SecretKey)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v, %v: %s", line, err, cmd.Wait(), &stderr)
	}
	began := time.Now()
	if after > 0 {
		defer time.AfterFunc(after, func() { cmd.Process.Kill() }).Stop()
	}
	err = cmd.Wait()
	return time.Since(began), stderr.String(), err == nil
}

// Killed at twenty random moments, a process that seals, stores and uploads leaves what one would have left that was
// never disturbed; at no moment is anything half there.
func testKilled(t *testing.T, fresh func(testing.TB) string) {
	log := newLog(t, 120)
	undisturbed := job{URL: fresh(t), Log: log.Path()}
	work, said, ok := undisturbed.child(t, 0)
	if !ok {
		t.Fatal(said)
	}
	want := contents(t, openBucket(t, undisturbed.URL))
	seed := rand.Uint64()
	t.Logf("seed %d, the work takes %s", seed, work)
	rnd := rand.New(rand.NewPCG(seed, 0))
	kills, rounds := 0, 0
	for kills < 20 {
		j := job{URL: fresh(t), Log: log.Path()}
		s := openStore(t, small(j.URL))
		rounds++
		for {
			_, said, ok := j.child(t, time.Duration(1+rnd.Int64N(int64(work))))
			if ok {
				break
			}
			if said != "" {
				t.Fatalf("it failed by itself: %s", said)
			}
			kills++
			wholeSoFar(t, s)
			if kills == 60 {
				t.Fatal("it never comes to its end")
			}
		}
		if got := contents(t, s.bucket); got != want {
			t.Fatalf("undisturbed:\n%s\nkilled %d times:\n%s", want, kills, got)
		}
		sameAs(t, s, log)
		// What was begun anew leaves no upload behind that retention would not find.
		if _, err := s.AbortStale(t.Context(), time.Now().Add(time.Hour), false); err != nil {
			t.Error(err)
		}
		if left, err := s.AbortStale(t.Context(), time.Now().Add(time.Hour), true); err != nil || len(left) > 0 {
			t.Errorf("%v, %v", left, err)
		}
	}
	t.Logf("%d kills, %d times to the end", kills, rounds)
}

// wholeSoFar proves that whatever can be found can be read.
func wholeSoFar(t *testing.T, s *Store) {
	t.Helper()
	damaged, err := s.Verify(t.Context(), race)
	if err != nil && !errors.Is(err, ErrNotFound) || len(damaged) > 0 {
		t.Fatalf("%v, %v", damaged, err)
	}
	listed, err := s.Tables(t.Context(), race)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range listed {
		if got := readTable(t, s, i.TableID); len(got) != 1<<20 {
			t.Fatalf("%d bytes of %s", len(got), i.TableID)
		}
	}
	backups, err := s.Backups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range backups {
		o, err := s.OpenBackup(t.Context(), b.Name)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, o.Reader()); err != nil || n != jobBackup {
			t.Fatalf("%d, %v", n, err)
		}
	}
}

// A full disk is said, leaves nothing that is half there, and when there is room again the same calls end well.
func TestFullDisk(t *testing.T) {
	log := newLog(t, 120)
	undisturbed := job{URL: folderURL(t), Log: log.Path()}
	if _, said, ok := undisturbed.child(t, 0); !ok {
		t.Fatal(said)
	}
	for _, limit := range []uint64{512, 1500, 5000, 600_000, 5 << 20} {
		j := job{URL: folderURL(t), Log: log.Path(), Limit: limit}
		_, said, ok := j.child(t, 0)
		if ok || !strings.Contains(said, "file too large") {
			t.Errorf("limit %d: %v, %s", limit, ok, said)
		}
		s := openStore(t, small(j.URL))
		wholeSoFar(t, s)
		if limit == 5<<20 {
			p, err := s.PutBackup(t.Context(), "big", bytes.NewReader(bulk(jobBackup)), jobBackup)
			if err != nil || p.Resumed != 5<<20 {
				t.Errorf("%+v, %v", p, err)
			}
		}
		j.Limit = 0
		if _, said, ok := j.child(t, 0); !ok {
			t.Error(said)
		}
		if a, b := contents(t, s.bucket), contents(t, openBucket(t, undisturbed.URL)); a != b {
			t.Errorf("limit %d:\n%s\nundisturbed:\n%s", limit, a, b)
		}
	}
}
