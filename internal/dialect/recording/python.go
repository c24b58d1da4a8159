package recording

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// pythonReader turns one Python literal into JSON: what repr writes of lists, tuples, dicts, strings,
// numbers, True, False and None, and what ast.literal_eval reads back. FastF1, OpenF1 and their
// descendants save the feed so. Replacing quotes blindly would corrupt every text that holds one.
type pythonReader struct {
	b     []byte
	i     int
	out   []byte
	depth int
}

// appendPython appends the JSON form of the one Python literal in src to dst.
func appendPython(dst, src []byte) ([]byte, error) {
	p := pythonReader{b: src, out: dst}
	if err := p.value(); err != nil {
		return dst, err
	}
	if p.blanks(); p.i < len(p.b) {
		return dst, p.unexpected("the end")
	}
	return p.out, nil
}

func (p *pythonReader) unexpected(want string) error {
	if p.i >= len(p.b) {
		return fmt.Errorf("cut off after %d bytes, %s expected", len(p.b), want)
	}
	return fmt.Errorf("%q at byte %d, %s expected", p.b[p.i], p.i, want)
}

func (p *pythonReader) blanks() {
	for p.i < len(p.b) && (p.b[p.i] == ' ' || p.b[p.i] == '\t' || p.b[p.i] == '\r' || p.b[p.i] == '\n' || p.b[p.i] == '\f') {
		p.i++
	}
}

func (p *pythonReader) next() byte {
	p.blanks()
	if p.i < len(p.b) {
		return p.b[p.i]
	}
	return 0
}

func (p *pythonReader) value() error {
	if p.depth++; p.depth > maxDepth {
		return errDepth
	}
	defer func() { p.depth-- }()
	switch c := p.next(); {
	case c == '{':
		return p.dict()
	case c == '[':
		return p.list(']')
	case c == '(':
		return p.list(')')
	case p.atString():
		return p.strs()
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		return p.num()
	case p.keyword("True"):
		p.out = append(p.out, "true"...)
	case p.keyword("False"):
		p.out = append(p.out, "false"...)
	case p.keyword("None"):
		p.out = append(p.out, "null"...)
	default:
		return p.unexpected("a Python value")
	}
	return nil
}

func (p *pythonReader) keyword(w string) bool {
	end := p.i + len(w)
	if len(p.b) < end || string(p.b[p.i:end]) != w {
		return false
	}
	if end < len(p.b) && isWordByte(p.b[end]) {
		return false
	}
	p.i = end
	return true
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// list reads up to the closing bracket. A trailing comma is allowed, as in Python; (1) without one is
// a value in parentheses there, and here too.
func (p *pythonReader) list(end byte) error {
	p.i++
	open, n, comma := len(p.out), 0, false
	p.out = append(p.out, '[')
	for {
		if p.next() == end {
			p.i++
			break
		}
		if n > 0 {
			if !comma {
				return p.unexpected("a comma or " + string(end))
			}
			p.out = append(p.out, ',')
		}
		if err := p.value(); err != nil {
			return err
		}
		n++
		if comma = p.next() == ','; comma {
			p.i++
		}
	}
	if end == ')' && n == 1 && !comma {
		p.out = append(p.out[:open], p.out[open+1:]...)
		return nil
	}
	p.out = append(p.out, ']')
	return nil
}

func (p *pythonReader) dict() error {
	p.i++
	p.out = append(p.out, '{')
	for n, comma := 0, true; ; n++ {
		if p.next() == '}' {
			p.i++
			p.out = append(p.out, '}')
			return nil
		}
		if !comma {
			return p.unexpected("a comma or }")
		}
		if n > 0 {
			p.out = append(p.out, ',')
		}
		if err := p.key(); err != nil {
			return err
		}
		if p.next() != ':' {
			return p.unexpected("a colon")
		}
		p.i++
		p.out = append(p.out, ':')
		if err := p.value(); err != nil {
			return err
		}
		if comma = p.next() == ','; comma {
			p.i++
		}
	}
}

// key reads a dict key. JSON knows only strings, so a number, True, False or None becomes its text.
func (p *pythonReader) key() error {
	if c := p.next(); c == '{' || c == '[' || c == '(' {
		return p.unexpected("a key")
	}
	at := len(p.out)
	p.out = append(p.out, '"')
	if err := p.value(); err != nil {
		return err
	}
	if p.out[at+1] == '"' {
		p.out = append(p.out[:at], p.out[at+1:]...)
		return nil
	}
	p.out = append(p.out, '"')
	return nil
}

// num copies a decimal number; forms that JSON lacks (a leading plus, ".5", "1.") are completed.
func (p *pythonReader) num() error {
	neg := false
	for p.i < len(p.b) && (p.b[p.i] == '-' || p.b[p.i] == '+') {
		neg = neg != (p.b[p.i] == '-')
		p.i++
	}
	if neg {
		p.out = append(p.out, '-')
	}
	from := p.i
	p.digits()
	whole := p.b[from:p.i]
	isInt := true
	if len(whole) == 0 {
		p.out = append(p.out, '0')
	} else {
		trimmed := whole
		for len(trimmed) > 1 && trimmed[0] == '0' {
			trimmed = trimmed[1:]
		}
		p.out = append(p.out, trimmed...)
	}
	if p.i < len(p.b) && p.b[p.i] == '.' {
		isInt = false
		p.i++
		from = p.i
		p.digits()
		if p.i == from {
			if len(whole) == 0 {
				return p.unexpected("a digit")
			}
		} else {
			p.out = append(p.out, '.')
			p.out = append(p.out, p.b[from:p.i]...)
		}
	} else if len(whole) == 0 {
		return p.unexpected("a digit")
	}
	if p.i < len(p.b) && (p.b[p.i] == 'e' || p.b[p.i] == 'E') {
		isInt = false
		p.out = append(p.out, 'e')
		p.i++
		if p.i < len(p.b) && (p.b[p.i] == '-' || p.b[p.i] == '+') {
			p.out = append(p.out, p.b[p.i])
			p.i++
		}
		from = p.i
		if p.digits(); p.i == from {
			return p.unexpected("a digit")
		}
		p.out = append(p.out, p.b[from:p.i]...)
	}
	// Python has no integer such as 007; only zeros may begin with a zero.
	if isInt && len(whole) > 1 && whole[0] == '0' && !allZero(whole) {
		return fmt.Errorf("number with a leading zero at byte %d", p.i-len(whole))
	}
	if p.i < len(p.b) && isWordByte(p.b[p.i]) {
		return p.unexpected("the end of the number")
	}
	return nil
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != '0' {
			return false
		}
	}
	return true
}

