package cache

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// browserAge bounds how long a browser keeps what has no version in its address. A CDN is purged when a version
// rises, a browser can not be.
const browserAge = 5 * time.Minute

// Serve answers a GET or HEAD with an entry: its bytes in the coding that the client likes best, or 304 where
// If-None-Match names a tag of it. It sets ETag, Cache-Control, Vary and, for L3, Surrogate-Key; a
// Cache-Control that the caller has set is kept (private data of a class that is public elsewhere).
//
// The error is that of writing to the client, who then is gone.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, e Entry, class Class) error {
	body, etag, coding := e.As(chooseCoding(acceptEncoding(r.Header)))
	h := w.Header()
	if e.variants != nil {
		addVary(h)
	}
	if len(h["Cache-Control"]) == 0 {
		h["Cache-Control"] = []string{class.CacheControl()}
	}
	if class.Layer() == L3 {
		h["Surrogate-Key"] = []string{surrogateKeys(class, e.key)}
	}
	if lines := r.Header["If-None-Match"]; len(lines) > 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		if tag, ok := matchingTag(lines, e, etag); ok {
			c.figures.count(class.Name, L3, Hit)
			h["Etag"] = []string{tag}
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	c.figures.count(class.Name, L3, Miss)
	h["Etag"] = []string{etag}
	h["Content-Type"] = []string{e.ContentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if coding != Identity {
		h["Content-Encoding"] = []string{coding.String()}
	}
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	return err
}

func acceptEncoding(h http.Header) string {
	lines := h["Accept-Encoding"]
	switch len(lines) {
	case 0:
		return ""
	case 1:
		return lines[0]
	}
	return strings.Join(lines, ",")
}

// addVary says that the answer depends on Accept-Encoding, beside what it is said to depend on already.
func addVary(h http.Header) {
	for _, line := range h["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, "Accept-Encoding") {
				return
			}
		}
	}
	h["Vary"] = append(h["Vary"], "Accept-Encoding")
}

// CacheControl is what browsers and CDN are told. Near classes may be kept but are asked for each time, which a
// 304 answers: a browser must not show an old board, and no cache between us and one viewer may show it to
// another.
func (c Class) CacheControl() string {
	if c.Layer() != L3 {
		return "private, no-cache"
	}
	age := strconv.Itoa(int(c.Edge / time.Second))
	if c.Immutable {
		return "public, max-age=" + age + ", immutable"
	}
	return "public, max-age=" + strconv.Itoa(int(min(c.Edge, browserAge)/time.Second)) + ", s-maxage=" + age
}

// surrogateKeys are the names under which a CDN purges: the class, the kind of value, and the subject, whose
// purge drops everything of one session.
func surrogateKeys(class Class, k Key) string {
	kind := class.Service + ":" + class.Entity
	if k.ID == "" {
		return class.Name + " " + kind
	}
	return class.Name + " " + kind + " " + k.Subject()
}
