package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Sealer brings one session's log into the store, segment by segment. Several may seal the same log at once, in one
// process or in many: they leave what one alone would have left.
type Sealer struct {
	store   *Store
	session Session
	log     *sessionlog.Log
}

// Sealed is what a call of Seal found and did.
type Sealed struct {
	Written  int    // segments that this call stored
	Adopted  int    // segments that were there, and in no manifest: a sealer died, or another is at work
	Bytes    int64  // stored by this call
	Last     uint64 // offset up to which all is sealed
	Complete bool
	// Lost counts offsets below Last of which the log holds no message any more.
	Lost int
}

// Sealer seals the log as the session's raw recording.
func (s *Store) Sealer(session Session, log *sessionlog.Log) (*Sealer, error) {
	if err := session.valid(); err != nil {
		return nil, err
	}
	return &Sealer{s, session, log}, nil
}

// Seal stores all segments that are full, and if final also the rest, and then the manifest says that the recording is
// complete. Messages that come later are sealed by later calls. On an error what was sealed stays, and the same call
// can be made again.
func (l *Sealer) Seal(ctx context.Context, final bool) (Sealed, error) {
	var done Sealed
	end := uint64(math.MaxUint64) // nothing is complete before the end
	if final {
		end = l.log.Len()
	}
	for {
		more, err := l.step(ctx, end, &done)
		switch {
		case errors.Is(err, errRaced):
			continue // another sealer has written the manifest: go on from there
		case err != nil:
			return done, fmt.Errorf("objects: seal %s: %w", l.session, err)
		case !more:
			return done, nil
		}
	}
}

// errRaced says that the manifest is not the one that was read any more. Each time another has made a step, so this
// can not go on for ever.
var errRaced = errors.New("another sealer came first")

// step seals one segment. There are no more if nothing is left to seal now. A recording that reaches the end is complete.
func (l *Sealer) step(ctx context.Context, end uint64, done *Sealed) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m, was, err := l.manifest(ctx)
	if err != nil {
		return false, err
	}
	_, lost := m.Messages()
	done.Last, done.Complete, done.Lost = m.Last(), m.Complete, lost
	final := end != math.MaxUint64
	if m.Complete && m.Last() >= end {
		return false, nil
	}
	c, err := l.cut(m)
	if err != nil {
		return false, err
	}
	switch {
	case c.Messages == 0 && (!final || m.Complete):
		return false, nil
	case c.Messages == 0:
		m.Complete = true
	case !c.whole && !final:
		return false, nil
	default:
		if err := l.storeSegment(ctx, m, c, done); err != nil {
			return false, err
		}
		m.Segments = append(m.Segments, c.Segment)
		m.Complete = c.Last >= end
	}
	err = l.store.putManifest(ctx, manifestKey(l.session), m, was)
	if errors.Is(err, ErrConflict) {
		return true, errRaced
	}
	return true, err
}

// cut gives the next segment.
func (l *Sealer) cut(m *Manifest) (*cut, error) {
	c, err := l.store.cutSegment(l.log, m.Last()+1, 0)
	if err == nil {
		c.Object = m.segment(c.First)
	}
	return c, err
}

// begin makes the manifest of a recording of which nothing is sealed.
func (l *Sealer) begin() *Manifest {
	header := l.log.Header()
	return &Manifest{
		Version: ManifestVersion, Kind: "raw", Season: l.session.Season, Key: l.session.Key,
		LogSession: header.Session, LogCreated: known(header.Created), Segments: []Segment{},
	}
}

// manifest reads the recording's manifest, or begins one, and makes sure that it is of this log.
func (l *Sealer) manifest(ctx context.Context) (*Manifest, Info, error) {
	header := l.log.Header()
	m, was, err := l.store.manifest(ctx, l.session)
	if errors.Is(err, ErrNotFound) {
		return l.begin(), Info{}, nil
	}
	if err != nil {
		return nil, Info{}, err
	}
	if m.Removing {
		return nil, Info{}, ErrRemoved
	}
	if m.header() != header {
		return nil, Info{}, fmt.Errorf("the stored recording is of the log of session %q begun %s, not of this one of session %q begun %s: %w",
			m.LogSession, m.header().Created.Format(time.RFC3339Nano), header.Session, header.Created.Format(time.RFC3339Nano), ErrConflict)
	}
	return m, was, nil
}

