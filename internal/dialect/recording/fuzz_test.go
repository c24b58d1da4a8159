package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pitwall.live/internal/feed"
)

func FuzzPython(f *testing.F) {
	for _, s := range []string{`['T', {'a': [1, -2.5e3, None, True]}, '2024-05-18T13:59:11Z']`, `("a" 'b', r'\d', '''x''', '\x41\u00e9\U0001f3c1\101')`, `{1: {}, (2): ()}`, `[1,`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := appendPython([]byte("keep"), b)
		if !bytes.HasPrefix(out, []byte("keep")) {
			t.Fatal("what stood before is gone")
		}
		if err == nil && !json.Valid(out[4:]) {
			t.Fatalf("%q became %q, which is no JSON", b, out[4:])
		}
	})
}

// FuzzScanner: the scanner accepts what encoding/json accepts, apart from its depth limit and from text
// that is not UTF-8.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e+3,"x\u00e9\n",null,true,false,{}]}`, `"` + strings.Repeat("A", 100) + `"`, "{\"a\"\t:\r\n1}", `[01]`, "0\x00", "\"\x01\"", `{"a":1,}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var s scanner
		if err := s.start(b); err != nil {
			if utf8.Valid(b) {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		ok := s.whole()
		if ok != json.Valid(b) && !errors.Is(s.err, errDepth) {
			t.Fatalf("%q: %v, %v", b, ok, s.err)
		}
		if ok && len(b) > 0 && bytes.TrimSpace(b)[0] == '"' {
			var want string
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			if got := string(appendUnquoted(nil, bytes.TrimSpace(b))); got != want {
				t.Fatalf("%s unquoted is %q, want %q", b, got, want)
			}
		}
	})
}

// FuzzLine: no line makes the recogniser panic, and every message it yields is whole.
func FuzzLine(f *testing.F) {
	for _, c := range formatCases {
		for _, body := range c.files {
			for _, l := range strings.FieldsFunc(body, func(r rune) bool { return r == '\n' || r == separator }) {
				f.Add([]byte(l))
			}
		}
	}
	f.Add([]byte(`{"M":[{"M":"feed","A":[[],[],[]]},[],{"M":"feed"}],"C":{}}`))
	d := newDecoder(func(error) {})
	f.Fuzz(func(t *testing.T, b []byte) {
		if b = bytes.TrimSpace(b); len(b) == 0 {
			return
		}
		if err := d.line(b); err != nil && len(d.out) > 0 {
			t.Fatalf("%q: refused with %d messages", b, len(d.out))
		}
		for _, m := range d.out {
			if m.topic == "" || len(m.payload) == 0 || m.stamp == stampGood && !m.own && m.time.IsZero() {
				t.Fatalf("%q: %+v", b, m)
			}
			if !m.own && !json.Valid(m.payload) {
				t.Fatalf("%q: payload %q is no JSON", b, m.payload)
			}
		}
	})
}

// FuzzHubFrames: a whole recording of hub frames, cut anywhere, is read to its end with every line used
// or reported.
func FuzzHubFrames(f *testing.F) {
	for _, c := range formatCases {
		for _, body := range c.files {
			f.Add([]byte(body))
		}
	}
	f.Add([]byte("{\"type\":6}\x1e\n{\"type\":1,\n\n\"target\":\n{}\x1e{"))
	f.Fuzz(func(t *testing.T, b []byte) {
		log := newProblemLog()
		l := newLineReader(bytes.NewReader(b))
		l.limit = 1 << 16
		s := newTextSource("f", l, func() error { return nil }, log)
		var m feed.Message
		for n := 0; ; n++ {
			err := s.next(&m)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if n > len(b) {
				t.Fatal("more messages than bytes")
			}
			if file, line := s.where(); file != "f" || line < 1 || line > 1+bytes.Count(b, []byte("\n")) {
				t.Fatalf("message of %s:%d", file, line)
			}
		}
		recognise("f.json", b, true)
		recognise("f.txt", b, false)
	})
}

func FuzzArchiveLine(f *testing.F) {
	f.Add([]byte(`00:00:01.500{"Status":"1"}`))
	f.Add([]byte(`01:02:03.004"7ZSx"`))
	f.Add([]byte("\xef\xbb\xbf00:00:00.000[]\r\n1{}\r\n00:00:00.0000{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		offset, payload, ok := splitArchiveLine(b)
		if offset < 0 || offset >= 100*time.Hour || ok && payload == nil {
			t.Fatalf("%q: offset %v, payload %q, %v", b, offset, payload, ok)
		}
		log := newProblemLog()
		in := &input{name: "T.jsonStream"}
		a := newArchiveSource([]*stream{{topic: "T", in: in, lines: newLineReader(bytes.NewReader(b))}}, time.Unix(0, 0), log)
		var m feed.Message
		for {
			if err := a.next(&m); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			if !json.Valid(m.Payload) {
				t.Fatalf("%q: payload %q is no JSON", b, m.Payload)
			}
		}
	})
}
