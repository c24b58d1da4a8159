package sim

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// builder writes one JSON object in which an inner object appears only once something is in it, as the
// feed's deltas do.
type builder struct {
	buf    []byte
	open   [12]string
	first  [13]bool
	depth  int // objects entered
	opened int // of them, written
}

func (b *builder) reset() {
	b.buf = append(b.buf[:0], '{')
	b.depth, b.opened = 0, 0
	b.first[0] = true
}

// in enters the object of that key; out leaves it.
func (b *builder) in(key string) {
	b.depth++
	b.open[b.depth] = key
}

func (b *builder) out() {
	if b.opened == b.depth {
		b.buf = append(b.buf, '}')
		b.opened--
	}
	b.depth--
}

func (b *builder) empty() bool { return len(b.buf) == 1 }

// done closes the object and returns it; the bytes live until the next reset.
func (b *builder) done() []byte {
	b.buf = append(b.buf, '}')
	return b.buf
}

func (b *builder) key(k string) {
	for b.opened < b.depth {
		b.sep()
		b.buf = appendString(b.buf, b.open[b.opened+1])
		b.buf = append(b.buf, ':', '{')
		b.opened++
		b.first[b.opened] = true
	}
	b.sep()
	b.buf = appendString(b.buf, k)
	b.buf = append(b.buf, ':')
}

func (b *builder) sep() {
	if !b.first[b.opened] {
		b.buf = append(b.buf, ',')
	}
	b.first[b.opened] = false
}

func (b *builder) str(k, v string) {
	b.key(k)
	b.buf = appendString(b.buf, v)
}

func (b *builder) num(k string, v int) {
	b.key(k)
	b.buf = strconv.AppendInt(b.buf, int64(v), 10)
}

func (b *builder) bool(k string, v bool) {
	b.key(k)
	b.buf = strconv.AppendBool(b.buf, v)
}

func (b *builder) raw(k, v string) {
	b.key(k)
	b.buf = append(b.buf, v...)
}

// change variants write only what differs from the published value and remember it.

func (b *builder) setStr(k, v string, pub *string) {
	if *pub != v {
		*pub = v
		b.str(k, v)
	}
}

func (b *builder) setNum(k string, v int, pub *int) {
	if *pub != v {
		*pub = v
		b.num(k, v)
	}
}

func (b *builder) setBool(k string, v bool, pub *bool) {
	if *pub != v {
		*pub = v
		b.bool(k, v)
	}
}

// appendString quotes a string as JSON. The feed leaves letters beyond ASCII as they are.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			_, n := utf8.DecodeRuneInString(s[i:])
			dst = append(dst, s[i:i+n]...)
			i += n
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return append(dst, '"')
}

// lapText writes a lap time, m:ss.mmm.
func lapText(d time.Duration) string {
	ms := d.Milliseconds()
	b := strconv.AppendInt(make([]byte, 0, 10), ms/60000, 10)
	b = append(b, ':')
	return string(appendSeconds(b, ms%60000, 2))
}

// sectorText writes a sector time in plain seconds, also beyond a minute.
func sectorText(d time.Duration) string {
	return string(appendSeconds(make([]byte, 0, 8), d.Milliseconds(), 1))
}

// gapText writes a gap, +s.mmm.
func gapText(d time.Duration) string {
	return string(appendSeconds(append(make([]byte, 0, 9), '+'), max(0, d.Milliseconds()), 1))
}

func appendSeconds(b []byte, ms int64, width int) []byte {
	s := ms / 1000
	if width == 2 && s < 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, s, 10)
	f := ms % 1000
	return append(b, '.', byte('0'+f/100), byte('0'+f/10%10), byte('0'+f%10))
}

// clockText writes hh:mm:ss.
func clockText(d time.Duration) string {
	s := int(d / time.Second)
	b := make([]byte, 0, 8)
	for i, v := range []int{s / 3600, s / 60 % 60, s % 60} {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, byte('0'+v/10), byte('0'+v%10))
	}
	return string(b)
}

func hypot(x, y float32) float32 { return float32(math.Hypot(float64(x), float64(y))) }

func itoa(n int) string { return strconv.Itoa(n) }
