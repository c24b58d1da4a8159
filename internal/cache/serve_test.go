package cache

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var longBody = strings.Repeat(`{"driver_number":16,"lap_number":30,"lap_time_ms":74165}`, 200)

// answer asks a real server, which serves the entry.
func answer(t *testing.T, c *Cache, e Entry, class Class, method string, header ...string) (*http.Response, []byte) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.Serve(w, r, e, class); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

func expect(t *testing.T, resp *http.Response, status int, header map[string]string) {
	t.Helper()
	if resp.StatusCode != status {
		t.Errorf("status %d, want %d", resp.StatusCode, status)
	}
	for name, want := range header {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
}

func TestServe(t *testing.T) {
	c := open(t, quiet())
	key := c.Key(t.Context(), Historical, "monaco_2024_race/laps")
	e, err := c.Get(t.Context(), Historical, key, func(context.Context) (Entry, error) {
		return NewEntry("application/json", []byte(longBody)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	resp, body := answer(t, c, e, Historical, "GET")
	expect(t, resp, 200, map[string]string{
		"Content-Type": "application/json", "Content-Encoding": "", "ETag": e.ETag, "Vary": "Accept-Encoding",
		"Cache-Control": "public, max-age=300, s-maxage=3600", "Surrogate-Key": "historical history:session monaco_2024_race",
	})
	if string(body) != longBody {
		t.Error("the body is another one")
	}

	resp, body = answer(t, c, e, Historical, "GET", "Accept-Encoding", "gzip")
	expect(t, resp, 200, map[string]string{"Content-Encoding": "gzip", "ETag": strings.TrimSuffix(e.ETag, `"`) + `-gzip"`})
	if r, err := gzip.NewReader(bytes.NewReader(body)); err != nil {
		t.Error(err)
	} else if plain, err := io.ReadAll(r); err != nil || string(plain) != longBody {
		t.Errorf("gzip: %v", err)
	}
	gzipTag := resp.Header.Get("ETag")

	resp, body = answer(t, c, e, Historical, "GET", "Accept-Encoding", "gzip, deflate, br, zstd")
	expect(t, resp, 200, map[string]string{"Content-Encoding": "zstd"})
	if r, err := zstd.NewReader(nil); err != nil {
		t.Error(err)
	} else if plain, err := r.DecodeAll(body, nil); err != nil || string(plain) != longBody {
		t.Errorf("zstd: %v", err)
	}

	// The tag that the client has comes back, with what a 200 would have said and without a body.
	resp, body = answer(t, c, e, Historical, "GET", "Accept-Encoding", "zstd", "If-None-Match", "W/"+gzipTag)
	expect(t, resp, 304, map[string]string{"ETag": gzipTag, "Vary": "Accept-Encoding", "Content-Type": "",
		"Cache-Control": "public, max-age=300, s-maxage=3600", "Surrogate-Key": "historical history:session monaco_2024_race"})
	if len(body) != 0 {
		t.Error("a 304 with a body")
	}
	if hits, misses := c.Count(Historical, L3, Hit), c.Count(Historical, L3, Miss); hits != 1 || misses != 3 {
		t.Errorf("%d conditional hits, %d misses", hits, misses)
	}

	resp, body = answer(t, c, e, Historical, "HEAD", "Accept-Encoding", "gzip")
	expect(t, resp, 200, map[string]string{"Content-Encoding": "gzip", "ETag": gzipTag})
	if packed, _, _ := e.As(Gzip); resp.ContentLength != int64(len(packed)) || len(body) != 0 {
		t.Errorf("HEAD: length %d, body of %d bytes", resp.ContentLength, len(body))
	}
	resp, _ = answer(t, c, e, Historical, "HEAD", "If-None-Match", "*")
	expect(t, resp, 304, map[string]string{"ETag": e.ETag})
	resp, _ = answer(t, c, e, Historical, "GET", "If-None-Match", `"another"`)
	expect(t, resp, 200, nil)
}

func TestCacheControlByClass(t *testing.T) {
	c := open(t, quiet())
	short := NewEntry("image/png", []byte("png"))
	f := func(class Class, cacheControl, surrogate string) {
		t.Helper()
		resp, _ := answer(t, c, short, class, "GET", "Accept-Encoding", "zstd")
		expect(t, resp, 200, map[string]string{"Cache-Control": cacheControl, "Surrogate-Key": surrogate, "Vary": "", "Content-Encoding": ""})
	}
	f(SessionState, "private, no-cache", "")
	f(SessionData, "private, no-cache", "")
	f(StaticAsset, "public, max-age=3600, immutable", "static_asset web:asset")
	f(Embed, "public, max-age=300, s-maxage=300", "embed web:widget")
}

func TestServeKeepsWhatTheCallerSaid(t *testing.T) {
	c := open(t, quiet())
	e := NewEntry("application/json", []byte(longBody))
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Accept, Authorization")
	w.Header().Set("Cache-Control", "no-store")
	if err := c.Serve(w, httptest.NewRequest("GET", "/", nil), e, Historical); err != nil {
		t.Fatal(err)
	}
	if vary := w.Header()["Vary"]; strings.Join(vary, ";") != "Accept, Authorization;Accept-Encoding" {
		t.Errorf("Vary %q", vary)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("the caller's Cache-Control is gone")
	}
	w = httptest.NewRecorder()
	w.Header().Set("Vary", "accept-encoding")
	if err := c.Serve(w, httptest.NewRequest("GET", "/", nil), e, Historical); err != nil {
		t.Fatal(err)
	}
	if vary := w.Header()["Vary"]; len(vary) != 1 {
		t.Errorf("Vary %q", vary)
	}
}

// A variant is made once and is the same bytes for everybody; what does not get smaller has none.
func TestVariants(t *testing.T) {
	e := NewEntry("application/json", []byte(longBody))
	copied := e // entries are handed out by value
	first := make(chan *byte, 64)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() { b, _, _ := e.As(Gzip); first <- &b[0] })
		all.Go(func() { b, _, _ := copied.As(Gzip); first <- &b[0] })
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
	if _, tag, c := NewEntry("application/json", noise).As(Zstd); c != Identity || strings.Contains(tag, "zstd") {
		t.Error("noise is served compressed")
	}
	if NewEntry("application/vnd.apache.parquet", []byte(longBody)).variants != nil {
		t.Error("Parquet is compressed once more")
	}
	if NewEntry("text/csv", []byte("a")).ETag == NewEntry("text/plain", []byte("a")).ETag {
		t.Error("two types share a tag")
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
		if err != nil || !bytes.Equal(again.Body, e.Body) || again.ETag != e.ETag || again.ContentType != e.ContentType {
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
	if err != nil || string(got.Body) != longBody || got.ETag != e.ETag || got.ContentType != e.ContentType {
		t.Fatalf("%v", err)
	}
	packed, _, _ := got.As(Zstd)
	if mine, _, _ := e.As(Zstd); !bytes.Equal(packed, mine) {
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
