package objects

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"pitwall.live/internal/feed"
)

// fetched is a verified segment.
type fetched struct {
	Segment
	plain []byte
	err   error
}

// fetch reads and verifies a segment. The error names the object.
func (s *Store) fetch(ctx context.Context, m *Manifest, seg Segment) ([]byte, error) {
	key := m.object(seg)
	r, info, err := s.bucket.Get(ctx, key, 0, -1)
	if errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("objects: %s: %w: it is in the manifest and not there", key, ErrCorrupt)
	}
	if err != nil {
		return nil, err
	}
	if info.Size != seg.Bytes {
		return nil, errors.Join(fmt.Errorf("objects: %s: %w: %d bytes of %d", key, ErrCorrupt, info.Size, seg.Bytes), r.Close())
	}
	body := make([]byte, seg.Bytes)
	_, err = io.ReadFull(r, body)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("objects: read %s: %w", key, err)
	}
	plain, err := seg.unpack(body)
	if err != nil {
		return nil, fmt.Errorf("objects: %s: %w", key, err)
	}
	return plain, nil
}

// walk calls fn with the verified segments that hold offsets from from on; the next is fetched meanwhile.
func (s *Store) walk(ctx context.Context, m *Manifest, from uint64, fn func(*fetched) error) error {
	ctx, stop := context.WithCancel(ctx)
	ahead, ended := make(chan *fetched), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(ahead)
		for _, seg := range m.Segments {
			if seg.Last < from {
				continue
			}
			plain, err := s.fetch(ctx, m, seg)
			select {
			case ahead <- &fetched{seg, plain, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	defer func() { stop(); <-ended }()
	for f := range ahead {
		if f.err != nil {
			return f.err
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Each calls fn with every sealed message from offset from on, in order. A message is fn's only until it returns. Of
// a segment that is damaged no message is given: the error, which wraps ErrCorrupt, names it.
func (s *Store) Each(ctx context.Context, session Session, from uint64, fn func(*feed.Message) error) error {
	m, err := s.Manifest(ctx, session)
	if err != nil {
		return err
	}
	if m.Removing {
		return fmt.Errorf("objects: %s: %w", session, ErrRemoved)
	}
	return s.walk(ctx, m, from, func(f *fetched) error {
		// The lines' own checksums and order are checked before the first of them is handed out.
		if err := m.check(f); err != nil {
			return err
		}
		_, err := f.each(f.plain, func(msg *feed.Message) error {
			if msg.Offset < from {
				return nil
			}
			return fn(msg)
		})
		return err
	})
}

func (m *Manifest) check(f *fetched) error {
	header, err := f.each(f.plain, func(*feed.Message) error { return nil })
	if err == nil && header != m.header() {
		err = fmt.Errorf("%w: it is of another log", ErrCorrupt)
	}
	if err != nil {
		return fmt.Errorf("objects: %s: %w", m.object(f.Segment), err)
	}
	return nil
}

// Between gives the segments whose time on the session's clock is between from and to; a zero time is no bound.
func (m *Manifest) Between(from, to time.Time) []Segment {
	var in []Segment
	for _, s := range m.Segments {
		if !from.IsZero() && s.To != nil && s.To.Before(from) || !to.IsZero() && s.From != nil && s.From.After(to) {
			continue
		}
		in = append(in, s)
	}
	return in
}

// Verify reads all of a recording and returns what is damaged, each error naming its object; nil if nothing is. The
// second error is why it could not look.
func (s *Store) Verify(ctx context.Context, session Session) (damaged []error, err error) {
	m, err := s.Manifest(ctx, session)
	if errors.Is(err, ErrCorrupt) {
		return []error{err}, nil
	}
	if err != nil {
		return nil, err
	}
	for _, seg := range m.Segments {
		plain, err := s.fetch(ctx, m, seg)
		if err == nil {
			err = m.check(&fetched{seg, plain, nil})
		}
		if err != nil && !errors.Is(err, ErrCorrupt) {
			return damaged, err
		}
		if err != nil {
			damaged = append(damaged, err)
		}
	}
	return damaged, nil
}

// Restore writes the recording as a session log at path, with every message as it was: topic, payload, times, offset.
// Offsets that the log had lost are left out in a way that it reads. There must be nothing at path; the file appears
// there whole or not at all. It returns what was restored.
func (s *Store) Restore(ctx context.Context, session Session, path string) (*Manifest, error) {
	m, err := s.Manifest(ctx, session)
	if err != nil {
		return nil, err
	}
	if err := s.restore(ctx, m, path); err != nil {
		return nil, fmt.Errorf("objects: restore %s to %s: %w", session, path, err)
	}
	return m, nil
}

func (s *Store) restore(ctx context.Context, m *Manifest, path string) (err error) {
	if m.Removing {
		return ErrRemoved
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := nothingAt(path); err != nil {
		return err
	}
	// One that was killed left its file; it is begun anew. The lock keeps two from writing into one another.
	temp := path + ".restoring"
	file, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("another restores it: %w", err)
	}
	if err := freeToRestore(file, path); err != nil {
		return err
	}
	if err := s.writeLog(ctx, m, file); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	// A link, not a rename: it does not replace what is there.
	if err := os.Link(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Remove(temp); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func nothingAt(path string) error {
	_, err := os.Lstat(path)
	if err == nil {
		return fmt.Errorf("there is a file already: %w", os.ErrExist)
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// freeToRestore makes sure, under the lock, that nothing is at path and that the file there is ours to fill: another
// may have finished between our opening and our locking, and then it is the restored log itself.
func freeToRestore(file *os.File, path string) error {
	if err := nothingAt(path); err != nil {
		return err
	}
	mine, err := file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Lstat(path + ".restoring")
	if err != nil || !os.SameFile(mine, there) {
		return errors.New("another has just restored it: try again")
	}
	return nil
}

func (s *Store) writeLog(ctx context.Context, m *Manifest, file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	if _, err := out.Write(feed.AppendHeader(nil, m.header())); err != nil {
		return err
	}
	next := uint64(1)
	var line []byte
	err := s.walk(ctx, m, 1, func(f *fetched) error {
		if err := m.check(f); err != nil {
			return err
		}
		_, err := f.each(f.plain, func(msg *feed.Message) error {
			line = feed.AppendLine(appendLost(line[:0], msg.Offset-next), msg)
			next = msg.Offset + 1
			_, err := out.Write(line)
			return err
		})
		return err
	})
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Sync()
}

// lostBytes is what a session log wants to see for each offset that is missing: a line has no fewer.
const lostBytes = 32

// appendLost appends a line that is no message and has room for n of them, nothing if n is 0.
func appendLost(dst []byte, n uint64) []byte {
	if n == 0 {
		return dst
	}
	start := len(dst)
	dst = fmt.Appendf(dst, "# %d messages lost", n)
	if short := int(n)*lostBytes - (len(dst) - start) - 1; short > 0 {
		dst = append(dst, bytes.Repeat([]byte{' '}, short)...)
	}
	return append(dst, '\n')
}