func (m *Manifest) header() feed.Header {
	h := feed.Header{Session: m.LogSession}
	if m.LogCreated != nil {
		h.Created = m.LogCreated.UTC()
	}
	return h
}

// storeSegment writes the segment, or takes the one that is there already, which may end elsewhere: a sealer that saw
// less of the log has cut it and died, or is about to list it.
func (l *Sealer) storeSegment(ctx context.Context, m *Manifest, c *cut, done *Sealed) error {
	if err := c.pack(); err != nil {
		return err
	}
	key := m.object(c.Segment)
	for {
		err := l.store.bucket.Put(ctx, key, c.body, IfAbsent)
		if err == nil {
			done.Written++
			done.Bytes += c.Bytes
			return nil
		}
		if !errors.Is(err, ErrConflict) {
			return err
		}
		body, was, err := readAll(ctx, l.store.bucket, key, maxPlain)
		if errors.Is(err, ErrNotFound) {
			continue // it was removed in between
		}
		if err != nil {
			return err
		}
		if l.adopt(c, body) {
			done.Adopted++
			return nil
		}
		// It is damaged or of another log. Whoever has just written it is about to list it, so only what has lain
		// there for long and is in no manifest gives place.
		if time.Since(was.Stored) < l.store.orphanAfter {
			return fmt.Errorf("%s is there and does not hold this log's messages: %w", key, ErrConflict)
		}
		err = l.store.bucket.Put(ctx, key, c.body, IfUnchanged(was))
		if err == nil {
			done.Written++
			done.Bytes += c.Bytes
			return nil
		}
		if !errors.Is(err, ErrConflict) {
			return err
		}
	}
}

// adopt makes c the stored segment if that holds the log's own messages, whatever its length and packing.
func (l *Sealer) adopt(c *cut, body []byte) bool {
	if bytes.Equal(body, c.body) {
		return true
	}
	plain, err := inflate(body, c.PlainBytes)
	if err != nil {
		return false
	}
	last, there := uint64(0), Segment{First: c.First, Last: math.MaxUint64, Messages: anyNumber}
	if _, err := there.each(plain, func(m *feed.Message) error { last = m.Offset; return nil }); err != nil || last == 0 {
		return false
	}
	again, err := l.store.cutSegment(l.log, c.First, last)
	if err != nil || !bytes.Equal(again.plain, plain) {
		return false
	}
	again.Object = c.Object
	c.Segment, c.plain, c.body = again.Segment, plain, body
	c.Bytes, c.SHA256, c.PlainSHA256 = int64(len(body)), hexSum(body), hexSum(plain)
	return true
}

// retryEvery is how long a running sealer waits before it tries again what failed.
const retryEvery = 5 * time.Second

// Run seals full segments while the session runs, until ctx ends or the log is closed; it then returns nil. What
// fails is told and tried again: the log is on the disk meanwhile. The last part is for Seal(ctx, true), by whoever
// knows that the session is over.
func (l *Sealer) Run(ctx context.Context, tell func(Sealed, error)) error {
	for {
		done, err := l.Seal(ctx, false)
		if ctx.Err() != nil || errors.Is(err, os.ErrClosed) {
			return nil
		}
		if err != nil || done.Written+done.Adopted > 0 {
			tell(done, err)
		}
		if err == nil {
			if err := l.untilFull(ctx, done.Last+1); !errors.Is(err, errFull) {
				return nil
			}
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryEvery):
		}
	}
}

// untilFull waits until a segment that begins at first is full, and then returns errFull.
func (l *Sealer) untilFull(ctx context.Context, first uint64) error {
	messages, size := 0, 0
	var line []byte
	return l.log.Follow(ctx, first, func(batch []feed.Message) error {
		for i := range batch {
			line = feed.AppendLine(line[:0], &batch[i])
			messages, size = messages+1, size+len(line)
			if messages > 1 && (messages > l.store.segmentMessages || size > l.store.segmentBytes) {
				return errFull
			}
		}
		return nil
	})
}
