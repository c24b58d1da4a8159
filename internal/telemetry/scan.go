package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"pitwall.live/internal/f1"
)

// errSyntax is the error of text that is not JSON of the expected shape.
var errSyntax = errors.New("not the expected JSON")

// maxDepth bounds what is skipped over.
const maxDepth = 32

// scanner walks over JSON text. The frames are regular and many, so it reads what is expected in place,
// without building values, and skips the rest.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) fail(what string) error {
	return fmt.Errorf("%w: %s at byte %d", errSyntax, what, s.i)
}

// peek skips blanks and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for s.i < len(s.b) {
		c := s.b[s.i]
		if c > ' ' {
			return c
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c
		}
		s.i++
	}
	return 0
}

// take consumes c if it is next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || c == 0 {
		return false
	}
	s.i++
	return true
}

// more advances to the next member or element of a container that ends with end: false at its end.
func (s *scanner) more(first bool, end byte) (bool, error) {
	if s.take(end) {
		return false, nil
	}
	if !first && !s.take(',') {
		return false, s.fail("comma missing")
	}
	return true, nil
}

// member advances to the next member of an object and returns its key, raw: ok is false at its end.
func (s *scanner) member(first bool) (key []byte, ok bool, err error) {
	if key, ok := s.shortKey(first); ok {
		return key, true, nil
	}
	if ok, err = s.more(first, '}'); !ok {
		return nil, false, err
	}
	if key, err = s.text(); err != nil {
		return nil, false, err
	}
	if !s.take(':') {
		return nil, false, s.fail("colon missing")
	}
	return key, true, nil
}

// shortKey reads what comes before a member's value in the form nearly all members have: ,"Channels":
// without blanks or escapes. Otherwise it moves nothing and reports false.
func (s *scanner) shortKey(first bool) ([]byte, bool) {
	b := s.b[s.i:]
	if !first {
		if len(b) == 0 || b[0] != ',' {
			return nil, false
		}
		b = b[1:]
	}
	if len(b) < 16 || b[0] != '"' {
		return nil, false
	}
	for i := 1; i < 15; i++ {
		switch c := b[i]; {
		case c == '"' && b[i+1] == ':':
			s.i = len(s.b) - len(b) + i + 2
			return b[1:i], true
		case c == '"' || c == '\\' || c < ' ':
			return nil, false
		}
	}
	return nil, false
}

// text reads a string and returns what is between its quotes, escapes included.
func (s *scanner) text() ([]byte, error) {
	if !s.take('"') {
		return nil, s.fail("string missing")
	}
	start := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[start : s.i-1], nil
		case c == '\\':
			s.i += 2
		case c < ' ':
			return nil, s.fail("control character in a string")
		default:
			s.i++
		}
	}
	s.i = len(s.b)
	return nil, s.fail("string is cut")
}

// integer reads a number, quoted or not; fractions are rounded towards zero. ok is false when the value
// is something else, which is skipped.
func (s *scanner) integer() (v int, ok bool, err error) {
	s.peek()
	i, start := s.i, s.i
	neg := i < len(s.b) && s.b[i] == '-'
	if neg {
		i++
	}
	digits := i
	for i < len(s.b) {
		c := s.b[i] - '0'
		if c > 9 {
			break
		}
		v = v*10 + int(c)
		i++
	}
	if n := i - digits; n > 0 && n < 10 && i < len(s.b) && (s.b[i] == ',' || s.b[i] == '}') {
		s.i = i
		if neg {
			v = -v
		}
		return v, true, nil
	}
	if err := s.skip(0); err != nil {
		return 0, false, err
	}
	text := bytes.Trim(s.b[start:s.i], `"`)
	f, numErr := strconv.ParseFloat(string(text), 64)
	if numErr != nil || !(f > -1e9 && f < 1e9) { // NaN compares false
		return 0, false, nil
	}
	return int(f), true, nil
}

// channelKeys are the channels in the order in which the feed has always written them. The last one is
// missing since 2026.
var channelKeys = [...]struct {
	before string
	number int
}{{`{"0":`, 0}, {`,"2":`, 2}, {`,"3":`, 3}, {`,"4":`, 4}, {`,"5":`, 5}, {`,"45":`, 45}}

// regularChannels reads a car's channels in the form all recordings have, brace to brace:
// {"0":6217,"2":57,"3":1,"4":3,"5":0,"45":0}. Otherwise it moves nothing and reports false. n is how
// many there were.
func (s *scanner) regularChannels(values *[len(channelKeys)]int) (n int, ok bool) {
	b := s.b[s.i:]
	for n = range channelKeys {
		key := channelKeys[n].before
		if len(b) < 16 || string(b[:len(key)]) != key {
			return 0, false
		}
		i, v := len(key), 0
		for ; i < 14 && b[i]-'0' <= 9; i++ {
			v = v*10 + int(b[i]-'0')
		}
		if i == len(key) {
			return 0, false
		}
		values[n] = v
		b = b[i:]
		if b[0] == '}' {
			s.i = len(s.b) - len(b) + 1
			return n + 1, true
		}
	}
	return 0, false
}

// regularPlace reads a car's place in the form all recordings have, brace to brace:
// {"Status":"OnTrack","X":-650,"Y":2243,"Z":1986}. Otherwise it moves nothing and reports false.
func (s *scanner) regularPlace(to *PositionSample) bool {
	b := s.b[s.i:]
	onTrack := bytes.HasPrefix(b, []byte(`{"Status":"OnTrack",`))
	switch {
	case onTrack:
		b = b[len(`{"Status":"OnTrack",`):]
	case bytes.HasPrefix(b, []byte(`{"Status":"OffTrack",`)):
		b = b[len(`{"Status":"OffTrack",`):]
	default:
		return false
	}
	var xyz [3]int32
	for axis := range xyz {
		if len(b) < 14 || b[0] != '"' || b[1] != "XYZ"[axis] || b[2] != '"' || b[3] != ':' {
			return false
		}
		b = b[4:]
		neg := b[0] == '-'
		if neg {
			b = b[1:]
		}
		i, v := 0, int32(0)
		for ; i < 6 && b[i]-'0' <= 9; i++ {
			v = v*10 + int32(b[i]-'0')
		}
		if i == 0 || b[i] != ",,}"[axis] {
			return false
		}
		b = b[i+1:]
		if neg {
			v = -v
		}
		xyz[axis] = v
	}
	s.i = len(s.b) - len(b)
	to.X, to.Y, to.Z = xyz[0], xyz[1], xyz[2]
	to.Located = xyz != [3]int32{}
	to.OnTrack = f1.Some(onTrack)
	return true
}

// skip moves past any value.
func (s *scanner) skip(depth int) error {
	if depth > maxDepth {
		return s.fail("nested too deeply")
	}
	switch s.peek() {
	case '"':
		_, err := s.text()
		return err
	case '{':
		s.i++
		for first := true; ; first = false {
			_, ok, err := s.member(first)
			if err != nil || !ok {
				return err
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
	case '[':
		s.i++
		for first := true; ; first = false {
			ok, err := s.more(first, ']')
			if err != nil || !ok {
				return err
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
	}
	start := s.i
	for s.i < len(s.b) && isWord(s.b[s.i]) {
		s.i++
	}
	if s.i == start {
		return s.fail("value missing")
	}
	return nil
}

// isWord reports whether c may occur in a number, true, false or null.
func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.'
}

// carNumber reads a key that is a car number of 1 to 4 digits.
func carNumber(key []byte) (int, bool) {
	if len(key) == 0 || len(key) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range key {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
