// Package web carries the timing board: the static export of the Next.js app beside this file, copied to
// dist by `make web` and embedded in the binary. Without that step the binary still builds and serves a
// placeholder that says so; [Built] tells the two apart.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed all:dist
var embedded embed.FS

const placeholder = "placeholder.html"

// FS returns the files of the board, or only placeholder.html when the board was not built.
func FS() fs.FS {
	sub, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(err) // the embed pattern above guarantees the folder
	}
	return sub
}

// Built reports whether this binary carries the board and not only the placeholder.
func Built() bool {
	_, err := fs.Stat(embedded, "dist/index.html")
	return err == nil
}

// Handler serves the board at the root of its origin: hashed assets for ever, pages revalidated, gzip
// where the build prepared it. A path that is no file answers 404; the board keeps its state in the query
// string, so it has only one page.
func Handler() http.Handler {
	return newHandler(FS())
}

type handler struct {
	files fs.FS
	index string
	etags map[string]string
	csp   string
}

func newHandler(files fs.FS) *handler {
	h := &handler{files: files, index: "index.html", etags: map[string]string{}}
	if _, err := fs.Stat(files, h.index); err != nil {
		h.index = placeholder
	}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error { // an embedded tree has no read errors
		if err == nil && !d.IsDir() {
			if b, err := fs.ReadFile(files, name); err == nil {
				sum := sha256.Sum256(b)
				h.etags[name] = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
			}
		}
		return nil
	})
	h.csp = policy(files, h.index)
	return h
}

var inlineScript = regexp.MustCompile(`(?s)<script(?:\s+id="[^"]*")?>(.*?)</script>`)

// policy allows exactly the inline scripts of the page, by hash, and nothing from elsewhere.
func policy(files fs.FS, index string) string {
	scripts := "'self'"
	page, err := fs.ReadFile(files, index)
	if err == nil {
		for _, m := range inlineScript.FindAllSubmatch(page, -1) {
			sum := sha256.Sum256(m[1])
			scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	}
	return "default-src 'self'; script-src " + scripts + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; object-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" {
		name = h.index
	}
	etag, ok := h.etags[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Vary", "Accept-Encoding")
	if strings.HasPrefix(name, "_next/static/") {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		head.Set("Cache-Control", "no-cache")
	}
	if strings.HasSuffix(name, ".html") {
		head.Set("Content-Security-Policy", h.csp)
	}
	head.Set("Content-Type", contentType(name))
	body := name
	if gz, ok := h.etags[name+".gz"]; ok && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		body, etag = name+".gz", gz
	}
	head.Set("ETag", etag)
	http.ServeFileFS(w, r, h.files, body)
}

// contentType does not ask the machine's own table, which differs between systems.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}
