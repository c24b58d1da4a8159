package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHandler(t *testing.T) {
	h := newHandler(fstest.MapFS{
		"index.html":             {Data: []byte(`<script>boot()</script><script src="/a.js"></script>`)},
		"_next/static/x.js":      {Data: []byte("plain")},
		"_next/static/x.js.gz":   {Data: []byte("packed")},
		"_next/static/f.woff2":   {Data: []byte("font")},
		"placeholder.html":       {Data: []byte("not built")},
		"sw.js":                  {Data: []byte("worker")},
		"manifest.webmanifest":   {Data: []byte("{}")},
		"icon.svg":               {Data: []byte("<svg/>")},
		"_next/static/sub/y.css": {Data: []byte("css")},
	})
	get := func(path, encoding string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", encoding)
		h.ServeHTTP(w, r)
		return w
	}
	f := func(path, encoding string, code int, body, cache string) {
		t.Helper()
		w := get(path, encoding)
		if w.Code != code || code == 200 && (w.Body.String() != body || w.Header().Get("Cache-Control") != cache) {
			t.Errorf("%s: got %d %q %q, want %d %q %q", path, w.Code, w.Body, w.Header().Get("Cache-Control"), code, body, cache)
		}
	}
	const forever, ask = "public, max-age=31536000, immutable", "no-cache"
	page := `<script>boot()</script><script src="/a.js"></script>`
	f("/", "", 200, page, ask)
	f("/?session=9574&car=44", "", 200, page, ask)
	f("/_next/static/x.js", "", 200, "plain", forever)
	f("/_next/static/x.js", "gzip, br", 200, "packed", forever)
	f("/_next/static/f.woff2", "gzip", 200, "font", forever)
	f("/_next/static/sub/y.css", "gzip", 200, "css", forever)
	f("/sw.js", "gzip", 200, "worker", ask) // a kept worker would keep an old board
	f("/manifest.webmanifest", "", 200, "{}", ask)
	f("/icon.svg", "", 200, "<svg/>", ask)
	f("/nothing", "", 404, "", "")
	f("/../embed.go", "", 404, "", "")
	f("/_next/static", "", 404, "", "")

	if csp := get("/", "").Header().Get("Content-Security-Policy"); strings.Count(csp, "sha256-") != 1 {
		t.Errorf("policy should allow the one inline script: %s", csp)
	}
	for path, want := range map[string]string{
		"/sw.js": "text/javascript; charset=utf-8", "/manifest.webmanifest": "application/manifest+json", "/icon.svg": "image/svg+xml",
	} {
		if got := get(path, "").Header().Get("Content-Type"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	etag := get("/", "").Header().Get("ETag")
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("If-None-Match", etag)
	h.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified {
		t.Errorf("known page: got %d, want 304", w.Code)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: got %d, want 405", w.Code)
	}
}

func TestPlaceholderWhenNotBuilt(t *testing.T) {
	h := newHandler(fstest.MapFS{"placeholder.html": {Data: []byte("not built")}})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 200 || w.Body.String() != "not built" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestEmbeddedFilesAnswer(t *testing.T) {
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 200 {
		t.Fatalf("got %d", w.Code)
	}
	if built := strings.Contains(w.Body.String(), "_next"); built != Built() {
		t.Errorf("Built says %v, the page says %v", Built(), built)
	}
}
