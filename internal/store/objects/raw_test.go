package objects

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
)

var (
	race  = Session{2025, "9693"}
	begun = time.Date(2025, 3, 16, 4, 0, 0, 0, time.UTC)
)

// small makes segments of a few messages.
func small(address string) Config { return Config{URL: address, SegmentBytes: 4 << 10} }

// message is the nth of a made-up session: topics, payloads, clocks, snapshots and repetitions of all kinds.
func message(n int) feed.Message {
	rnd := rand.New(rand.NewPCG(uint64(n), 1))
	m := feed.Message{
		Topic:      []string{feed.TopicTimingData, feed.TopicCarData, feed.TopicWeatherData, "Unknown\"Topic"}[rnd.IntN(4)],
		Payload:    fmt.Appendf(nil, `{"n":%d,"v":"%x"}`, n, bulk(rnd.IntN(300))),
		Snapshot:   n%50 == 0,
		Occurrence: uint32(n % 3),
	}
	if n%7 != 0 {
		m.Time = begun.Add(time.Duration(n)*100*time.Millisecond + time.Duration(rnd.IntN(1e9)))
	}
	if n%11 != 0 {
		m.Received = begun.Add(time.Duration(n)*100*time.Millisecond + time.Second)
	}
	return m
}

// record appends messages from to before to to the log.
func record(t testing.TB, log *sessionlog.Log, from, to int) {
	t.Helper()
	var batch []feed.Message
	for n := from; n < to; n++ {
		batch = append(batch, message(n))
	}
	if kept, err := log.Append(batch); err != nil || len(kept) != to-from {
		t.Fatalf("%d kept, %v", len(kept), err)
	}
}

