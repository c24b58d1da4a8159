package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

func TestMain(m *testing.M) {
	if what := os.Getenv("PITWALL_TEST_CHILD"); what != "" {
		child(what, os.Getenv("PITWALL_TEST_PATH"))
	}
	goleak.VerifyTestMain(m)
}

var t0 = time.Date(2024, 7, 5, 11, 30, 0, 0, time.UTC)

// source is one that does what its function says.
type source struct {
	name string
	run  func(ctx context.Context, out Out) error
}

func (s source) Name() string                           { return s.name }
func (s source) Run(ctx context.Context, out Out) error { return s.run(ctx, out) }

// script gives these batches and ends.
func script(batches ...[]feed.Message) source {
	return source{"script", func(ctx context.Context, out Out) error {
		for _, b := range batches {
			if _, err := out(append([]feed.Message(nil), b...)); err != nil {
				return err
			}
		}
		return nil
	}}
}

func msg(topic, payload string, s int) feed.Message {
	return feed.Message{Topic: topic, Payload: []byte(payload), Time: t0.Add(time.Duration(s) * time.Second)}
}

func snap(topic, payload string) feed.Message {
	return feed.Message{Topic: topic, Payload: []byte(payload), Snapshot: true}
}

func info(key int) string { return fmt.Sprintf(`{"Key":%d,"Type":"Race"}`, key) }

// run ingests and returns a transcript of the hooks, checking that what is announced is in the file.
func run(t *testing.T, change func(*Config), sources ...Source) (*Ingest, *[]string) {
	t.Helper()
	var told []string
	logs := map[string]*sessionlog.Log{}
	cfg := Default()
	cfg.DataDir = t.TempDir()
	cfg.Log = slog.New(slog.DiscardHandler)
	cfg.Hooks = Hooks{
		Opened: func(source, key string, log *sessionlog.Log) error {
			logs[key] = log
			told = append(told, fmt.Sprintf("opened %s at %d", key, log.Len()))
			return nil
		},
		Published: func(key string, ms []feed.Message) {
			var parts []string
			for _, m := range ms {
				got, err := logs[key].At(m.Offset)
				if err != nil || !bytes.Equal(got.Payload, m.Payload) || got.Received.IsZero() {
					t.Errorf("announced %+v, the log has %+v, %v", m, got, err)
				}
				parts = append(parts, fmt.Sprintf("%d %s", m.Offset, m.Topic))
			}
			told = append(told, key+": "+strings.Join(parts, ", "))
		},
		Left: func(source, key string) { told = append(told, "left "+key) },
	}
	if change != nil {
		change(&cfg)
	}
	in := New(cfg)
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := in.Run(t.Context(), sources...); err != nil {
		t.Fatal(err)
	}
	return in, &told
}

func expect(t *testing.T, told []string, want ...string) {
	t.Helper()
	if got, want := strings.Join(told, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSessionsAndRollOver(t *testing.T) {
	_, told := run(t, nil, script(
		[]feed.Message{msg("Heartbeat", `{}`, 0)}, // held until the key is known
		[]feed.Message{snap("TrackStatus", `{"Status":"1"}`), snap("SessionInfo", info(9574)), snap("WeatherData", `{}`)},
		[]feed.Message{msg("TrackStatus", `{"Status":"2"}`, 1)},
		[]feed.Message{msg("SessionInfo", `{"SessionStatus":"Ends"}`, 2)}, // no key: the same session
		[]feed.Message{msg("SessionInfo", info(9574), 3)},
		[]feed.Message{msg("Heartbeat", `{}`, 4), msg("SessionInfo", info(9575), 5), msg("Heartbeat", `{}`, 6)},
		[]feed.Message{snap("WeatherData", `{}`), snap("SessionInfo", info(9576))},
	))
	expect(t, *told,
		"opened 9574 at 0",
		"9574: 1 Heartbeat",
		"9574: 2 TrackStatus, 3 SessionInfo, 4 WeatherData",
		"9574: 5 TrackStatus",
		"9574: 6 SessionInfo",
		"9574: 7 SessionInfo",
		"9574: 8 Heartbeat",
		"opened 9575 at 0",
		"left 9574",
		"9575: 1 SessionInfo, 2 Heartbeat",
		"opened 9576 at 0",
		"left 9575",
		"9576: 1 WeatherData, 2 SessionInfo",
		"left 9576",
	)
}

func TestSessionWithoutKey(t *testing.T) {
	first := msg("TimingData", `{}`, 0)
	key := StableKey(&first)
	// At the end.
	_, told := run(t, nil, script([]feed.Message{first}))
	expect(t, *told, "opened "+key+" at 0", key+": 1 TimingData", "left "+key)
	// When too many wait; a key that comes late does not split the session, the next one does.
	_, told = run(t, func(c *Config) { c.HoldMessages = 2 }, script(
		[]feed.Message{first}, []feed.Message{msg("TimingData", `{}`, 1)},
		[]feed.Message{msg("SessionInfo", info(1), 2)}, []feed.Message{msg("SessionInfo", info(2), 3)},
	))
	expect(t, *told, "opened "+key+" at 0", key+": 1 TimingData, 2 TimingData", key+": 3 SessionInfo",
		"opened 2 at 0", "left "+key, "2: 1 SessionInfo", "left 2")
	// After a while.
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var after time.Duration
		_, told = run(t, func(c *Config) {
			opened := c.Hooks.Opened
			c.Hooks.Opened = func(source, key string, log *sessionlog.Log) error {
				after = time.Since(began)
				return opened(source, key, log)
			}
		}, source{"slow", func(ctx context.Context, out Out) error {
			if _, err := out([]feed.Message{first}); err != nil {
				return err
			}
			pause(ctx, time.Minute)
			_, err := out([]feed.Message{msg("TimingData", `{}`, 1)})
			return err
		}})
		expect(t, *told, "opened "+key+" at 0", key+": 1 TimingData", key+": 2 TimingData", "left "+key)
		if after != 5*time.Second {
			t.Errorf("named after %v", after)
		}
	})
}

