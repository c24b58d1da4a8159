package history

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// Limits of what is read: a table is no longer than maxFile when unpacked, and a line no longer than maxLine.
const (
	maxFile = 1 << 30
	maxLine = 1 << 20
)

var (
	errTooLong  = fmt.Errorf("more than %d MiB unpacked", maxFile>>20)
	errLongLine = fmt.Errorf("a line of more than %d KiB", maxLine>>10)
)

// bounded passes bytes on until a limit is reached.
type bounded struct {
	from       io.Reader
	total      int64
	sinceBreak int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.total += int64(n); b.total > maxFile {
		return n, errTooLong
	}
	for _, c := range p[:n] {
		if c == '\n' {
			b.sinceBreak = 0
		} else if b.sinceBreak++; b.sinceBreak > maxLine {
			return n, errLongLine
		}
	}
	return n, err
}

// opened is a file, unpacked when it is compressed.
type opened struct {
	*bufio.Reader
	file *os.File
}

func (o *opened) Close() error { return o.file.Close() }

func open(path string) (*opened, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	text, err := unpack(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("history: %s: %w", path, err), f.Close())
	}
	return &opened{text, f}, nil
}

// unpack reads plain or gzip text, without a byte order mark, within the limits.
func unpack(from io.Reader) (*bufio.Reader, error) {
	r := bufio.NewReader(from)
	magic, err := r.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = bufio.NewReader(&bounded{from: z})
	} else {
		r = bufio.NewReader(&bounded{from: r})
	}
	if mark, err := r.Peek(3); err == nil && string(mark) == "\ufeff" {
		if _, err := r.Discard(3); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// sheet is a CSV table being read, with the defects of its rows.
type sheet struct {
	r      *csv.Reader
	head   []string
	column map[string]int
	cells  []string
	line   int
	bad    func(Defect)
}

func newSheet(from io.Reader, bad func(Defect)) (*sheet, error) {
	r := csv.NewReader(from)
	r.ReuseRecord, r.FieldsPerRecord, r.LazyQuotes = true, -1, true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	t := &sheet{r: r, head: slices.Clone(head), column: make(map[string]int, len(head)), bad: bad}
	for i, name := range t.head {
		t.column[name] = i
	}
	return t, nil
}

func (t *sheet) has(names ...string) bool {
	for _, name := range names {
		if _, ok := t.column[name]; !ok {
			return false
		}
	}
	return true
}

// next goes to the next row that has all cells; a row that has not is a defect.
func (t *sheet) next() error {
	for {
		cells, err := t.r.Read()
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			t.bad(Defect{Kind: RowUnreadable, Line: parse.StartLine, Detail: parse.Err.Error()})
			continue
		}
		if err != nil {
			return err
		}
		t.line, _ = t.r.FieldPos(0)
		if len(cells) != len(t.head) {
			t.bad(Defect{Kind: RowUnreadable, Line: t.line, Detail: fmt.Sprintf("%d cells, the header has %d", len(cells), len(t.head))})
			continue
		}
		t.cells = cells
		return nil
	}
}

// cell is a cell's text, "" where there is none or it says so.
func (t *sheet) cell(name string) string {
	i, ok := t.column[name]
	if !ok {
		return ""
	}
	s := strings.TrimSpace(t.cells[i])
	switch s {
	case "nan", "NaN", "NaT", "None", "null":
		return ""
	}
	return s
}

// text is a cell to keep.
func (t *sheet) text(name string) string { return strings.Clone(t.cell(name)) }

func (t *sheet) unreadable(name string) {
	t.bad(Defect{Kind: FieldUnreadable, Line: t.line, Detail: fmt.Sprintf("%s %.40q", name, t.cell(name))})
}

// integer reads a whole number, also as "12.0", between two bounds.
func (t *sheet) integer(name string, low, high int) f1.Opt[int] {
	s := t.cell(name)
	if s == "" {
		return f1.Opt[int]{}
	}
	v, ok := whole(s, low, high)
	if !ok {
		t.unreadable(name)
	}
	return f1.Opt[int]{Value: v, Known: ok}
}

func whole(s string, low, high int) (int, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != math.Trunc(v) || v < float64(low) || v > float64(high) {
		return 0, false
	}
	return int(v), true
}

func (t *sheet) boolean(name string) f1.Opt[bool] {
	switch t.cell(name) {
	case "":
		return f1.Opt[bool]{}
	case "True", "true", "1", "1.0":
		return f1.Some(true)
	case "False", "false", "0", "0.0":
		return f1.Some(false)
	}
	t.unreadable(name)
	return f1.Opt[bool]{}
}

// duration reads seconds, "m:ss.mmm", or a span of days and time, rounded to the millisecond. A duration of nothing
// or less is unreadable.
func (t *sheet) duration(name string) f1.Opt[time.Duration] {
	s := t.cell(name)
	if s == "" {
		return f1.Opt[time.Duration]{}
	}
	d, ok := span(s)
	if !ok || d <= 0 {
		t.unreadable(name)
		return f1.Opt[time.Duration]{}
	}
	return f1.Some(d)
}

// moment reads a time since the recording began.
func (t *sheet) moment(name string) f1.Opt[time.Time] {
	s := t.cell(name)
	if s == "" {
		return f1.Opt[time.Time]{}
	}
	d, ok := span(s)
	if !ok {
		t.unreadable(name)
		return f1.Opt[time.Time]{}
	}
	return f1.Some(epoch.Add(d))
}

// span reads "0 days 00:01:39.019000", "-1 days +23:59:58.5", "99.019" and "1:39.019".
func span(s string) (time.Duration, bool) {
	days := 0
	if head, clock, ok := strings.Cut(s, " day"); ok {
		n, err := strconv.Atoi(head)
		if err != nil || n < -7 || n > 7 {
			return 0, false
		}
		days = n
		s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(clock, "s"), " "), "+")
		if s == "" {
			s = "0"
		}
	}
	d, ok := f1.ParseLapTime(s)
	if !ok {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || v < 0 || v > 48*3600 {
			return 0, false
		}
		d = time.Duration(math.Round(v*1e3)) * time.Millisecond
	}
	return (d + time.Duration(days)*24*time.Hour).Round(time.Millisecond), true
}

func (t *sheet) decimal(name string) f1.Opt[float64] {
	s := t.cell(name)
	if s == "" {
		return f1.Opt[float64]{}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		t.unreadable(name)
		return f1.Opt[float64]{}
	}
	return f1.Some(v)
}