// newLog is a session's log of n messages.
func newLog(t testing.TB, n int) *sessionlog.Log {
	t.Helper()
	log, err := sessionlog.Open(sessionlog.Path(t.TempDir(), race.Key), race.Key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	record(t, log, 0, n)
	return log
}

func sealer(t testing.TB, s *Store, log *sessionlog.Log) *Sealer {
	t.Helper()
	l, err := s.Sealer(race, log)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func seal(t testing.TB, s *Store, log *sessionlog.Log, final bool) Sealed {
	t.Helper()
	done, err := sealer(t, s, log).Seal(t.Context(), final)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// hashed covers all that makes a message what it is.
type hashed struct {
	sum hash.Hash
	n   int
}

func (h *hashed) add(m *feed.Message) error {
	if h.sum == nil {
		h.sum = sha256.New()
	}
	h.n++
	fmt.Fprintf(h.sum, "%d %d %v %q %d %d %d ", m.Offset, m.Occurrence, m.Snapshot, m.Topic, m.Time.UnixNano(), m.Received.UnixNano(), len(m.Payload))
	h.sum.Write(m.Payload)
	return nil
}

func (h *hashed) String() string {
	if h.sum == nil {
		return "no messages"
	}
	return fmt.Sprintf("%d messages %x", h.n, h.sum.Sum(nil))
}

func hashLog(t testing.TB, log *sessionlog.Log) string {
	t.Helper()
	var h hashed
	if err := log.Each(1, h.add); err != nil {
		t.Fatal(err)
	}
	return h.String()
}

// restored is the log that the store gives back.
func restored(t testing.TB, s *Store) *sessionlog.Log {
	t.Helper()
	path := sessionlog.Path(t.TempDir(), race.Key)
	if _, err := s.Restore(t.Context(), race, path); err != nil {
		t.Fatal(err)
	}
	log, err := sessionlog.Open(path, race.Key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

// sameAs proves that the store holds the log: every message by its hash, streamed and restored, and the file itself.
func sameAs(t testing.TB, s *Store, log *sessionlog.Log) {
	t.Helper()
	want := hashLog(t, log)
	var h hashed
	if err := s.Each(t.Context(), race, 1, h.add); err != nil {
		t.Fatal(err)
	}
	if h.String() != want {
		t.Errorf("the store holds %s, the log %s", &h, want)
	}
	back := restored(t, s)
	if got := hashLog(t, back); got != want {
		t.Errorf("restored are %s, the log has %s", got, want)
	}
	if log.Repair().CorruptTotal > 0 {
		return // its file has damage that is not restored
	}
	a, err := os.ReadFile(log.Path())
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(back.Path())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("the restored file is another one")
	}
}

func testSeal(t *testing.T, fresh func(testing.TB) string) {
	s, log := openStore(t, small(fresh(t))), newLog(t, 500)
	if _, err := s.Manifest(t.Context(), race); !errors.Is(err, ErrNotFound) {
		t.Errorf("before sealing: %v", err)
	}
	done := seal(t, s, log, false)
	if done.Written < 10 || done.Complete || done.Last >= 500 || done.Last < 400 {
		t.Errorf("%+v", done)
	}
	if m, err := s.Manifest(t.Context(), race); err != nil || m.Complete || len(m.Segments) != done.Written {
		t.Errorf("%+v, %v", m, err)
	}
	rest := seal(t, s, log, true)
	if rest.Written != 1 || !rest.Complete || rest.Last != 500 {
		t.Errorf("%+v", rest)
	}
	before := contents(t, s.bucket)
	for _, final := range []bool{false, true} {
		if done := seal(t, s, log, final); done.Written+done.Adopted != 0 || !done.Complete {
			t.Errorf("%+v", done)
		}
	}
	if after := contents(t, s.bucket); after != before {
		t.Errorf("sealing again changed the store:\n%s\n%s", before, after)
	}
	sameAs(t, s, log)
	m, err := s.Manifest(t.Context(), race)
	if err != nil {
		t.Fatal(err)
	}
	first := m.Segments[0]
	if first.Object != "000000000001.log.zst" || !first.To.Equal(log.TimeAt(first.Last)) {
		t.Errorf("%+v", first)
	}
	middle := m.Segments[7]
	in := m.Between(*middle.From, *middle.To)
	if len(in) < 1 || len(in) > 3 || in[len(in)-1].First < middle.First {
		t.Errorf("%d segments between the clock's times of one", len(in))
	}
	var h hashed
	if err := s.Each(t.Context(), race, 250, func(m *feed.Message) error {
		if h.n == 0 && m.Offset != 250 {
			t.Errorf("begins at %d", m.Offset)
		}
		return h.add(m)
	}); err != nil || h.n != 251 {
		t.Errorf("%d, %v", h.n, err)
	}
	if _, err := s.Restore(t.Context(), race, log.Path()); !errors.Is(err, os.ErrExist) {
		t.Errorf("restored over a log: %v", err)
	}
	if left, err := filepath.Glob(log.Path() + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left beside it: %v, %v", left, err)
	}
}

// A running session is sealed as its segments fill, and no earlier.
func testSealWhileRunning(t *testing.T, fresh func(testing.TB) string) {
	s, log := openStore(t, small(fresh(t))), newLog(t, 0)
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan Sealed)
	ended := make(chan error)
	go func() {
		ended <- sealer(t, s, log).Run(ctx, func(done Sealed, err error) {
			if err != nil {
				t.Error(err)
			}
			select {
			case told <- done:
			case <-ctx.Done():
			}
		})
	}()
	for n := 0; n < 160; n += 32 {
		record(t, log, n, n+32)
		for (<-told).Last < uint64(n+8) { // what is left over fills no segment yet
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	seal(t, s, log, true)
	sameAs(t, s, log)
	undisturbed := openStore(t, small(fresh(t)))
	seal(t, undisturbed, log, true)
	if a, b := contents(t, s.bucket), contents(t, undisturbed.bucket); a != b {
		t.Errorf("sealed while it ran:\n%s\nsealed afterwards:\n%s", a, b)
	}
}

// A store that is opened anew goes on where the manifest ends.
func testSealedTwice(t *testing.T, fresh func(testing.TB) string) {
	address, log := fresh(t), newLog(t, 100)
	for n := 100; n < 600; n += 100 {
		seal(t, openStore(t, small(address)), log, false)
		record(t, log, n, n+100)
	}
	s := openStore(t, small(address))
	seal(t, s, log, true)
	undisturbed := openStore(t, small(fresh(t)))
	seal(t, undisturbed, log, true)
	if a, b := contents(t, s.bucket), contents(t, undisturbed.bucket); a != b {
		t.Errorf("in five steps:\n%s\nin one:\n%s", a, b)
	}
}

func testSealersAtOnce(t *testing.T, fresh func(testing.TB) string) {
	address, log := fresh(t), newLog(t, 400)
	var all sync.WaitGroup
	for range 4 {
		s := openStore(t, small(address))
		all.Go(func() {
			if done, err := sealer(t, s, log).Seal(t.Context(), true); err != nil || !done.Complete || done.Last != 400 {
				t.Errorf("%+v, %v", done, err)
			}
		})
	}
	all.Wait()
	s, undisturbed := openStore(t, small(address)), openStore(t, small(fresh(t)))
	seal(t, undisturbed, log, true)
	if a, b := contents(t, s.bucket), contents(t, undisturbed.bucket); a != b {
		t.Errorf("four at once:\n%s\none:\n%s", a, b)
	}
	sameAs(t, s, log)
}

// Messages that come after the end are sealed too.
func testSealAfterEnd(t *testing.T, fresh func(testing.TB) string) {
	s, log := openStore(t, small(fresh(t))), newLog(t, 0)
	if done := seal(t, s, log, true); !done.Complete || done.Last != 0 {
		t.Errorf("an empty log: %+v", done)
	}
	record(t, log, 0, 3)
	if done := seal(t, s, log, false); done.Written != 0 || !done.Complete {
		t.Errorf("%+v", done)
	}
	if done := seal(t, s, log, true); done.Written != 1 || !done.Complete || done.Last != 3 {
		t.Errorf("%+v", done)
	}
	record(t, log, 3, 60)
	if done := seal(t, s, log, false); done.Written == 0 || done.Complete {
		t.Errorf("%+v", done)
	}
	if done := seal(t, s, log, true); !done.Complete || done.Last != 60 {
		t.Errorf("%+v", done)
	}
	sameAs(t, s, log)
}

// A segment that no manifest lists is taken if it is the log's, whatever its length; anything else there is not
// replaced before its writer must be dead.
func testOrphans(t *testing.T, fresh func(testing.TB) string) {
	s, log := openStore(t, small(fresh(t))), newLog(t, 200)
	short, err := s.cutSegment(log, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := short.pack(); err != nil {
		t.Fatal(err)
	}
	key := rawFolder(race) + short.Object
	put(t, s.bucket, key, string(short.body))
	if done := seal(t, s, log, true); done.Adopted != 1 || done.Last != 200 {
		t.Errorf("%+v", done)
	}
	if m, err := s.Manifest(t.Context(), race); err != nil || m.Segments[0].Last != 3 {
		t.Errorf("%+v, %v", m, err)
	}
	sameAs(t, s, log)

	// A whole segment with one other message in it is another log's.
	other, err := s.cutSegment(log, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	changed := message(2)
	changed.Offset, changed.Topic = 3, "Other"
	lines := bytes.SplitAfter(other.plain, []byte("\n"))
	lines[3] = feed.AppendLine(nil, &changed)
	other.plain = bytes.Join(lines, nil)
	if err := other.pack(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, small(fresh(t)))
	for _, body := range []string{"no segment of ours", string(other.body)} {
		put(t, s.bucket, key, body)
		if _, err := sealer(t, s, log).Seal(t.Context(), true); !errors.Is(err, ErrConflict) || !strings.Contains(err.Error(), key) {
			t.Errorf("a fresh orphan: %v", err)
		}
	}
	s.orphanAfter = -time.Hour // as if it had lain there
	if done := seal(t, s, log, true); done.Adopted != 0 || done.Last != 200 {
		t.Errorf("%+v", done)
	}
	sameAs(t, s, log)
}

func testAnotherLog(t *testing.T, fresh func(testing.TB) string) {
	s, log := openStore(t, small(fresh(t))), newLog(t, 50)
	seal(t, s, log, true)
	before := contents(t, s.bucket)
	path := filepath.Join(t.TempDir(), "log.jsonl")
	head := feed.AppendHeader(nil, feed.Header{Session: race.Key, Created: begun})
	if err := os.WriteFile(path, head, 0o644); err != nil {
		t.Fatal(err)
	}
	other, err := sessionlog.Open(path, race.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	record(t, other, 0, 50)
	if _, err := sealer(t, s, other).Seal(t.Context(), true); !errors.Is(err, ErrConflict) {
		t.Errorf("%v", err)
	}
	if after := contents(t, s.bucket); after != before {
		t.Error("the store has changed")
	}
}

// A log that has lost messages is sealed as it is, and its offsets stay what they were.
func testLostMessages(t *testing.T, fresh func(testing.TB) string) {
	whole := newLog(t, 300)
	file, err := os.ReadFile(whole.Path())
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(file, []byte("\n"))
	for _, n := range []int{1, 2, 50, 51, 52, 120, 299} {
		lines[n][len(lines[n])/2] ^= 4
	}
	path := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s := openStore(t, small(fresh(t)))
	if done := seal(t, s, log, true); done.Lost != 7 || done.Last != 300 || !done.Complete {
		t.Errorf("%+v", done)
	}
	sameAs(t, s, log)
	back := restored(t, s)
	if m, err := back.At(300); err != nil || m.Offset != 300 {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := back.At(51); !errors.Is(err, sessionlog.ErrNotHeld) {
		t.Errorf("the message that was lost: %v", err)
	}
}

// Whichever bit of whichever object flips, it is found and named, and nothing of that segment is given out.
func testFlippedBits(t *testing.T, fresh func(testing.TB) string) {
	s, log := openStore(t, Config{URL: fresh(t), SegmentBytes: 2 << 10}), newLog(t, 40)
	seal(t, s, log, true)
	m, err := s.Manifest(t.Context(), race)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	objects := keys(t, s.bucket, "raw/")
	for try := range 30 * len(objects) {
		key := objects[try%len(objects)]
		good := get(t, s.bucket, key, 0, -1)
		bad := []byte(good)
		bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
		switch try % 10 {
		case 8:
			bad = bad[:rnd.IntN(len(good))]
		case 9:
			bad = append([]byte(good), 0)
		}
		put(t, s.bucket, key, string(bad))
		var given uint64
		err := s.Each(t.Context(), race, 1, func(m *feed.Message) error { given = m.Offset; return nil })
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), key) {
			t.Fatalf("%s: %v", key, err)
		}
		for _, seg := range m.Segments {
			if m.object(seg) == key && given >= seg.First {
				t.Fatalf("%s: message %d of it was given out", key, given)
			}
		}
		path := filepath.Join(t.TempDir(), "log.jsonl")
		if _, again := s.Restore(t.Context(), race, path); !errors.Is(again, ErrCorrupt) {
			t.Fatalf("%s: restored: %v", key, again)
		}
		if left, globErr := filepath.Glob(path + "*"); globErr != nil || len(left) > 0 {
			t.Fatalf("%s: a failed restore left %v", key, left)
		}
		if damaged, again := s.Verify(t.Context(), race); again != nil || len(damaged) != 1 {
			t.Fatalf("%s: verified: %v, %v", key, damaged, again)
		}
		put(t, s.bucket, key, good)
	}
	sameAs(t, s, log)
	if err := s.bucket.Delete(t.Context(), m.object(m.Segments[1])); err != nil {
		t.Fatal(err)
	}
	if damaged, err := s.Verify(t.Context(), race); err != nil || len(damaged) != 1 || !strings.Contains(damaged[0].Error(), m.Segments[1].Object) {
		t.Errorf("%v, %v", damaged, err)
	}
}

// A real session goes through the store and comes back, message by message.
func testRealRecording(t *testing.T, fresh func(testing.TB) string) {
	messages := reference.Messages(t, reference.Path(t, "live-timing", "recordings", "2024-07-05_silverstone_fp1_jsonl"))
	log := newLog(t, 0)
	for len(messages) > 0 {
		n := min(5000, len(messages))
		if _, err := log.Append(messages[:n:n]); err != nil {
			t.Fatal(err)
		}
		messages = messages[n:]
	}
	s := openStore(t, Config{URL: fresh(t), SegmentBytes: 1 << 20})
	done := seal(t, s, log, true)
	if !done.Complete || done.Last != log.Len() {
		t.Errorf("%+v of %d", done, log.Len())
	}
	sameAs(t, s, log)
	m, err := s.Manifest(t.Context(), race)
	if err != nil {
		t.Fatal(err)
	}
	stored, plain := m.Bytes()
	t.Logf("%d messages in %d segments, %d bytes of %d: %.1f times smaller", log.Len(), len(m.Segments), stored, plain, float64(plain)/float64(stored))
}