func (p *pythonReader) digits() {
	for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
		p.i++
	}
}

// atString reports whether a string begins here, with or without one of the prefixes u and r.
func (p *pythonReader) atString() bool {
	i := p.i
	if i < len(p.b) && (p.b[i] == 'u' || p.b[i] == 'U' || p.b[i] == 'r' || p.b[i] == 'R') {
		i++
	}
	return i < len(p.b) && (p.b[i] == '\'' || p.b[i] == '"')
}

// strs reads one string or several that stand side by side, which Python joins.
func (p *pythonReader) strs() error {
	p.out = append(p.out, '"')
	for p.atString() {
		raw := false
		if c := p.b[p.i]; c != '\'' && c != '"' {
			raw = c == 'r' || c == 'R'
			p.i++
		}
		if err := p.str(raw); err != nil {
			return err
		}
		p.blanks()
	}
	p.out = append(p.out, '"')
	return nil
}

func (p *pythonReader) str(raw bool) error {
	quote := p.b[p.i]
	triple := p.i+2 < len(p.b) && p.b[p.i+1] == quote && p.b[p.i+2] == quote
	p.i++
	if triple {
		p.i += 2
	}
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == quote && !triple:
			p.i++
			return nil
		case c == quote && p.i+2 < len(p.b) && p.b[p.i+1] == quote && p.b[p.i+2] == quote:
			p.i += 3
			return nil
		case c == '\\' && raw:
			// A raw string keeps the backslash and whatever it stands before.
			p.out = append(p.out, '\\', '\\')
			p.i++
			if p.i < len(p.b) && p.b[p.i] < 0x80 {
				p.plain(rune(p.b[p.i]))
				p.i++
			}
		case c == '\\':
			if err := p.escape(); err != nil {
				return err
			}
		case c < 0x20 || c == '"':
			p.plain(rune(c))
			p.i++
		default:
			p.out = append(p.out, c)
			p.i++
		}
	}
	return p.unexpected("a closing quote")
}

const hexDigits = "0123456789abcdef"

// plain writes one character as it has to stand in a JSON string. A surrogate, which Python can hold
// on its own, keeps its \u form.
func (p *pythonReader) plain(r rune) {
	switch {
	case r == '"' || r == '\\':
		p.out = append(p.out, '\\', byte(r))
	case r == '\n':
		p.out = append(p.out, '\\', 'n')
	case r < 0x20, r >= 0xd800 && r < 0xe000:
		p.out = append(p.out, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
	default:
		p.out = utf8.AppendRune(p.out, r)
	}
}

var errEscape = errors.New("escape that Python does not know")

func (p *pythonReader) escape() error {
	p.i++
	if p.i >= len(p.b) {
		return p.unexpected("an escape")
	}
	c := p.b[p.i]
	p.i++
	switch c {
	case '\n':
	case '\\', '\'', '"':
		p.plain(rune(c))
	case 'a':
		p.plain('\a')
	case 'b':
		p.plain('\b')
	case 'f':
		p.plain('\f')
	case 'n':
		p.plain('\n')
	case 'r':
		p.plain('\r')
	case 't':
		p.plain('\t')
	case 'v':
		p.plain('\v')
	case 'x':
		return p.hex(2)
	case 'u':
		return p.hex(4)
	case 'U':
		return p.hex(8)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		r := rune(c - '0')
		for n := 0; n < 2 && p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '7'; n++ {
			r = r<<3 | rune(p.b[p.i]-'0')
			p.i++
		}
		p.plain(r)
	case 'N':
		return fmt.Errorf(`\N at byte %d: %w here`, p.i-2, errEscape)
	default:
		// Python keeps the backslash of an escape it does not know.
		p.out = append(p.out, '\\', '\\')
		p.i--
	}
	return nil
}

func (p *pythonReader) hex(n int) error {
	if p.i+n > len(p.b) {
		p.i = len(p.b)
		return p.unexpected("hexadecimal digits")
	}
	v, err := strconv.ParseUint(string(p.b[p.i:p.i+n]), 16, 32)
	if err != nil || v > utf8.MaxRune {
		return fmt.Errorf("%q at byte %d is not a character code", p.b[p.i:p.i+n], p.i)
	}
	p.i += n
	p.plain(rune(v))
	return nil
}
