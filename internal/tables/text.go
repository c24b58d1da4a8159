package tables

import (
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// flushAt is how many bytes of text gather before they are written.
const flushAt = 64 << 10

// writeCSV writes a header and one record a row, each ended by CRLF as RFC 4180 has it.
func (d *Description) writeCSV(w io.Writer, rows iter.Seq[Row]) (int, error) {
	var header []byte
	for i, c := range d.Columns {
		if i > 0 {
			header = append(header, ',')
		}
		header = append(header, c.Name...)
	}
	header = append(header, "\r\n"...)
	return writeText(w, header, rows, func(buf []byte, r Row) []byte {
		for i := range d.Columns {
			c := &d.Columns[i]
			if i > 0 {
				buf = append(buf, ',')
			}
			v := &r[i]
			switch {
			case !v.Known:
			case c.Type == String:
				buf = appendCell(buf, v.S)
			case c.Type == Time:
				buf = appendTime(buf, v.N)
			default:
				buf = appendPlain(buf, c.Type, v)
			}
		}
		return append(buf, "\r\n"...)
	})
}

// writeJSONL writes one object a row with every column, null where it is unknown.
func (d *Description) writeJSONL(w io.Writer, rows iter.Seq[Row]) (int, error) {
	return writeText(w, nil, rows, func(buf []byte, r Row) []byte { return append(d.AppendObject(buf, r), '\n') })
}

// AppendObject appends a row as a JSON object with every column, null where it is unknown.
func (d *Description) AppendObject(buf []byte, r Row) []byte {
	for i := range d.Columns {
		c := &d.Columns[i]
		if i == 0 {
			buf = append(buf, '{', '"')
		} else {
			buf = append(buf, ',', '"')
		}
		buf = append(append(buf, c.Name...), '"', ':')
		v := &r[i]
		switch {
		case !v.Known:
			buf = append(buf, "null"...)
		case c.Type == String:
			buf = appendString(buf, v.S)
		case c.Type == Time:
			buf = append(buf, '"')
			buf = appendTime(buf, v.N)
			buf = append(buf, '"')
		default:
			buf = appendPlain(buf, c.Type, v)
		}
	}
	return append(buf, '}')
}

// buffers are what text gathers in: a page of few rows is no reason for a new one.
var buffers = sync.Pool{New: func() any {
	b := make([]byte, 0, flushAt+4096)
	return &b
}}

// writeText appends rows to a header and hands the text to w whenever there is enough.
func writeText(w io.Writer, header []byte, rows iter.Seq[Row], encode func([]byte, Row) []byte) (n int, err error) {
	pooled := buffers.Get().(*[]byte)
	buf := append((*pooled)[:0], header...)
	defer func() {
		*pooled = buf
		buffers.Put(pooled)
	}()
	for r := range rows {
		buf = encode(buf, r)
		n++
		if len(buf) >= flushAt {
			if _, err = w.Write(buf); err != nil {
				return n, err
			}
			buf = buf[:0]
		}
	}
	_, err = w.Write(buf)
	return n, err
}

// appendPlain appends what needs no quotes in either format.
func appendPlain(buf []byte, t Type, v *Cell) []byte {
	switch t {
	case Bool:
		return strconv.AppendBool(buf, v.N == 1)
	case Float:
		return strconv.AppendFloat(buf, v.F, 'f', -1, 64)
	}
	return strconv.AppendInt(buf, v.N, 10)
}

// appendTime appends a moment as 2024-07-07T13:24:00.331Z. Telemetry has a moment in every row, and
// time.AppendFormat would be half of the work of writing it.
func appendTime(buf []byte, ms int64) []byte {
	t := time.UnixMilli(ms).UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.AppendFormat(buf, "2006-01-02T15:04:05.000Z")
	}
	hour, minute, second := t.Clock()
	buf = append(appendDigits(buf, year, 4), '-')
	buf = append(appendDigits(buf, int(month), 2), '-')
	buf = append(appendDigits(buf, day, 2), 'T')
	buf = append(appendDigits(buf, hour, 2), ':')
	buf = append(appendDigits(buf, minute, 2), ':')
	buf = append(appendDigits(buf, second, 2), '.')
	return append(appendDigits(buf, t.Nanosecond()/1e6, 3), 'Z')
}

// appendDigits appends n, not negative, with leading zeros.
func appendDigits(buf []byte, n, width int) []byte {
	var digits [4]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(buf, digits[:width]...)
}

// appendCell appends a text, in quotes where it needs them.
func appendCell(buf []byte, s string) []byte {
	s = strings.ToValidUTF8(s, "\ufffd")
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(buf, s...)
	}
	buf = append(buf, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		buf = append(append(buf, s[:i]...), `""`...)
		s = s[i+1:]
	}
	return append(append(buf, s...), '"')
}

// appendString appends a text as a JSON string.
func appendString(buf []byte, s string) []byte {
	const hex = "0123456789abcdef"
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	buf = append(buf, '"')
	plain := 0 // bytes that are themselves
	for plain < len(s) && s[plain] >= 0x20 && s[plain] != '"' && s[plain] != '\\' {
		plain++
	}
	buf = append(buf, s[:plain]...)
	for i := plain; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			buf = append(buf, '\\', c)
		case c < 0x20:
			buf = append(buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			buf = append(buf, c)
		}
	}
	return append(buf, '"')
}
