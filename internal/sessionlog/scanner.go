package sessionlog

import (
	"bytes"
	"errors"
	"io"

	"pitwall.live/internal/feed"
)

// scanner reads a file line by line with bounded memory: of a line longer than maxLine, which none of
// ours is, only the pieces are given.
type scanner struct {
	in    io.Reader
	buf   []byte
	start int   // of the next line in buf
	seen  int   // bytes of buf[start:] that hold no newline
	pos   int64 // of buf[start] in the file
	err   error
	torn  bool   // the last line had no newline
	last  []byte // the head of that line
}

func newScanner(in io.Reader) *scanner { return &scanner{in: in, buf: make([]byte, 0, 1<<20)} }

// next gives the next line with its newline, if it has one, and its position. It stays valid until the
// next call.
func (s *scanner) next() (line []byte, pos int64, err error) {
	for {
		rest := s.buf[s.start:]
		n := bytes.IndexByte(rest[s.seen:], '\n')
		switch {
		case n >= 0:
			n += s.seen + 1
		case len(rest) >= maxLine:
			n = len(rest)
		case errors.Is(s.err, io.EOF) && len(rest) > 0:
			n = len(rest)
			s.torn, s.last = true, bytes.Clone(rest[:min(n, 256)])
		case s.err != nil:
			return nil, 0, s.err
		default:
			s.seen = len(rest)
			s.fill()
			continue
		}
		line, pos = rest[:n], s.pos
		s.start, s.seen, s.pos = s.start+n, 0, s.pos+int64(n)
		return line, pos, nil
	}
}

func (s *scanner) fill() {
	if s.start > 0 && len(s.buf) == cap(s.buf) {
		s.buf = s.buf[:copy(s.buf, s.buf[s.start:])]
		s.start = 0
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), 2*cap(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	n, err := s.in.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf, s.err = s.buf[:len(s.buf)+n], err
}

// unglue finds an intact message at the end of a damaged line and returns where it begins, 0 if there is
// none.
func unglue(line []byte, m *feed.Message) int {
	const begin, tries = `{"o":`, 16
	at := 0
	for range tries {
		i := bytes.Index(line[at+1:], []byte(begin))
		if i < 0 {
			return 0
		}
		at += 1 + i
		if line[len(line)-1] == '\n' && feed.ParseLine(line[at:], m) == nil {
			return at
		}
		if at+1 >= len(line) {
			return 0
		}
	}
	return 0
}

// tornHeader reports whether line is a piece of a header, as a process leaves that dies while it begins
// a file.
func tornHeader(line []byte) bool {
	const begin = `{"pitwall":1,"session":"`
	return len(line) < len(begin) && begin[:len(line)] == string(line) || bytes.HasPrefix(line, []byte(begin))
}
