package sessionlog

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"pitwall.live/internal/feed"
)

// Repair is what Open found wrong and did about it.
type Repair struct {
	// TornBytes is the length of the tail that was cut off because it held no whole, intact line. It is
	// kept in TornFile.
	TornBytes int64
	TornFile  string
	// Corrupt lists the damaged places between intact lines. They stay in the file and are not served.
	Corrupt []Damage
	// CorruptTotal counts them all; Corrupt holds the first 100.
	CorruptTotal int
}

// Damage is one place that could not be read.
type Damage struct {
	Position int64 // in bytes from the file's start
	Bytes    int64
	Reason   string
}

// scan reads the file from its start into the index, and for a writer cuts off a torn tail.
func (l *Log) scan() error {
	s := newScanner(l.file)
	var damage Damage
	var m feed.Message
	first := true
	for {
		line, pos, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if first {
			first = false
			h, err := feed.ParseHeader(line)
			if err == nil && line[len(line)-1] == '\n' {
				l.header, l.end = h, pos+int64(len(line))
				continue
			}
			if err != nil && feed.IsHeader(line) && !errors.Is(err, feed.ErrLineTorn) && !errors.Is(err, feed.ErrLineCorrupt) {
				return err // a version that is not ours
			}
		}
		good, at, err := l.accept(line, pos, &m, damage.Bytes)
		if !good {
			damage.grow(pos, int64(len(line)), err)
			continue
		}
		if at > pos {
			damage.grow(pos, at-pos, err)
		}
		if damage.Bytes > 0 {
			l.repair.note(damage)
			damage = Damage{}
		}
		l.end = pos + int64(len(line))
	}
	if damage.Bytes == 0 {
		return nil
	}
	if l.end == 0 && !(s.torn && tornHeader(s.last)) {
		return ErrForeign
	}
	l.repair.TornBytes = damage.Bytes
	if !l.write {
		return nil
	}
	return l.cutTail()
}

// accept takes a line into the index if it holds an intact message that may follow here, and says where
// that begins: damage that swallowed a line break has glued it to the rest of another line.
func (l *Log) accept(line []byte, pos int64, m *feed.Message, skipped int64) (good bool, at int64, err error) {
	err = feed.ParseLine(line, m)
	glued := 0
	if err != nil {
		if glued = unglue(line, m); glued == 0 {
			return false, 0, err
		}
	}
	if err == nil && line[len(line)-1] != '\n' {
		return false, 0, feed.ErrLineTorn
	}
	if m.Offset == 0 {
		m.Offset = l.index.n + 1 // the file was written by something else than a log
	}
	// Offsets leave out what was lost, but no more than fits into the bytes that were.
	missing := m.Offset - l.index.n - 1
	if m.Offset <= l.index.n || missing > uint64(skipped+int64(glued))/minLine {
		return false, 0, fmt.Errorf("offset %d can not follow %d", m.Offset, l.index.n)
	}
	for range missing {
		l.index.lose()
	}
	at = pos + int64(glued)
	l.index.add(at, m)
	if l.write {
		l.known.add(m)
	}
	return true, at, err
}

// minLine is less than the shortest line that AppendLine writes.
const minLine = 32

func (d *Damage) grow(pos, n int64, err error) {
	if d.Bytes == 0 {
		d.Position = pos
		d.Reason = "unreadable"
		if err != nil {
			d.Reason = err.Error()
		}
	}
	d.Bytes += n
}

func (r *Repair) note(d Damage) {
	r.CorruptTotal++
	if len(r.Corrupt) < 100 {
		r.Corrupt = append(r.Corrupt, d)
	}
}

// cutTail moves what lies behind the last whole line to the file with the ending .torn.
func (l *Log) cutTail() error {
	l.repair.TornFile = l.path + ".torn"
	torn, err := os.OpenFile(l.repair.TornFile, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(torn, io.NewSectionReader(l.file, l.end, math.MaxInt64-l.end))
	if err = errors.Join(err, torn.Sync(), torn.Close()); err != nil {
		return fmt.Errorf("keep the torn tail: %w", err)
	}
	if err := l.file.Truncate(l.end); err != nil {
		return err
	}
	return l.file.Sync()
}
