package openf1

import (
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// shape says which of a value's fields holds it.
type shape uint8

const (
	null      shape = iota
	isInteger       // n
	isNumber        // f
	isText          // s
	isBool          // n: 0, 1
	isDate          // n: microseconds since 1970
	isList          // list
	absent          // not even a member
)

// value is one member of a document. The zero value is null.
type value struct {
	shape shape
	n     int64
	f     float64
	s     string
	list  []value
}

func integerOf[I int | int64 | int16](n I) value { return value{shape: isInteger, n: int64(n)} }
func numberOf(f float64) value                   { return value{shape: isNumber, f: f} }
func boolOf(b bool) value {
	v := value{shape: isBool}
	if b {
		v.n = 1
	}
	return v
}

// textOf is null for the empty text: what is unknown has no text here.
func textOf[S ~string](s S) value {
	if s == "" {
		return value{}
	}
	return value{shape: isText, s: string(s)}
}

func dateOf(t time.Time) value {
	if t.IsZero() {
		return value{}
	}
	return value{shape: isDate, n: t.UnixMicro()}
}

func listOf(list []value) value { return value{shape: isList, list: list} }

// equal is equality as the rows have it: a number is equal to the same number in another shape.
func (v *value) equal(o *value) bool {
	if a, ok := v.float(); ok {
		b, ok := o.float()
		return ok && a == b
	}
	if v.shape != o.shape {
		return false
	}
	return v.n == o.n && v.s == o.s && slices.EqualFunc(v.list, o.list, func(a, b value) bool { return a.equal(&b) })
}

// float is a number of either shape.
func (v *value) float() (float64, bool) {
	switch v.shape {
	case isInteger:
		return float64(v.n), true
	case isNumber:
		return v.f, true
	}
	return 0, false
}

// compare orders two values of one nature; false when they have none in common.
func (v *value) compare(o *value) (int, bool) {
	if a, ok := v.float(); ok {
		b, ok := o.float()
		switch {
		case !ok:
			return 0, false
		case a < b:
			return -1, true
		case a > b:
			return 1, true
		}
		return 0, true
	}
	if v.shape != o.shape {
		return 0, false
	}
	switch v.shape {
	case isDate, isBool:
		return int(min(max(v.n-o.n, -1), 1)), true
	case isText:
		switch {
		case v.s < o.s:
			return -1, true
		case v.s > o.s:
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// appendJSON writes the value as answers have it.
func (v *value) appendJSON(dst []byte) []byte {
	switch v.shape {
	case isInteger:
		return strconv.AppendInt(dst, v.n, 10)
	case isNumber:
		return appendNumber(dst, v.f)
	case isText:
		return appendQuoted(dst, v.s)
	case isBool:
		return strconv.AppendBool(dst, v.n != 0)
	case isDate:
		dst = append(dst, '"')
		dst = appendDate(dst, v.n)
		return append(dst, '"')
	case isList:
		dst = append(dst, '[')
		for i := range v.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = v.list[i].appendJSON(dst)
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}

// appendNumber writes a number in full, a whole one without a point; what is no number is null.
func appendNumber(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// appendDate writes microseconds since 1970, without a fraction when there is none.
func appendDate(dst []byte, us int64) []byte {
	t := time.UnixMicro(us).UTC()
	if us%1e6 == 0 {
		return t.AppendFormat(dst, "2006-01-02T15:04:05+00:00")
	}
	return t.AppendFormat(dst, "2006-01-02T15:04:05.000000+00:00")
}

const hex = "0123456789abcdef"

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				dst = append(dst, '\\', c)
			case c < ' ':
				dst = append(dst, `\u00`...)
				dst = append(dst, hex[c>>4], hex[c&15])
			default:
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return append(dst, '"')
}

// appendCSV writes the value as a cell: nothing for null, words and lists as Python prints them.
func (v *value) appendCSV(dst []byte) []byte {
	var cell []byte
	switch v.shape {
	case null, absent:
		return dst
	case isBool:
		if v.n != 0 {
			return append(dst, "True"...)
		}
		return append(dst, "False"...)
	case isDate:
		return appendDate(dst, v.n)
	case isText:
		cell = []byte(v.s)
	case isList:
		cell = append(cell, '[')
		for i := range v.list {
			if i > 0 {
				cell = append(cell, ", "...)
			}
			switch e := &v.list[i]; e.shape {
			case null:
				cell = append(cell, "None"...)
			case isText:
				cell = append(append(append(cell, '\''), e.s...), '\'')
			default:
				cell = e.appendJSON(cell)
			}
		}
		cell = append(cell, ']')
	default:
		return v.appendJSON(dst)
	}
	if !slices.ContainsFunc(cell, func(c byte) bool { return c == ',' || c == '"' || c == '\n' || c == '\r' }) {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for _, c := range cell {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}
