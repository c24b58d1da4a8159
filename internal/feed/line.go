package feed

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"
	"unicode/utf8"
)

// Our own recording is a text file of JSON objects, one to a line, each ended by a newline. The first
// line is a header, every other line one message with its members in this fixed order:
//
//	{"pitwall":1,"session":"9574","created":"2024-07-05T11:20:00Z"}
//	{"o":1,"k":2,"s":true,"t":"TimingData","u":"2024-07-05T11:30:00.123Z","r":"2024-07-05T11:30:00.2Z","d":{…},"c":"0a1b2c3d"}
//
//	o  offset in the session's log, from 1 (0 in a file that was not a log)
//	k  occurrence, left out when 0
//	s  true for a snapshot, left out for a patch
//	g  true if messages may be missing before it, left out if not
//	t  topic
//	u  source time, RFC 3339 with up to nanoseconds, UTC, left out when unknown
//	r  receive time, likewise
//	d  the payload exactly as it arrived
//	c  CRC-32C of all bytes of the line before `,"c"`, eight lower-case hexadecimal digits
//
// The fixed order lets a reader find everything from both ends without parsing the payload, so not even
// a payload that is no JSON can be taken for more than one line or for another member.

// LineVersion is the version that our recordings' header states.
const LineVersion = 1

// Why a line is refused. A torn line is the cut end of a file whose writer died; a corrupt line is whole
// but is not what was written.
var (
	ErrLineTorn    = errors.New("line is cut off")
	ErrLineCorrupt = errors.New("line is corrupt")
)

// tailLen is the length of `,"c":"01234567"}`.
const tailLen = 16

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendLine appends m as one line with its newline to dst. Raw line breaks in the payload, which JSON
// allows only between its values, become blanks; an empty payload becomes null. That the payload is JSON
// is for the caller to check.
func AppendLine(dst []byte, m *Message) []byte {
	start := len(dst)
	dst = append(dst, `{"o":`...)
	dst = strconv.AppendUint(dst, m.Offset, 10)
	if m.Occurrence != 0 {
		dst = append(dst, `,"k":`...)
		dst = strconv.AppendUint(dst, uint64(m.Occurrence), 10)
	}
	if m.Snapshot {
		dst = append(dst, `,"s":true`...)
	}
	if m.Gap {
		dst = append(dst, `,"g":true`...)
	}
	dst = append(dst, `,"t":"`...)
	dst = appendQuotedBody(dst, m.Topic)
	dst = append(dst, '"')
	dst = appendTimeMember(dst, `,"u":"`, m.Time)
	dst = appendTimeMember(dst, `,"r":"`, m.Received)
	dst = append(dst, `,"d":`...)
	if len(m.Payload) == 0 {
		dst = append(dst, "null"...)
	} else {
		at := len(dst)
		dst = append(dst, m.Payload...)
		blankLineBreaks(dst[at:])
	}
	return appendTail(dst, start)
}

// appendTail ends the line that begins at start with its checksum and newline.
func appendTail(dst []byte, start int) []byte {
	crc := crc32.Checksum(dst[start:], castagnoli)
	dst = append(dst, `,"c":"`...)
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[crc>>shift&15])
	}
	return append(dst, '"', '}', '\n')
}

// ParseLine reads one line, with or without its newline, into m. m.Payload aliases line; known topics
// cost no allocation. The error wraps ErrLineTorn or ErrLineCorrupt, and m is then unspecified.
func ParseLine(line []byte, m *Message) error {
	body, whole := bytes.CutSuffix(line, []byte{'\n'})
	n := len(body) - tailLen
	if n < 0 || string(body[n:n+6]) != `,"c":"` || body[len(body)-2] != '"' || body[len(body)-1] != '}' {
		if !whole {
			return ErrLineTorn
		}
		return fmt.Errorf("%w: no checksum at its end", ErrLineCorrupt)
	}
	want, ok := parseHex(body[n+6 : n+14])
	if !ok || crc32.Checksum(body[:n], castagnoli) != want {
		return fmt.Errorf("%w: checksum differs", ErrLineCorrupt)
	}
	s := lineScanner{rest: body[:n]}
	*m = Message{Topic: m.Topic}
	s.expect(`{"o":`)
	m.Offset = s.number(64)
	if s.accept(`,"k":`) {
		m.Occurrence = uint32(s.number(32))
	}
	m.Snapshot = s.accept(`,"s":true`)
	m.Gap = s.accept(`,"g":true`)
	s.expect(`,"t":"`)
	m.Topic = s.topic(m.Topic)
	if s.accept(`,"u":"`) {
		m.Time = s.time()
	}
	if s.accept(`,"r":"`) {
		m.Received = s.time()
	}
	s.expect(`,"d":`)
	if s.failed != "" {
		return fmt.Errorf("%w: bad %s", ErrLineCorrupt, s.failed)
	}
	if len(s.rest) == 0 {
		return fmt.Errorf("%w: no payload", ErrLineCorrupt)
	}
	m.Payload = s.rest
	return nil
}

