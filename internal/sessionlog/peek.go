package sessionlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"pitwall.live/internal/feed"
)

// Glance is what can be said of a log without reading it.
type Glance struct {
	Header feed.Header
	First  feed.Message // the first message that is intact; its Offset is 0 when there is none
	Last   uint64       // offset of the newest message that is intact, 0 when there is none
}

// Peek reads the two ends of a log. It costs the same whatever the log's length.
func Peek(path string) (g Glance, err error) {
	f, err := os.Open(path)
	if err != nil {
		return g, fmt.Errorf("session log: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := g.begin(bufio.NewReaderSize(f, 64<<10)); err != nil {
		return g, fmt.Errorf("session log %s: %w", path, err)
	}
	if g.First.Offset == 0 {
		return g, nil
	}
	if err := g.end(f); err != nil {
		return g, fmt.Errorf("session log %s: %w", path, err)
	}
	return g, nil
}

// begin reads the header and the first intact message.
func (g *Glance) begin(r *bufio.Reader) error {
	for first := true; ; first = false {
		line, err := boundedLine(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if first {
			if g.Header, err = feed.ParseHeader(line); err != nil {
				return fmt.Errorf("%w: %w", ErrForeign, err)
			}
			continue
		}
		if feed.ParseLine(line, &g.First) == nil && g.First.Offset > 0 {
			return nil
		}
		g.First = feed.Message{}
	}
}

// boundedLine reads a whole line; io.EOF stands also for one that is cut off or longer than any of ours.
func boundedLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) > maxLine {
			return nil, io.EOF
		}
	}
}

// end reads backwards, in growing steps, until an intact line is found.
func (g *Glance) end(f *os.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	for step := int64(64 << 10); ; step *= 4 {
		from := max(st.Size()-step, 0)
		tail := make([]byte, st.Size()-from)
		if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		for len(tail) > 0 {
			tail = tail[:bytes.LastIndexByte(tail, '\n')+1] // what is behind it is cut off
			if len(tail) == 0 {
				break
			}
			begin := bytes.LastIndexByte(tail[:len(tail)-1], '\n') + 1
			if begin == 0 && from > 0 {
				break // the line begins earlier
			}
			var m feed.Message
			if feed.ParseLine(tail[begin:], &m) == nil && m.Offset > 0 {
				g.Last = m.Offset
				return nil
			}
			tail = tail[:begin]
		}
		if from == 0 || step > 4*maxLine {
			return nil
		}
	}
}