func TestSessionKey(t *testing.T) {
	f := func(payload, want string) {
		t.Helper()
		if got := feed.SessionKey([]byte(payload)); got != want {
			t.Errorf("feed.SessionKey(%s) = %q, want %q", payload, got, want)
		}
	}
	f(info(11245), "11245")
	f(`{"Meeting":{"Key":1},"Key":"9574"}`, "9574")
	f(`{"Meeting":{"Key":1}}`, "")
	f(`{"Key":-1}`, "")
	f(`{"Key":"../../etc"}`, "")
	f(`{"Key":null}`, "")
	f(`[1]`, "")
}

func TestDeadLetters(t *testing.T) {
	in, told := run(t, nil, script(
		[]feed.Message{msg("SessionInfo", info(1), 0), msg("TimingData", `{"Lines":`, 1), msg("TimingData", `{}`, 2)},
		[]feed.Message{{Payload: []byte("garbage \xff")}, msg("A", "", 3), msg("\xff", "1", 4)},
	))
	expect(t, *told, "opened 1 at 0", "1: 1 SessionInfo, 2 TimingData", "left 1")
	if s := in.Status()[0]; s.DeadLetters != 4 || s.Kept != 2 || s.Received != 6 || !s.Ended {
		t.Errorf("%+v", s)
	}
	file, err := os.ReadFile(filepath.Join(filepath.Dir(in.Log("1").Path()), "dead.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`"topic":"TimingData","reason":"payload is not JSON","raw":"{\"Lines\":"`,
		`"reason":"no topic","raw_base64":"Z2FyYmFnZSD/"`,
		`"topic":"A","reason":"no payload"`, `"reason":"topic is not UTF-8","raw":"1"`,
	} {
		if lines := strings.Split(string(file), "\n"); !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %s, want %s", i, lines[i], want)
		}
	}
}

// Equal messages of one source are all kept; what a second source or a second run repeats is not.
func TestEachMessageOnce(t *testing.T) {
	batch := []feed.Message{msg("SessionInfo", info(1), 0), msg("TrackStatus", `"1"`, 1), msg("TrackStatus", `"2"`, 1), msg("TrackStatus", `"1"`, 1)}
	in, told := run(t, nil, script(batch))
	expect(t, *told, "opened 1 at 0", "1: 1 SessionInfo, 2 TrackStatus, 3 TrackStatus, 4 TrackStatus", "left 1")
	if err := in.Run(t.Context(), script(batch), script(batch)); err != nil {
		t.Fatal(err)
	}
	if n := in.Log("1").Len(); n != 4 {
		t.Errorf("%d messages", n)
	}
	if s := in.Status()[2]; s.Known != 4 || s.Kept != 0 {
		t.Errorf("%+v", s)
	}
}

type refused struct{}

func (refused) Error() string             { return "refused" }
func (refused) RetryAfter() time.Duration { return 10 * time.Minute }

func TestRunsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var runs []time.Duration
		flaky := source{"flaky", func(ctx context.Context, out Out) error {
			runs = append(runs, time.Since(began).Round(time.Second))
			began = time.Now()
			switch n := len(runs); {
			case n < 9:
				return errors.New("no answer")
			case n == 9:
				pause(ctx, 2*time.Minute)
				_, err := out([]feed.Message{msg("SessionInfo", info(1), 0)})
				return errors.Join(err, errors.New("cut off"))
			case n == 10:
				return refused{}
			}
			return Permanent(errors.New("broken for good"))
		}}
		var states []string
		in, _ := run(t, func(c *Config) {
			c.Hooks.Status = func(s Status) { states = append(states, fmt.Sprintf("%v %v %s", s.Connected, s.Ended, s.Error)) }
		}, flaky)
		near := func(i int, want time.Duration) {
			t.Helper()
			if d := runs[i]; d < want*8/10-time.Second || d > want*12/10+time.Second {
				t.Errorf("run %d came after %v, want about %v", i, d, want)
			}
		}
		for i, want := range []time.Duration{0, 1, 2, 5, 10, 30, 60, 60, 60} {
			near(i, want*time.Second)
		}
		near(9, 2*time.Minute) // the run itself; then at once
		near(10, 10*time.Minute)
		if s := in.Status()[0]; len(runs) != 11 || s.Runs != 11 || !s.Ended || s.Error != "broken for good" {
			t.Errorf("%d runs, %+v", len(runs), s)
		}
		expect(t, states[8:], "true false ", "true false ", "false false cut off", "false false refused", "false true broken for good")
	})
}

func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex // the timer tells, and the source
		var told []string
		quiet := source{"quiet", func(ctx context.Context, out Out) error {
			for _, d := range []time.Duration{0, 44, 46, 1} {
				pause(ctx, d*time.Second)
				if _, err := out([]feed.Message{msg("SessionInfo", info(1), int(d))}); err != nil {
					return err
				}
			}
			return nil
		}}
		run(t, func(c *Config) {
			c.Hooks.Status = func(s Status) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, fmt.Sprintf("%v connected %v silent %v", time.Since(began).Round(time.Second), s.Connected, s.Silent))
			}
		}, quiet)
		expect(t, told, "0s connected true silent false", "0s connected true silent false", "1m29s connected true silent true",
			"1m30s connected true silent false", "1m31s connected false silent false")
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := New(Config{DataDir: t.TempDir(), Silence: time.Minute, HoldMessages: 10, HoldBytes: 1000, HoldFor: time.Minute, Log: slog.New(slog.DiscardHandler)})
	defer in.Close()
	first := msg("TimingData", `{}`, 0)
	err := in.Run(ctx, source{"endless", func(ctx context.Context, out Out) error {
		if _, err := out([]feed.Message{first}); err != nil {
			return err
		}
		cancel()
		<-ctx.Done()
		if _, err := out([]feed.Message{msg("TimingData", `{}`, 1)}); !errors.Is(err, context.Canceled) {
			t.Errorf("out after the end: %v", err)
		}
		return ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	if n := in.Log(StableKey(&first)).Len(); n != 1 {
		t.Errorf("%d messages were kept, 1 was taken", n)
	}
}

func TestLogThatCanNotBeOpened(t *testing.T) {
	dir := t.TempDir()
	other, err := sessionlog.Open(sessionlog.Path(dir, "1"), "1")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	cfg := Default()
	cfg.DataDir, cfg.Log = dir, slog.New(slog.DiscardHandler)
	in := New(cfg)
	defer in.Close()
	if err := in.Run(t.Context(), script([]feed.Message{msg("SessionInfo", info(1), 0)})); !errors.Is(err, sessionlog.ErrLocked) {
		t.Errorf("Run: %v", err)
	}
}

// The session shown first is that of the first source that works; a lesser one stands in while the better
// ones have none, are silent, lost or at their end, and a short loss is none.
func TestPreferred(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		say := func(out Out, key, s int) error {
			_, err := out([]feed.Message{msg("SessionInfo", info(key), s)})
			return err
		}
		runs := 0
		best := source{"best", func(ctx context.Context, out Out) error {
			switch runs++; runs {
			case 1: // no session for a minute, then one, then nothing for 90 s, then a word and a loss
				pause(ctx, time.Minute)
				for i, d := range []time.Duration{0, 90 * time.Second, 10 * time.Second} {
					pause(ctx, d)
					if err := say(out, 1, i); err != nil {
						return err
					}
				}
				return errors.New("lost, and back at once")
			case 2:
				if err := say(out, 1, 10); err != nil {
					return err
				}
				pause(ctx, 20*time.Second)
				return errors.New("lost for longer")
			case 3, 4:
				return errors.New("no answer")
			}
			return say(out, 1, 20) // the end
		}}
		other := source{"other", func(ctx context.Context, out Out) error {
			for i := range 30 {
				if err := say(out, 2, i); err != nil {
					return err
				}
				pause(ctx, 10*time.Second)
			}
			return nil
		}}
		var in *Ingest
		var mu sync.Mutex // both sources tell
		var shown []string
		cfg := Default()
		cfg.DataDir, cfg.Log = t.TempDir(), slog.New(slog.DiscardHandler)
		cfg.Hooks.Status = func(Status) {
			mu.Lock()
			defer mu.Unlock()
			key := in.Preferred()
			if n := len(shown); n == 0 || !strings.HasSuffix(shown[n-1], " "+key) {
				shown = append(shown, time.Since(began).Round(time.Second).String()+" "+key)
			}
		}
		in = New(cfg)
		if err := in.Run(t.Context(), best, other); err != nil {
			t.Fatal(err)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
		if runs != 5 {
			t.Errorf("%d runs", runs)
		}
		for i := 5; i < len(shown); i++ { // waits are random by a fifth
			shown[i] = shown[i][strings.LastIndex(shown[i], " "):]
		}
		// The loss at 2m40s does not show, that at 3m0s does once the attempt after it has failed.
		expect(t, shown, "0s ", "0s 2", "1m0s 1", "1m45s 2", "2m30s 1", " 2", " 1", " 2", " ")
	})
}
