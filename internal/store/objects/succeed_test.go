package objects

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// outage is a bucket that takes some writes and removals and then no more.
type outage struct {
	Bucket
	left int
}

var errOutage = errors.New("out of order")

func (o *outage) works() error {
	if o.left--; o.left < 0 {
		return errOutage
	}
	return nil
}

func (o *outage) Put(ctx context.Context, key string, body []byte, when Condition) error {
	if err := o.works(); err != nil {
		return err
	}
	return o.Bucket.Put(ctx, key, body, when)
}

func (o *outage) Delete(ctx context.Context, key string) error {
	if err := o.works(); err != nil {
		return err
	}
	return o.Bucket.Delete(ctx, key)
}

// A log takes the place of another in the objects. Whatever fails in between, there is one whole recording at any moment, the
// next call comes to the end, and nothing of the old one is left.
func TestSucceed(t *testing.T) {
	old, fresh := newLog(t, 95), (*sessionlog.Log)(nil)
	for deadline := time.Now().Add(10 * time.Second); fresh == nil || fresh.Header() == old.Header(); {
		if fresh = newLog(t, 133); time.Now().After(deadline) {
			t.Fatal("no log was begun later")
		}
	}
	ended := false
	for n := 0; !ended; n++ {
		if n > 100 {
			t.Fatal("it comes to no end")
		}
		s, err := Open(Config{URL: "file://" + t.TempDir(), SegmentMessages: 20})
		if err != nil {
			t.Fatal(err)
		}
		seal(t, s, old, true)
		bucket := s.bucket
		s.bucket = &outage{bucket, n}
		_, succeeds, err := sealer(t, s, fresh).Succeed(t.Context(), old.Header())
		if ended = err == nil; !succeeds || !ended && !errors.Is(err, errOutage) {
			t.Fatalf("after %d writes: succeeds %v, %v", n, succeeds, err)
		}
		s.bucket = bucket
		held := func() (held int) {
			t.Helper()
			if err := s.Each(t.Context(), race, 1, func(*feed.Message) error { held++; return nil }); err != nil {
				t.Fatalf("after %d writes: %v", n, err)
			}
			return held
		}
		if got := held(); got != 95 && got != 133 {
			t.Fatalf("after %d writes the recording has %d messages", n, got)
		}
		if _, err := sealer(t, s, fresh).Seal(t.Context(), true); errors.Is(err, ErrConflict) {
			_, _, err = sealer(t, s, fresh).Succeed(t.Context(), old.Header())
			if err != nil {
				t.Fatal(err)
			}
		} else if err := errors.Join(err, sealer(t, s, fresh).Tidy(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got := held(); got != 133 {
			t.Errorf("after %d writes and another call the recording has %d messages", n, got)
		}
		segments := 0
		for i, err := range s.bucket.List(t.Context(), rawFolder(race)) {
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(i.Key, segmentEnding) {
				segments++
			}
		}
		if segments != 7 {
			t.Errorf("after %d writes and another call there are %d segments, want 7", n, segments)
		}
		if _, succeeds, err := sealer(t, s, old).Succeed(t.Context(), feed.Header{Session: "another"}); succeeds || err != nil {
			t.Errorf("a log in whose place it is not: %v, %v", succeeds, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
