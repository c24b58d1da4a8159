package cache

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

var longBody = strings.Repeat(`{"driver_number":16,"lap_number":30,"lap_time_ms":74165}`, 200)

func TestCacheControlByClass(t *testing.T) {
	f := func(class Class, want string) {
		t.Helper()
		if got := class.CacheControl(); got != want {
			t.Errorf("%s: %q, want %q", class.Name, got, want)
		}
	}
	f(SessionState, "private, no-cache")
	f(SessionData, "private, no-cache")
	f(Historical, "public, max-age=300, s-maxage=3600")
	f(StaticAsset, "public, max-age=3600, immutable")
	f(Embed, "public, max-age=300, s-maxage=300")
}

// A variant is made once and is the same bytes for everybody; what does not get smaller has none.
func TestVariants(t *testing.T) {
	e := NewEntry("application/json", []byte(longBody))
	copied := e // entries are handed out by value
	first := make(chan *byte, 64)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() { b, _ := e.As(Gzip); first <- &b[0] })
		all.Go(func() { b, _ := copied.As(Gzip); first <- &b[0] })
	}
	all.Wait()
	close(first)
	want := <-first
	for got := range first {
		if got != want {
			t.Fatal("compressed twice")
		}
	}
	noise := make([]byte, 5000)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		noise[i] = byte(x)
	}
	if _, c := NewEntry("application/json", noise).As(Zstd); c != Identity {
		t.Error("noise is served compressed")
	}
	if NewEntry("application/vnd.apache.parquet", []byte(longBody)).variants != nil {
		t.Error("Parquet is compressed once more")
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(appendFrame(nil, NewEntry("application/json", []byte(longBody))))
	f.Add(appendFrame(nil, NewEntry("image/png", []byte("png"))))
	f.Add(absent)
	f.Fuzz(func(t *testing.T, frame []byte) {
		e, err := parseFrame(frame, 1<<16)
		if err != nil {
			return
		}
		again, err := parseFrame(appendFrame(nil, e), 1<<16)
		if err != nil || !bytes.Equal(again.Body, e.Body) || again.ContentType != e.ContentType {
			t.Errorf("a frame does not survive: %v", err)
		}
	})
}

func TestFrame(t *testing.T) {
	e := NewEntry("application/json", []byte(longBody))
	frame := appendFrame(nil, e)
	if len(frame) > len(longBody)/3 {
		t.Errorf("a frame of %d bytes for a body of %d", len(frame), len(longBody))
	}
	got, err := parseFrame(frame, len(longBody))
	if err != nil || string(got.Body) != longBody || got.ContentType != e.ContentType {
		t.Fatalf("%v", err)
	}
	packed, _ := got.As(Zstd)
	if mine, _ := e.As(Zstd); !bytes.Equal(packed, mine) {
		t.Error("the variant did not travel")
	}
	if _, err := parseFrame(frame, len(longBody)-1); err == nil {
		t.Error("a body above the limit passes")
	}
	for i := range frame {
		if _, err := parseFrame(frame[:i], len(longBody)); err == nil {
			t.Errorf("cut at %d passes", i)
		}
		// A flipped bit is found, or it is in what says nothing (zstd's own header and checksum bits).
		bad := bytes.Clone(frame)
		bad[i] ^= 1
		if got, err := parseFrame(bad, len(longBody)); err == nil && (string(got.Body) != longBody || got.ContentType != e.ContentType) {
			t.Errorf("flipped at %d serves something else", i)
		}
	}
}