// Header is the first line of one of our recordings.
type Header struct {
	// Session is the session key, "" when it was not known.
	Session string
	// Created is when the file was begun.
	Created time.Time
}

const headerPrefix = `{"pitwall":`

// IsHeader reports whether line is a header of our recordings, of whatever version.
func IsHeader(line []byte) bool { return bytes.HasPrefix(line, []byte(headerPrefix)) }

// AppendHeader appends the header line with its newline to dst.
func AppendHeader(dst []byte, h Header) []byte {
	dst = append(dst, headerPrefix...)
	dst = strconv.AppendInt(dst, LineVersion, 10)
	dst = append(dst, `,"session":"`...)
	dst = appendQuotedBody(dst, h.Session)
	dst = append(dst, '"')
	dst = appendTimeMember(dst, `,"created":"`, h.Created)
	return append(dst, '}', '\n')
}

// ParseHeader reads a header line, with or without its newline.
func ParseHeader(line []byte) (Header, error) {
	body, whole := bytes.CutSuffix(line, []byte{'\n'})
	s := lineScanner{rest: body}
	var h Header
	s.expect(headerPrefix)
	version := s.number(32)
	s.expect(`,"session":"`)
	h.Session = s.topic("")
	if s.accept(`,"created":"`) {
		h.Created = s.time()
	}
	s.expect("}")
	switch {
	case s.failed != "" && !whole:
		return Header{}, fmt.Errorf("header: %w", ErrLineTorn)
	case s.failed != "" || len(s.rest) != 0:
		return Header{}, fmt.Errorf("header: %w", ErrLineCorrupt)
	case version != LineVersion:
		return Header{}, fmt.Errorf("header: version %d is not known, only %d", version, LineVersion)
	}
	return h, nil
}

// lineScanner takes a line apart from the left. After the first failure every step is a no-op and failed
// names what was wrong.
type lineScanner struct {
	rest   []byte
	failed string
}

func (s *lineScanner) accept(text string) bool {
	if s.failed != "" || len(s.rest) < len(text) || string(s.rest[:len(text)]) != text {
		return false
	}
	s.rest = s.rest[len(text):]
	return true
}

func (s *lineScanner) expect(text string) {
	if !s.accept(text) {
		s.fail("order of members")
	}
}

func (s *lineScanner) fail(what string) {
	if s.failed == "" {
		s.failed = what
	}
}

func (s *lineScanner) number(bits uint) uint64 {
	var v uint64
	i := 0
	for ; i < len(s.rest) && s.rest[i]-'0' <= 9; i++ {
		digit := uint64(s.rest[i] - '0')
		if v > (1<<bits-1-digit)/10 {
			s.fail("number")
			return 0
		}
		v = v*10 + digit
	}
	if i == 0 || i > 1 && s.rest[0] == '0' {
		s.fail("number")
		return 0
	}
	s.rest = s.rest[i:]
	return v
}

// topic reads up to and including the closing quote. last is tried first, as messages of one topic tend
// to follow each other.
func (s *lineScanner) topic(last string) string {
	end := bytes.IndexByte(s.rest, '"')
	if end < 0 {
		s.fail("topic")
		return ""
	}
	if raw := s.rest[:end]; bytes.IndexByte(raw, '\\') < 0 {
		s.rest = s.rest[end+1:]
		if string(raw) == last {
			return last
		}
		return InternTopic(raw)
	}
	text, n := unquoteBody(s.rest)
	if n < 0 {
		s.fail("topic")
		return ""
	}
	s.rest = s.rest[n:]
	return text
}

