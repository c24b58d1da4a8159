package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"pitwall.live/internal/feed"
)

// maxHeld bounds the snapshots that wait for a time, in bytes.
const maxHeld = 32 << 20

// held is a message that waits for the next known time, with memory of its own.
type held struct {
	decoded
	line int
	file string
}

// lines yields the lines of a file; see lineReader.next.
type lines interface {
	next() (text, error)
}

// textSource reads a file of lines, each in any of the line forms.
type textSource struct {
	name     string
	lines    lines
	close    func() error
	problems *problemLog
	dec      *decoder
	// folder is the format of the folder that the file belongs to, if that has one of its own.
	folder Format
	// snapshotFirst is set when the first data of the file was a snapshot.
	snapshotFirst bool

	at      int // next of dec.out
	line    int // of dec.out
	raw     []byte
	last    time.Time
	waiting []held
	size    int       // bytes of waiting
	release time.Time // the waiting ones leave with this time
	leaving bool
	ended   error
	split   []byte // a message of Core text that was cut by the end of a line
	splitAt int
	from    int // line of the message returned last
	fromIn  string
}

func newTextSource(name string, l lines, close func() error, problems *problemLog) *textSource {
	s := &textSource{name: name, lines: l, close: close, problems: problems}
	s.dec = newDecoder(func(reason error) { s.problem(s.line, Malformed, reason, nil) })
	return s
}

func (s *textSource) Close() error         { return s.close() }
func (s *textSource) where() (string, int) { return s.fromIn, s.from }
func (s *textSource) session() string      { return s.dec.session }

func (s *textSource) problem(line int, kind ProblemKind, reason error, raw []byte) {
	s.problems.add(Problem{File: s.name, Line: line, Kind: kind, Reason: reason.Error()}, raw)
}

// wait keeps a message until a time is known; file may be another one that holds only a snapshot.
func (s *textSource) wait(m *decoded, file string, line int) {
	h := held{*m, line, file}
	h.payload = bytes.Clone(m.payload)
	s.waiting = append(s.waiting, h)
	s.size += len(h.payload)
}

func (s *textSource) next(m *feed.Message) error {
	for {
		if s.leaving {
			if len(s.waiting) > 0 {
				h := &s.waiting[0]
				s.deliver(m, &h.decoded, s.release, h.file, h.line)
				s.waiting = s.waiting[1:]
				return nil
			}
			s.leaving, s.waiting, s.size = false, nil, 0
		}
		if s.at < len(s.dec.out) {
			if s.take(m) {
				return nil
			}
			continue
		}
		if s.ended != nil {
			if len(s.waiting) > 0 {
				s.leave(s.last)
				continue
			}
			return s.ended
		}
		if err := s.read(); err != nil {
			s.ended = err
		}
	}
}

// leave lets the waiting messages go with time t; if that is unknown too, with the time their own
// contents tell.
func (s *textSource) leave(t time.Time) {
	if t.IsZero() {
		t = snapshotTime(s.waiting)
	}
	// Recorders that write a snapshot as one line for each topic write it in no particular order.
	n := 0
	for n < len(s.waiting) && s.waiting[n].snapshot {
		n++
	}
	slices.SortStableFunc(s.waiting[:n], func(a, b held) int { return compareTopics(a.topic, b.topic) })
	s.leaving, s.release = true, t
}

// take handles the next decoded message and reports whether m was filled.
func (s *textSource) take(m *feed.Message) bool {
	d := &s.dec.out[s.at]
	known := d.stamp == stampGood && !(d.own && d.time.IsZero())
	if known && len(s.waiting) > 0 {
		s.leave(d.time)
		return false
	}
	s.at++
	if d.stamp == stampBad {
		s.problem(s.line, BadTime, fmt.Errorf("%s: %w", d.topic, errTime), s.raw)
	}
	// Nothing may overtake a snapshot that waits.
	if d.stamp == stampNone || len(s.waiting) > 0 || !known && !d.own && s.last.IsZero() {
		if s.wait(d, s.name, s.line); s.size > maxHeld {
			s.leave(s.last)
		}
		return false
	}
	switch {
	case d.own && d.time.IsZero():
		s.deliver(m, d, time.Time{}, s.name, s.line) // the time was unknown when it was recorded
		return true
	case known:
		s.last = d.time
	}
	s.deliver(m, d, s.last, s.name, s.line)
	return true
}

func (s *textSource) deliver(m *feed.Message, d *decoded, t time.Time, file string, line int) {
	*m = feed.Message{Topic: d.topic, Payload: d.payload, Time: t, Received: d.received, Snapshot: d.snapshot,
		Offset: d.offset, Occurrence: d.occurrence}
	s.from, s.fromIn = line, file
}

// read decodes the next line.
func (s *textSource) read() error {
	t, err := s.lines.next()
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		s.giveUpSplit()
		return err
	case isBroken(err):
		s.giveUpSplit()
		s.problem(t.line, Malformed, fmt.Errorf("the file is damaged, the rest cannot be read: %w", err), nil)
		return io.EOF
	default:
		s.problem(t.line, Malformed, err, t.b)
		return nil
	}
	s.line, s.raw, s.at = t.line, t.b, 0
	first := s.dec.kinds
	err = s.dec.line(t.b)
	if err != nil && s.joinSplit(t) {
		return nil
	}
	if err != nil {
		if t.open && len(s.split) == 0 && t.b[0] == '{' {
			s.split, s.splitAt = append(s.split, t.b...), t.line
			return nil
		}
		s.problem(t.line, Malformed, err, t.b)
		return nil
	}
	s.giveUpSplit()
	if first == [lineKinds]int{} && s.dec.kinds[kindSnapshot] > 0 {
		s.snapshotFirst = true
	}
	return nil
}

// joinSplit puts a text behind the message that the line before cut, and reports whether the text was
// used so: Core messages may be spread over WebSocket frames, which recorders write as lines.
func (s *textSource) joinSplit(t text) bool {
	if len(s.split) == 0 {
		return false
	}
	s.split = append(s.split, t.b...)
	if len(s.split) > maxLine {
		s.giveUpSplit()
		return true
	}
	err := s.dec.line(s.split)
	switch {
	case err == nil:
		// dec.out points into split, which is only reused after the next line was read.
		s.line, s.split = s.splitAt, nil
	case !t.open:
		s.giveUpSplit()
	}
	return true
}

// giveUpSplit reports a cut message whose rest did not come.
func (s *textSource) giveUpSplit() {
	if len(s.split) == 0 {
		return
	}
	s.problem(s.splitAt, Malformed, errors.New("message is cut off and the next line does not continue it"), s.split)
	s.split = nil
}

func (s *textSource) format() (f, l Format) {
	l = lineFormat(s.dec.kinds)
	if s.folder != "" {
		return s.folder, l
	}
	if s.snapshotFirst && (l == FormatCore || l == FormatSignalR) {
		return FormatF1Dash, l
	}
	return l, ""
}

// lineFormat names the form of most lines; a file with a second one is mixed.
func lineFormat(kinds [lineKinds]int) Format {
	names := [lineKinds]Format{
		kindLegacy: FormatSignalR, kindCore: FormatCore, kindTyped: FormatTyped, kindPython: FormatPython,
		kindPyFrame: FormatPyFrames, kindList: FormatLists, kindOwn: FormatOwn,
	}
	found := Format("")
	for k, name := range names {
		if name == "" || kinds[k] == 0 {
			continue
		}
		if found != "" {
			return FormatMixed
		}
		found = name
	}
	if found == "" && kinds[kindSnapshot] > 0 {
		return FormatSnapshots
	}
	return found
}
