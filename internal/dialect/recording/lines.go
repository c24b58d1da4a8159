package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine is the longest line that is read, 16 MiB: the longest real one, a snapshot of every topic, has
// under 200 KB. Longer ones are skipped and reported.
const maxLine = 16 << 20

// separator ends each message of SignalR Core's text.
const separator = 0x1e

// text is one line or, in Core text, one message of a line.
type text struct {
	b    []byte
	line int
	// open says that the line ended without the separator that ended earlier messages of this file, so
	// the message may go on in the next line.
	open bool
}

// lineReader yields the lines of a stream without blanks, byte order marks and separators around them.
// A text is valid until the next call.
type lineReader struct {
	r     io.Reader
	buf   []byte
	from  int // unread bytes are buf[from:to]
	to    int
	line  int // number of the line being read, from 1
	limit int
	// separated is set once a separator was seen: the file is Core text.
	separated bool
	eof       error // io.EOF, or what broke the stream
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: r, buf: make([]byte, 64<<10), line: 1, limit: maxLine}
}

// errLong is the reason of a line beyond the limit.
var errLong = fmt.Errorf("longer than %d MiB, skipped", maxLine>>20)

// errBroken wraps what went wrong with the stream itself: a cut or damaged compressed file.
type errBroken struct{ err error }

func (e errBroken) Error() string { return e.err.Error() }
func (e errBroken) Unwrap() error { return e.err }

func isBroken(err error) bool {
	var b errBroken
	return errors.As(err, &b)
}

// next returns the next text that is not blank. Errors: io.EOF at the end, errLong for a line that was
// skipped (its beginning is in the text; go on), errBroken when the rest cannot be read.
func (l *lineReader) next() (text, error) {
	for {
		t, err := l.piece()
		if err != nil {
			return t, err
		}
		t.b = bytes.TrimSpace(bytes.TrimPrefix(t.b, []byte("\xef\xbb\xbf")))
		if len(t.b) > 0 {
			return t, nil
		}
	}
}

// piece returns what comes before the next newline or separator.
func (l *lineReader) piece() (text, error) {
	searched := 0
	for {
		b := l.buf[l.from:l.to]
		if i, ok := l.cut(b, searched); ok {
			t := text{b: b[:i], line: l.line}
			if b[i] == '\n' {
				l.line++
				t.open = l.separated && len(bytes.TrimSpace(t.b)) > 0
			}
			l.from += i + 1
			return t, nil
		}
		searched = len(b)
		if l.eof != nil {
			if len(b) > 0 {
				l.from = l.to
				return text{b: b, line: l.line}, nil
			}
			if errors.Is(l.eof, io.EOF) {
				return text{line: l.line}, io.EOF
			}
			return text{line: l.line}, errBroken{l.eof}
		}
		if len(b) >= l.limit {
			return l.skipLong()
		}
		l.fill()
	}
}

// cut finds the first newline or separator of b, of which the first searched bytes hold none.
func (l *lineReader) cut(b []byte, searched int) (int, bool) {
	n := bytes.IndexByte(b[searched:], '\n')
	head := b[searched:]
	if n >= 0 {
		head = head[:n]
	}
	if s := bytes.IndexByte(head, separator); s >= 0 {
		l.separated = true
		return searched + s, true
	}
	return searched + n, n >= 0
}

// fill reads more, moving or growing the buffer when it is full.
func (l *lineReader) fill() {
	if l.from > 0 {
		copy(l.buf, l.buf[l.from:l.to])
		l.to -= l.from
		l.from = 0
	}
	if l.to == len(l.buf) {
		grown := make([]byte, 2*len(l.buf))
		copy(grown, l.buf[:l.to])
		l.buf = grown
	}
	n, err := l.r.Read(l.buf[l.to:])
	l.to += n
	if err != nil {
		l.eof = err
	}
}

// skipLong drops a line that is too long, keeping its beginning for the report.
func (l *lineReader) skipLong() (text, error) {
	head := bytes.Clone(l.buf[l.from:min(l.from+rawKept, l.to)])
	t := text{b: head, line: l.line}
	l.from = l.to
	for l.eof == nil {
		l.fill()
		if i, ok := l.cut(l.buf[l.from:l.to], 0); ok {
			if l.buf[l.from+i] == '\n' {
				l.line++
			}
			l.from += i + 1
			return t, errLong
		}
		l.from = l.to
	}
	return t, errLong
}
