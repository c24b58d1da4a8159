package recording

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth bounds how deep a value may nest, in JSON and in Python. The feed's deepest message has 9
// levels; a line of ten thousand brackets must not cost a stack.
const maxDepth = 200

// field is one member of a JSON object: the key between its quotes, escapes as written, and the whole
// value.
type field struct{ key, val []byte }

// scanner checks JSON without building anything: the reader needs to know where the envelope's parts
// begin and end and that the payload is whole, not what it says.
type scanner struct {
	b     []byte
	i     int
	depth int
	// ctrl says that the text holds a byte below 0x20, so strings have to be searched for them.
	ctrl bool
	err  error
}

var (
	errUTF8  = errors.New("not valid UTF-8")
	errDepth = fmt.Errorf("nested deeper than %d", maxDepth)
)

// start prepares the scanner for a text; it refuses text that is not UTF-8, because payloads go to
// browsers untouched.
func (s *scanner) start(b []byte) error {
	*s = scanner{b: b}
	var high bool
	s.ctrl, high = unusualBytes(b)
	if high && !utf8.Valid(b) {
		return errUTF8
	}
	return nil
}

// unusualBytes reports whether b holds a control character and whether it holds a byte outside ASCII,
// eight bytes at a time: this test replaces one per byte inside the strings.
func unusualBytes(b []byte) (ctrl, high bool) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	var low, top uint64
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		low |= (w - ones*0x20) &^ w
		top |= w
		b = b[8:]
	}
	ctrl, high = low&tops != 0, top&tops != 0
	for _, c := range b {
		ctrl = ctrl || c < 0x20
		high = high || c >= 0x80
	}
	return ctrl, high
}

func (s *scanner) blanks() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// peek returns the next byte after blanks, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) && s.b[s.i] > ' ' {
		return s.b[s.i]
	}
	return s.peekBlanks()
}

func (s *scanner) peekBlanks() byte {
	s.blanks()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) fail(what string) bool {
	if s.err == nil {
		if s.i >= len(s.b) {
			s.err = fmt.Errorf("cut off after %d bytes, %s expected", len(s.b), what)
		} else {
			s.err = fmt.Errorf("%q at byte %d, %s expected", s.b[s.i], s.i, what)
		}
	}
	return false
}

// value skips one JSON value and reports whether it is well formed.
func (s *scanner) value() bool {
	switch c := s.peek(); c {
	case '{':
		return s.object(nil)
	case '[':
		return s.array(nil)
	case '"':
		return s.str()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return s.number()
		}
		return s.fail("a JSON value")
	}
}

// whole skips one value that must be all there is.
func (s *scanner) whole() bool {
	if !s.value() {
		return false
	}
	return s.end()
}

// end reports whether nothing but blanks is left.
func (s *scanner) end() bool {
	s.blanks()
	return s.i == len(s.b) || s.fail("the end")
}

// object skips an object, adding its members to out when that is given.
func (s *scanner) object(out *[]field) bool {
	if s.depth++; s.depth > maxDepth {
		s.err = errDepth
		return false
	}
	s.i++
	if s.peek() == '}' {
		s.i++
		s.depth--
		return true
	}
	for {
		if s.peek() != '"' {
			return s.fail("a member name")
		}
		k := s.i + 1
		if !s.str() {
			return false
		}
		ke := s.i - 1
		if s.peek() != ':' {
			return s.fail("a colon")
		}
		s.i++
		s.blanks()
		v := s.i
		if !s.value() {
			return false
		}
		if out != nil {
			*out = append(*out, field{s.b[k:ke], s.b[v:s.i]})
		}
		switch s.peek() {
		case ',':
			s.i++
		case '}':
			s.i++
			s.depth--
			return true
		default:
			return s.fail("a comma or }")
		}
	}
}

// array skips an array, adding its elements to out when that is given.
func (s *scanner) array(out *[][]byte) bool {
	if s.depth++; s.depth > maxDepth {
		s.err = errDepth
		return false
	}
	s.i++
	if s.peek() == ']' {
		s.i++
		s.depth--
		return true
	}
	for {
		s.blanks()
		v := s.i
		if !s.value() {
			return false
		}
		if out != nil {
			*out = append(*out, s.b[v:s.i])
		}
		switch s.peek() {
		case ',':
			s.i++
		case ']':
			s.i++
			s.depth--
			return true
		default:
			return s.fail("a comma or ]")
		}
	}
}

// shortString is up to where strings are searched byte by byte: names and values are short, and only
// compressed payloads are worth a call of the vectorised search.
const shortString = 32

func (s *scanner) str() bool {
	s.i++
	for !s.ctrl {
		i, end := s.i, min(len(s.b), s.i+shortString)
		for i < end && s.b[i] != '"' && s.b[i] != '\\' {
			i++
		}
		if i == end {
			break
		}
		s.i = i
		if s.b[i] == '"' {
			s.i++
			return true
		}
		if !s.escape() {
			return false
		}
	}
	return s.longStr()
}

// longStr goes on from s.i, which is inside a string.
func (s *scanner) longStr() bool {
	for {
		b := s.b[s.i:]
		q := bytes.IndexByte(b, '"')
		if q < 0 {
			s.i = len(s.b)
			return s.fail("a closing quote")
		}
		if s.ctrl && !s.noControl(b[:q]) {
			return false
		}
		e := bytes.IndexByte(b[:q], '\\')
		if e < 0 {
			s.i += q + 1
			return true
		}
		s.i += e
		if !s.escape() {
			return false
		}
	}
}

func (s *scanner) noControl(b []byte) bool {
	for n, c := range b {
		if c < 0x20 {
			s.i += n
			return s.fail("no control character")
		}
	}
	return true
}

func (s *scanner) escape() bool {
	s.i++
	if s.i >= len(s.b) {
		return s.fail("an escape")
	}
	switch s.b[s.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i++
		return true
	case 'u':
		for n := 0; n < 4; n++ {
			s.i++
			if s.i >= len(s.b) || hexValue(s.b[s.i]) < 0 {
				return s.fail("a hexadecimal digit")
			}
		}
		s.i++
		return true
	}
	return s.fail("an escape")
}

func (s *scanner) word(w string) bool {
	for n := 0; n < len(w); n++ {
		if s.i >= len(s.b) || s.b[s.i] != w[n] {
			return s.fail(w)
		}
		s.i++
	}
	return true
}

func (s *scanner) digits() bool {
	from := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > from || s.fail("a digit")
}

func (s *scanner) number() bool {
	if s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return false
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return false
		}
	}
	if s.i < len(s.b) && (s.b[s.i] == 'e' || s.b[s.i] == 'E') {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		return s.digits()
	}
	return true
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// appendUnquoted appends the text of a well-formed JSON string (with its quotes) to dst.
func appendUnquoted(dst, str []byte) []byte {
	b := str[1 : len(str)-1]
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			dst = append(dst, b[i])
			continue
		}
		i++
		switch b[i] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hex4(b[i+1:])
			i += 4
			if r >= 0xd800 && r < 0xdc00 && i+6 < len(b) && b[i+1] == '\\' && b[i+2] == 'u' {
				if lo := hex4(b[i+3:]); lo >= 0xdc00 && lo < 0xe000 {
					r = (r-0xd800)<<10 + (lo - 0xdc00) + 0x10000
					i += 6
				}
			}
			// A lone surrogate has no UTF-8 form; AppendRune writes U+FFFD for it.
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, b[i])
		}
	}
	return dst
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		r = r<<4 | rune(hexValue(c))
	}
	return r
}
