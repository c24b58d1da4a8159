package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/feed"
)

// anyValue draws a JSON value as encoding/json decodes it.
func anyValue(t *rapid.T, depth int) any {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"O'SULLIVAN", `say "no"`, `\`, "Pérez", "a\nb", "\x00", "周冠宇", "\U0001F3C1", "'\""}))
	kinds := 5
	if depth > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return text.Draw(t, "text")
	case 1:
		return float64(rapid.Int32().Draw(t, "int"))
	case 2:
		return rapid.Float64Range(-1e9, 1e9).Draw(t, "float")
	case 3:
		return rapid.Bool().Draw(t, "bool")
	case 4:
		return nil
	case 5:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "len") {
			list = append(list, anyValue(t, depth-1))
		}
		return list
	}
	dict := map[string]any{}
	for range rapid.IntRange(0, 4).Draw(t, "len") {
		dict[text.Draw(t, "key")] = anyValue(t, depth-1)
	}
	return dict
}

// repr writes a value as Python does.
func repr(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		b.WriteString(map[bool]string{true: "True", false: "False"}[v])
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			b.WriteString(strconv.FormatInt(int64(v), 10))
		} else {
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		}
	case string:
		reprString(b, v)
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			repr(b, e)
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		first := true
		for k, e := range v {
			if !first {
				b.WriteString(", ")
			}
			first = false
			reprString(b, k)
			b.WriteString(": ")
			repr(b, e)
		}
		b.WriteByte('}')
	}
}

func reprString(b *strings.Builder, s string) {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20 || r >= 0x7f && r < 0xa1:
			fmt.Fprintf(b, `\x%02x`, r)
		case r == 0xad:
			b.WriteString(`\xad`)
		case r >= 0x2000 && r < 0x2070:
			fmt.Fprintf(b, `\u%04x`, r)
		case r >= 0xe0000:
			fmt.Fprintf(b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteRune(quote)
}

// TestPythonRoundTrip: what Python writes of a value reads back as that value.
func TestPythonRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyValue(t, 3)
		var lit strings.Builder
		repr(&lit, want)
		out, err := appendPython(nil, []byte(lit.String()))
		if err != nil {
			t.Fatalf("%s: %v", lit.String(), err)
		}
		var got any
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%s became %s: %v", lit.String(), out, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s became %s", lit.String(), out)
		}
	})
}

func TestPython(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		out, err := appendPython(nil, []byte(in))
		if err != nil || string(out) != want {
			t.Errorf("%s: %s, %v, want %s", in, out, err, want)
		}
	}
	f(`['O\'SULLIVAN', "O'SULLIVAN", 'say "no"']`, `["O'SULLIVAN","O'SULLIVAN","say \"no\""]`)
	f(`'P\xe9rez \u5468 \U0001f3c1 \101 \d'`, `"Pérez 周 🏁 A \\d"`)
	f(`'\ud83d'`, `"\ud83d"`)
	f(`r'a\'b\n'`, `"a\\'b\\n"`)
	f(`u"x" 'y' '''it's "z"'''`, `"xyit's \"z\""`)
	f(`(1, -2.50, .5, 3., 1e-7, 1E+16, 00, +4)`, `[1,-2.50,0.5,3,1e-7,1e+16,0,4]`)
	f(`((1), (1,), (), [1,], {'a': 1,})`, `[1,[1],[],[1],{"a":1}]`)
	f(`{1: None, 'b': {True: False}, 2.5: {}}`, `{"1":null,"b":{"true":false},"2.5":{}}`)
	refuse := func(in string) {
		t.Helper()
		if out, err := appendPython(nil, []byte(in)); err == nil {
			t.Errorf("%s became %s", in, out)
		}
	}
	for _, in := range []string{"", "'", `'\`, `'\x4`, `'\xg0'`, `'\U00110000'`, `'\N{DASH}'`, "[", "[1", "[1 2]", "{1}", "{'a'}", "{'a':}", "{'a':1 'b':2}", "{[1]: 2}",
		"Truey", "nan", "inf", "007", "1.2.3", "1_0", "0x10", "-", ".", "1e", "[,]", "[1,,2]", "1 2", "f'x'", "b'x'", "__import__('os')", "{1: 2}[1]",
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)} {
		refuse(in)
	}
}

// TestParseTimeProperty: every way to write a time reads as that time.
func TestParseTimeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(-600_000_000, 10_000_000_000).Draw(t, "sec"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "zone")*60)
		for _, in := range []string{
			want.In(zone).Format("2006-01-02T15:04:05.999999999Z07:00"),
			want.In(zone).Format("2006-01-02T15:04:05.999999999-0700"),
			want.UTC().Format("2006-01-02T15:04:05.999999999"),
			want.UTC().Format("2006-01-02 15:04:05.000000000") + "123Z",
		} {
			got, err := ParseTime([]byte(in))
			if err != nil || !got.Equal(want) {
				t.Fatalf("%s: %v, %v", in, got, err)
			}
		}
	})
}

func TestParseTimeRefuses(t *testing.T) {
	for _, in := range []string{"", "2024-05-18", "2024-05-18T13:59", "0001-01-01T00:00:00", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
		"2024-05-18T24:00:00Z", "2024-05-18T13:60:00Z", "2024-05-18T13:59:60Z", "2024-05-18T13:59:11.388X", "2024-05-18T13:59:11+2", "2024-05-18T13:59:11+99:00",
		"2021-0341.297Z", "2021035:00:", "208T14:57:41.297Z", "2024/05/18T13:59:11Z"} {
		if got, err := ParseTime([]byte(in)); err == nil {
			t.Errorf("%q read as %v", in, got)
		}
	}
}

// TestOwnRoundTrip: what record writes is read back as it was, in every compression.
func TestOwnRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var want []feed.Message
		body := feed.AppendHeader(nil, feed.Header{Session: "1"})
		for i := range rapid.IntRange(1, 8).Draw(t, "messages") {
			payload, err := json.Marshal(anyValue(t, 2))
			if err != nil {
				t.Fatal(err)
			}
			m := feed.Message{
				Topic:      rapid.SampledFrom([]string{"TimingData", "CarData.z", "Other"}).Draw(t, "topic"),
				Payload:    payload,
				Offset:     uint64(i + 1),
				Occurrence: rapid.Uint32().Draw(t, "occurrence"),
				Snapshot:   rapid.Bool().Draw(t, "snapshot"),
			}
			if rapid.Bool().Draw(t, "timed") {
				m.Time = time.Unix(rapid.Int64Range(0, 2e9).Draw(t, "sec"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
				m.Received = m.Time.Add(time.Millisecond)
			}
			want = append(want, m)
			body = feed.AppendLine(body, &m)
		}
		suffix := rapid.SampledFrom([]string{"", ".gz", ".zst"}).Draw(t, "suffix")
		path := filepath.Join(dir, "own"+suffix)
		if err := os.WriteFile(path, packings[suffix](body), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for i := range want {
			var m feed.Message
			if err := r.Next(&m); err != nil {
				t.Fatalf("message %d: %v", i, err)
			}
			if !reflect.DeepEqual(m, want[i]) {
				t.Fatalf("message %d: %+v, want %+v", i, m, want[i])
			}
		}
		if err := r.Next(new(feed.Message)); !errors.Is(err, io.EOF) || r.Damaged() {
			t.Fatalf("at the end: %v, problems %v", err, r.Problems())
		}
	})
}

// TestLinesProperty: the line reader yields what splitting the whole text yields, with line numbers,
// however the stream is cut into reads; reading backwards yields the same lines in reverse.
func TestLinesProperty(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "bcd", " ", "\n", "\r\n", "\x1e", strings.Repeat("x", 70_000)})).Draw(t, "text"), ""))
		type line struct {
			text string
			n    int
		}
		var want []line
		for i, l := range strings.Split(string(body), "\n") {
			for _, piece := range strings.Split(l, "\x1e") {
				if piece = strings.TrimSpace(piece); piece != "" {
					want = append(want, line{piece, i + 1})
				}
			}
		}
		read := func(l lines) (got []line) {
			for {
				x, err := l.next()
				if errors.Is(err, io.EOF) {
					return got
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, line{string(x.b), x.line})
			}
		}
		size := rapid.IntRange(1, 100_000).Draw(t, "read size")
		if got := read(newLineReader(smallReads{bytes.NewReader(body), size})); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		path := filepath.Join(dir, "lines")
		if err := os.WriteFile(path, body, 0o644); err != nil {
			t.Fatal(err)
		}
		in, err := openInput(path, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		back, file, err := newReverseLines(in)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		// The messages of one line keep their order.
		got, at := read(back), len(want)
		for i := 0; i < len(got); {
			n := 1
			for i+n < len(got) && got[i+n].n == got[i].n {
				n++
			}
			if at -= n; at < 0 || !reflect.DeepEqual(got[i:i+n], want[at:at+n]) {
				t.Fatalf("backwards %v, want %v", got, want)
			}
			i += n
		}
		if at != 0 {
			t.Fatalf("backwards %d of %d lines", len(got), len(want))
		}
	})
}

// smallReads returns at most n bytes a read.
type smallReads struct {
	r io.Reader
	n int
}

func (s smallReads) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

// TestLongLine: a line beyond the limit is skipped with its beginning kept, forwards and backwards, and
// memory stays bounded.
func TestLongLine(t *testing.T) {
	body := "first\n" + strings.Repeat("y", 900_000) + "\nlast\n"
	forward := newLineReader(strings.NewReader(body))
	forward.limit = 100_000
	path := filepath.Join(t.TempDir(), "lines")
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	in, err := openInput(path, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	backward, file, err := newReverseLines(in)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	backward.limit = 100_000
	f := func(l lines, want ...string) {
		t.Helper()
		for _, w := range want {
			x, err := l.next()
			got := fmt.Sprintf("%d %s %v", x.line, x.b[:min(5, len(x.b))], err)
			if got != w {
				t.Errorf("got %s, want %s", got, w)
			}
		}
		if _, err := l.next(); !errors.Is(err, io.EOF) {
			t.Errorf("after the last line: %v", err)
		}
	}
	f(forward, "1 first <nil>", "2 yyyyy longer than 16 MiB, skipped", "3 last <nil>")
	f(backward, "3 last <nil>", "2 yyyyy longer than 16 MiB, skipped", "1 first <nil>")
	if len(forward.buf) > 300_000 {
		t.Errorf("the buffer grew to %d bytes", len(forward.buf))
	}
}

// TestOccurrences: equal messages of one source are numbered, also when the time steps back in between.
func TestOccurrences(t *testing.T) {
	o := occurrences{}
	f := func(topic, payload string, at int64, want uint32) {
		t.Helper()
		m := feed.Message{Topic: topic, Payload: []byte(payload), Time: time.Unix(at, 0)}
		if got := o.count(&m); got != want {
			t.Errorf("%s %s at %d: occurrence %d, want %d", topic, payload, at, got, want)
		}
	}
	f("TrackStatus", "1", 10, 0)
	f("TrackStatus", "2", 10, 0)
	f("TrackStatus", "1", 10, 1)
	f("TrackStatus", "1", 9, 0)
	f("TrackStatus", "1", 10, 2)
	f("Other", "1", 10, 0)
	for i := range 10 * recentKept {
		f("Many", "x", int64(i), 0)
	}
}
