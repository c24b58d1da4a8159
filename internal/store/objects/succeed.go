package objects

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pitwall.live/internal/feed"
)

// Succeed seals all that the log holds in the place of a recording that is of a log with one of the headers was, as Seal does
// at the end. That recording stays whole until the new one is, and its segments go last; what an error leaves undone is done
// by the next call, or by Tidy. It reports whether there is such a recording.
func (l *Sealer) Succeed(ctx context.Context, was ...feed.Header) (done Sealed, succeeds bool, err error) {
	fail := func(err error) (Sealed, bool, error) {
		return done, true, fmt.Errorf("objects: seal %s: %w", l.session, err)
	}
	old, info, err := l.store.manifest(ctx, l.session)
	if errors.Is(err, ErrNotFound) {
		return done, false, nil
	}
	if err != nil {
		return fail(err)
	}
	if !slices.Contains(was, old.header()) {
		return done, false, nil
	}
	m := l.begin()
	m.Generation = l.log.Header().Created.UnixMilli()
	for end := l.log.Len(); m.Last() < end; {
		c, err := l.cut(m)
		if err != nil {
			return fail(err)
		}
		if c.Messages == 0 {
			break // the last ones are lost
		}
		if err := l.storeSegment(ctx, m, c, &done); err != nil {
			return fail(err)
		}
		m.Segments = append(m.Segments, c.Segment)
	}
	m.Complete = true
	if err := l.store.putManifest(ctx, manifestKey(l.session), m, info); err != nil {
		return fail(err)
	}
	_, done.Lost = m.Messages()
	done.Last, done.Complete = m.Last(), true
	return done, true, l.Tidy(ctx)
}

// Tidy removes the segments of the log in whose place this one is, once that is sealed.
func (l *Sealer) Tidy(ctx context.Context) error {
	m, _, err := l.store.manifest(ctx, l.session)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("objects: tidy %s: %w", l.session, err)
	}
	if m.Generation == 0 || m.Removing || m.header() != l.log.Header() {
		return nil
	}
	own := "." + strconv.FormatInt(m.Generation, 10) + segmentEnding
	for i, err := range l.store.bucket.List(ctx, rawFolder(l.session)) {
		if err == nil && strings.HasSuffix(i.Key, segmentEnding) && !strings.HasSuffix(i.Key, own) {
			err = l.store.bucket.Delete(ctx, i.Key)
		}
		if err != nil {
			return fmt.Errorf("objects: tidy %s: %w", l.session, err)
		}
	}
	return nil
}
