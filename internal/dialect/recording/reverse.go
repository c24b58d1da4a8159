package recording

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// reverseLines yields the lines of a file from the last to the first. It needs random access, so a
// compressed file is first written to a temporary file, which vanishes when it is closed.
type reverseLines struct {
	f    *os.File
	at   int64  // what lies before at has not been read
	buf  []byte // read and not given out
	line int    // of the last line in buf
	// queue holds the messages of a line of Core text, which stand in their natural order.
	queue [][]byte
	cur   int
	limit int
}

// newReverseLines takes over in, closing it when it was copied. The returned file is to be closed.
func newReverseLines(in *input) (*reverseLines, *os.File, error) {
	f := in.file
	counter := &lineCounter{}
	if in.packed != "" {
		tmp, err := os.CreateTemp("", "pitwall-recording-*")
		if err != nil {
			return nil, nil, err
		}
		// Unlinked at once: nothing is left behind however the process ends.
		if err := os.Remove(tmp.Name()); err != nil {
			tmp.Close() //nolint:errcheck // unlinked; the first error counts
			return nil, nil, err
		}
		if _, err := io.Copy(io.MultiWriter(tmp, counter), in.r); err != nil && counter.size == 0 {
			tmp.Close() //nolint:errcheck // unlinked; the first error counts
			return nil, nil, fmt.Errorf("%s: %w", in.path, err)
		}
		if err := in.Close(); err != nil {
			tmp.Close() //nolint:errcheck // unlinked; the first error counts
			return nil, nil, err
		}
		f = tmp
	} else if _, err := io.Copy(counter, in.r); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", in.path, err)
	}
	return &reverseLines{f: f, at: counter.size, line: counter.lines + 1, limit: maxLine}, f, nil
}

type lineCounter struct {
	lines int
	size  int64
}

func (c *lineCounter) Write(p []byte) (int, error) {
	c.lines += bytes.Count(p, []byte("\n"))
	c.size += int64(len(p))
	return len(p), nil
}

func (r *reverseLines) next() (text, error) {
	for {
		for len(r.queue) > 0 {
			b := bytes.TrimSpace(bytes.TrimPrefix(r.queue[0], []byte("\xef\xbb\xbf")))
			r.queue = r.queue[1:]
			if len(b) > 0 {
				return text{b: b, line: r.cur}, nil
			}
		}
		b, err := r.lineBefore()
		if err != nil {
			return text{b: b, line: r.cur}, err
		}
		r.queue = bytes.Split(b, []byte{separator})
	}
}

// lineBefore returns the line that ends where the last one began.
func (r *reverseLines) lineBefore() ([]byte, error) {
	const block = 64 << 10
	for {
		if i := bytes.LastIndexByte(r.buf, '\n'); i >= 0 {
			b := r.buf[i+1:]
			r.buf = r.buf[:i]
			r.cur, r.line = r.line, r.line-1
			return b, nil
		}
		if r.at == 0 {
			if r.buf == nil {
				return nil, io.EOF
			}
			b := r.buf
			r.buf, r.cur = nil, r.line
			return b, nil
		}
		if len(r.buf) > r.limit {
			return r.skipLong()
		}
		// The buffer doubles so that a long line is copied few times.
		n := min(int64(max(block, len(r.buf))), r.at)
		grown := make([]byte, int(n)+len(r.buf))
		copy(grown[n:], r.buf)
		if _, err := r.f.ReadAt(grown[:n], r.at-n); err != nil {
			return nil, errBroken{err}
		}
		r.buf, r.at = grown, r.at-n
	}
}

// skipLong drops a line that is too long; what is kept for the report is its end.
func (r *reverseLines) skipLong() ([]byte, error) {
	tail := bytes.Clone(r.buf[max(0, len(r.buf)-rawKept):])
	block := make([]byte, 64<<10)
	for r.at > 0 {
		n := min(int64(len(block)), r.at)
		if _, err := r.f.ReadAt(block[:n], r.at-n); err != nil {
			return nil, errBroken{err}
		}
		if i := bytes.LastIndexByte(block[:n], '\n'); i >= 0 {
			r.buf, r.at = bytes.Clone(block[:i]), r.at-n
			r.cur, r.line = r.line, r.line-1
			return tail, errLong
		}
		r.at -= n
	}
	r.buf, r.cur = nil, r.line
	return tail, errLong
}