// time reads a moment as AppendLine writes it, and the closing quote.
func (s *lineScanner) time() time.Time {
	b := s.rest
	const least = len(`2006-01-02T15:04:05Z"`)
	if len(b) < least || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		s.fail("time")
		return time.Time{}
	}
	year, month, day := digits(b[0:4]), digits(b[5:7]), digits(b[8:10])
	hour, minute, second := digits(b[11:13]), digits(b[14:16]), digits(b[17:19])
	i, nanos := 19, 0
	if b[i] == '.' {
		i++
		scale := 1_000_000_000
		for ; i < len(b) && b[i]-'0' <= 9 && scale > 1; i++ {
			scale /= 10
			nanos += int(b[i]-'0') * scale
		}
	}
	if year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
		second < 0 || second > 59 || len(b) < i+2 || b[i] != 'Z' || b[i+1] != '"' {
		s.fail("time")
		return time.Time{}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	if t.Day() != day {
		s.fail("time")
		return time.Time{}
	}
	s.rest = b[i+2:]
	return t
}

// digits reads b as a decimal number, far below zero if it is none.
func digits(b []byte) int {
	v := 0
	for _, c := range b {
		if c-'0' > 9 {
			return -1 << 20
		}
		v = v*10 + int(c-'0')
	}
	return v
}

func parseHex(b []byte) (v uint32, ok bool) {
	for _, c := range b {
		switch {
		case c-'0' <= 9:
			v = v<<4 | uint32(c-'0')
		case c-'a' <= 5:
			v = v<<4 | uint32(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// appendTimeMember appends key, t and a closing quote, or nothing when t is unknown or has no four-digit
// year.
func appendTimeMember(dst []byte, key string, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	t = t.UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		return dst
	}
	dst = append(dst, key...)
	dst = t.AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}

func blankLineBreaks(b []byte) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			break
		}
		b[i] = ' '
	}
	for {
		i := bytes.IndexByte(b, '\r')
		if i < 0 {
			break
		}
		b[i] = ' '
	}
}

// appendQuotedBody appends text as the inside of a JSON string. What is not UTF-8 becomes U+FFFD.
func appendQuotedBody(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				dst = append(dst, '\\', c)
			case c < ' ':
				dst = append(dst, `\u00`...)
				dst = append(dst, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
			default:
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst
}

// unquoteBody undoes appendQuotedBody up to the closing quote and returns the number of bytes read with
// it, -1 if there is no such string.
func unquoteBody(b []byte) (text string, n int) {
	var out []byte
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return string(out), i + 1
		case c != '\\':
			out = append(out, c)
		case i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\'):
			out = append(out, b[i+1])
			i++
		case i+5 < len(b) && string(b[i+1:i+4]) == "u00":
			hi, ok1 := parseHex(b[i+4 : i+5])
			lo, ok2 := parseHex(b[i+5 : i+6])
			if !ok1 || !ok2 || hi > 1 {
				return "", -1
			}
			out = append(out, byte(hi<<4|lo))
			i += 5
		default:
			return "", -1
		}
	}
	return "", -1
}

// InternTopic is string(b) without an allocation for the topics we know.
func InternTopic(b []byte) string {
	if t, ok := knownTopics[string(b)]; ok {
		return t
	}
	return string(b)
}

var knownTopics = func() map[string]string {
	known := make(map[string]string)
	for _, t := range []string{
		TopicArchiveStatus, TopicAudioStreams, TopicCarData, TopicChampionshipPrediction, TopicContentStreams,
		TopicCurrentTyres, TopicDriverList, TopicDriverRaceInfo, TopicDriverTracker, TopicExtrapolatedClock,
		TopicHeartbeat, TopicLapCount, TopicLapSeries, TopicOvertakeSeries, TopicPitLaneTimeCollection,
		TopicPitStop, TopicPitStopSeries, TopicPosition, TopicRaceControlMessages, TopicSessionData,
		TopicSessionInfo, TopicSessionStatus, TopicTeamRadio, TopicTimingAppData, TopicTimingData,
		TopicTimingDataF1, TopicTimingStats, TopicTlaRcm, TopicTopThree, TopicTrackStatus,
		TopicTyreStintSeries, TopicWeatherData, TopicWeatherDataSeries,
	} {
		known[t] = t
	}
	return known
}()
