package sessionlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"pitwall.live/internal/feed"
)

// readBytes is about how much of the file one read takes; a longer line is taken whole.
const readBytes = 256 << 10

// view is the log at one moment. The chunks' entries up to n do not change any more.
type view struct {
	index
	end int64
}

func (l *Log) view() view {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return view{index{chunks: l.index.chunks, n: l.index.n}, l.end}
}

// cut leaves out what is behind an offset.
func (v *view) cut(until uint64) {
	for o := until; o < v.n; o++ {
		if pos := v.at(o + 1).pos; pos != lost {
			v.end = pos
			break
		}
	}
	v.n = min(v.n, until)
}

// window is a stretch of offsets that one read fetches.
type window struct {
	first, last uint64
	from, to    int64 // in the file
}

// window finds the held messages among the limit offsets from on, or the next held one if those are all
// lost; ok is false if there is none up to the end.
func (v *view) window(from uint64, limit int) (w window, ok bool) {
	from = max(from, 1)
	w.first = from
	for w.first <= v.n && v.at(w.first).pos == lost {
		w.first++
	}
	if w.first > v.n || limit <= 0 {
		return w, false
	}
	if n := uint64(limit); w.first-from >= n {
		limit = 1
	} else {
		limit = int(n - (w.first - from))
	}
	w.from, w.last, w.to = v.at(w.first).pos, w.first, v.end
	last := w.from
	for o := w.first + 1; o <= v.n; o++ {
		pos := v.at(o).pos
		if pos == lost {
			continue
		}
		if o-w.first >= uint64(limit) || pos-w.from > readBytes {
			w.to = pos
			break
		}
		w.last, last = o, pos
	}
	w.to = min(w.to, last+maxLine) // damage may follow the last line
	return w, true
}

// load reads a window: the bytes into buf, the messages, which alias it, behind out. A line that is not
// intact any more is left out and counted.
func (l *Log) load(v *view, w window, buf []byte, out []feed.Message) ([]byte, []feed.Message, error) {
	if n := int(w.to - w.from); cap(buf) < n {
		buf = make([]byte, n)
	} else {
		buf = buf[:n]
	}
	if n, err := l.file.ReadAt(buf, w.from); err != nil && !(err == io.EOF && n == len(buf)) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return buf, out, fmt.Errorf("session log %s at byte %d: %w", l.path, w.from, err)
	}
	var m feed.Message
	for o := w.first; o <= w.last; o++ {
		pos := v.at(o).pos
		if pos == lost {
			continue
		}
		line := buf[pos-w.from:]
		n := bytes.IndexByte(line, '\n')
		if n < 0 || feed.ParseLine(line[:n+1], &m) != nil || m.Offset != o && m.Offset != 0 {
			l.rotten.Add(1)
			continue
		}
		m.Offset = o
		out = append(out, m)
	}
	return buf, out, nil
}

// Read returns messages of the limit offsets from on that are held; if all of those are lost, the next
// one that is not. It may return fewer than there are, but none only at the end of the log. The messages
// are the caller's to keep.
func (l *Log) Read(from uint64, limit int) ([]feed.Message, error) {
	v := l.view()
	for {
		w, ok := v.window(from, limit)
		if !ok {
			return nil, nil
		}
		_, out, err := l.load(&v, w, nil, make([]feed.Message, 0, w.last-w.first+1))
		if err != nil || len(out) > 0 {
			return out, err
		}
		from = w.last + 1
	}
}

// At returns the message at offset. The error wraps ErrNotHeld if there is none or it is damaged.
func (l *Log) At(offset uint64) (feed.Message, error) {
	v := l.view()
	if w, ok := v.window(offset, 1); ok && w.first == offset {
		_, out, err := l.load(&v, w, nil, nil)
		if err != nil {
			return feed.Message{}, err
		}
		if len(out) == 1 {
			return out[0], nil
		}
	}
	return feed.Message{}, fmt.Errorf("session log %s, offset %d: %w", l.path, offset, ErrNotHeld)
}

// Each calls fn with every message from offset from on to what is now the end. The message is fn's only
// until it returns. An error of fn ends it.
func (l *Log) Each(from uint64, fn func(*feed.Message) error) error {
	return l.Range(from, math.MaxUint64, fn)
}

// Range is Each up to the message at offset until, with that, and reads nothing that is behind it.
func (l *Log) Range(from, until uint64, fn func(*feed.Message) error) error {
	v := l.view()
	v.cut(until)
	var buf []byte
	var out []feed.Message
	for {
		w, ok := v.window(from, 1<<20)
		if !ok {
			return nil
		}
		var err error
		if buf, out, err = l.load(&v, w, buf, out[:0]); err != nil {
			return err
		}
		for i := range out {
			if err := fn(&out[i]); err != nil {
				return err
			}
		}
		from = w.last + 1
	}
}

// Changed is closed when the log next grows or is closed. Take it before looking at Len, so that nothing
// slips in between.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done {
		closed := make(chan struct{})
		close(closed)
		return closed
	}
	l.watched = true
	return l.changed
}

func (l *Log) isDone() bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.done
}

// Follow calls fn with the messages from offset from on, and then with each batch that is appended,
// without polling, until ctx ends, fn fails, or the log is closed (ErrClosed). The messages are fn's to
// keep, the slice is not.
func (l *Log) Follow(ctx context.Context, from uint64, fn func([]feed.Message) error) error {
	from = max(from, 1)
	for {
		changed := l.Changed()
		batch, err := l.Read(from, 1024)
		if err != nil {
			if l.isDone() && errors.Is(err, os.ErrClosed) {
				return ErrClosed
			}
			return err
		}
		if len(batch) > 0 {
			if err := fn(batch); err != nil {
				return err
			}
			from = batch[len(batch)-1].Offset + 1
			if err := ctx.Err(); err != nil {
				return err
			}
			continue
		}
		if l.isDone() {
			return ErrClosed
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
