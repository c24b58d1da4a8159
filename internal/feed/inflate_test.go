package feed

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
	"pgregory.net/rapid"
)

// pack is the inverse of Inflate.
func pack(tb interface{ Fatal(...any) }, plain []byte) []byte {
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.DefaultCompression)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return []byte(`"` + base64.StdEncoding.EncodeToString(buf.Bytes()) + `"`)
}

func TestInflate(t *testing.T) {
	f := func(payload, want string) {
		t.Helper()
		got, err := new(Inflater).Inflate([]byte(payload))
		if err != nil || string(got) != want {
			t.Errorf("Inflate(%q) = %q, %v; want %q", payload, got, err, want)
		}
	}
	quoted := string(pack(t, []byte(`{"Entries":[]}`)))
	f(quoted, `{"Entries":[]}`)
	f(strings.Trim(quoted, `"`), `{"Entries":[]}`)
	f(" "+quoted+"\r\n", `{"Entries":[]}`)
	f(strings.TrimRight(strings.Trim(quoted, `"`), "="), `{"Entries":[]}`)
	f(string(pack(t, []byte("\xef\xbb\xbf{}"))), `{}`)
	f(string(pack(t, nil)), ``)

	// A text with both "/" and "+" in it, as three writers of JSON spell them.
	var odd string
	for i := 0; !strings.Contains(odd, "/") || !strings.Contains(odd, "+"); i++ {
		odd = string(pack(t, bytes.Repeat([]byte{byte(i), byte(i * 7), byte(i * 13)}, i+1)))
	}
	want, err := new(Inflater).Inflate([]byte(odd))
	if err != nil {
		t.Fatal(err)
	}
	f(strings.ReplaceAll(odd, "/", `\/`), string(want))
	f(strings.ReplaceAll(odd, "+", `\u002B`), string(want))
}

func TestInflateErrors(t *testing.T) {
	f := func(payload string, want error) {
		t.Helper()
		var z Inflater
		if got, err := z.Inflate([]byte(payload)); !errors.Is(err, want) || got != nil {
			t.Errorf("Inflate(%.40q) = %q, %v; want error %v", payload, got, err, want)
		}
	}
	plain := []byte(strings.Repeat(`{"Utc":"2024-07-07T13:24:00.3319743Z"}`, 40))
	packed, err := base64.StdEncoding.DecodeString(strings.Trim(string(pack(t, plain)), `"`))
	if err != nil {
		t.Fatal(err)
	}
	cut := base64.StdEncoding.EncodeToString(packed[:len(packed)-5])
	f(cut, ErrCut)
	f(`"`+cut+`"`, ErrCut)
	f(``, ErrBase64)
	f(`""`, ErrBase64)
	f(`"**"`, ErrBase64)
	f(`"ab\qd"`, ErrBase64)
	f(`{"Entries":[]}`, ErrBase64)
	f(`"////"`, ErrDeflate)
}

// A damaged message must not spoil the ones after it: the decoder is reused.
func TestInflaterRecovers(t *testing.T) {
	var z Inflater
	good := pack(t, []byte(`{"Entries":[]}`))
	for range 3 {
		if _, err := z.Inflate([]byte(`"////"`)); err == nil {
			t.Fatal("no error for a damaged payload")
		}
		if got, err := z.Inflate(good); err != nil || string(got) != `{"Entries":[]}` {
			t.Fatalf("after a damaged payload: %q, %v", got, err)
		}
	}
}

// A payload that inflates a thousandfold is refused, and what is allocated meanwhile stays near the limit.
func TestInflateBomb(t *testing.T) {
	bomb := pack(t, make([]byte, 64<<20))
	var z Inflater
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := z.Inflate(bomb); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("bomb: %v", err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 4*MaxInflated {
		t.Errorf("the bomb of %d bytes made us allocate %d bytes", len(bomb), got)
	}
	if _, err := z.Inflate(pack(t, make([]byte, MaxInflated))); err != nil {
		t.Errorf("exactly at the limit: %v", err)
	}
	if _, err := z.Inflate(pack(t, make([]byte, MaxInflated+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one over the limit: %v", err)
	}
}

func TestInflateRoundTrip(t *testing.T) {
	var z Inflater
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 40_000).Draw(t, "plain")
		plain = bytes.TrimPrefix(plain, bom)
		if bytes.HasPrefix(plain, bom) {
			return
		}
		got, err := z.Inflate(pack(t, plain))
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes came back as %d, %v", len(plain), len(got), err)
		}
	})
}

func TestInflateAllocs(t *testing.T) {
	var z Inflater
	payload := pack(t, []byte(strings.Repeat(`{"0":6217,"2":57,"3":1}`, 200)))
	if _, err := z.Inflate(payload); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := z.Inflate(payload); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}

// Every compressed line of the one full archive session opens, and what comes out is JSON (each twentieth
// is looked at: package telemetry decodes them all).
func TestInflateArchive(t *testing.T) {
	dir := sharedData(t, mexicoQualifying...)
	f := func(topic string, wantLines int) {
		t.Helper()
		var z Inflater
		payloads := archivePayloads(t, filepath.Join(dir, topic+".jsonStream.gz"))
		if len(payloads) != wantLines {
			t.Errorf("%s: %d lines, want %d", topic, len(payloads), wantLines)
		}
		for i, p := range payloads {
			plain, err := z.Inflate(p)
			if err != nil || i%20 == 0 && !json.Valid(plain) {
				t.Fatalf("%s line %d: %v, %.80q", topic, i+1, err, plain)
			}
		}
	}
	f(TopicCarData, 4644)
	f(TopicPosition, 4688)
}

func FuzzInflate(f *testing.F) {
	f.Add(pack(f, []byte(`{"Entries":[{"Utc":"2024-07-07T13:24:00Z"}]}`)))
	f.Add([]byte(`""`))
	f.Add([]byte(`"7ZSxDsIgEIbf"`))
	f.Add([]byte(`"ab\u002Bd\/e="`))
	var used Inflater
	f.Fuzz(func(t *testing.T, payload []byte) {
		before := bytes.Clone(payload)
		fresh, err := new(Inflater).Inflate(payload)
		again, err2 := used.Inflate(payload)
		if (err == nil) != (err2 == nil) || err == nil && !bytes.Equal(fresh, again) {
			t.Fatalf("one that was used before answers differently: %v, %v", err, err2)
		}
		if len(fresh) > MaxInflated || !bytes.Equal(payload, before) {
			t.Fatal("limit passed or payload changed")
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	dir := sharedData(b, mexicoQualifying...)
	payloads := archivePayloads(b, filepath.Join(dir, "CarData.z.jsonStream.gz"))
	payloads = append(payloads, archivePayloads(b, filepath.Join(dir, "Position.z.jsonStream.gz"))...)
	var z Inflater
	b.ReportAllocs()
	total := 0
	for b.Loop() {
		total = 0
		for _, p := range payloads {
			plain, err := z.Inflate(p)
			if err != nil {
				b.Fatal(err)
			}
			total += len(plain)
		}
	}
	b.SetBytes(int64(total))
}
