// Package ergast is the dialect of the Ergast and Jolpica services, both ways: a server of their REST interface over
// the almanac and the sessions of the house, and a client that reads theirs into almanac pages. app mounts the server
// at /ergast/f1/ (and /api/f1/, where Ergast had it), and `pitwall sync` calls the client.
//
// The server answers as the service does: MRData envelopes, every scalar a text, filters composed in the path, pages
// counted in innermost rows, its errors. What the almanac has not been told yet comes from sessions that are stored or
// held (sessions.go). A viewer whose clock is behind gets nothing of the session he watches that he could not know,
// and nothing of later ones.
package ergast

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	defaultLimit = 30
	maxLimit     = 100
	patience     = 20 * time.Second // for one answer
	maxAge       = 600              // seconds that an answer may be kept, as the service has it
)

// Server answers requests.
type Server struct {
	shelf *Shelf
	log   *slog.Logger
}

// NewServer is a server over a shelf.
func NewServer(shelf *Shelf, log *slog.Logger) *Server { return &Server{shelf: shelf, log: log} }

// Mount registers the dialect's addresses.
func (s *Server) Mount(mux *http.ServeMux) {
	for _, prefix := range []string{"/ergast/f1", "/ergast/at/{clock}/f1", "/api/f1"} {
		mux.Handle(prefix+"/", s)
	}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept, origin, Accept-Encoding")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		s.write(w, r, http.StatusMethodNotAllowed, failure{fmt.Sprintf("Method %q not allowed.", r.Method)}, "")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	body, v, err := s.reply(ctx, r)
	var refused *refusal
	switch {
	case err == nil && v.Private:
		s.write(w, r, http.StatusOK, body, "private, no-cache")
	case err == nil:
		s.write(w, r, http.StatusOK, body, "max-age="+strconv.Itoa(maxAge))
	case errors.Is(err, ErrNoClock):
		s.write(w, r, errNotFound.status, failure{errNotFound.detail}, "")
	case errors.As(err, &refused):
		s.write(w, r, refused.status, failure{refused.detail}, "")
	case r.Context().Err() != nil: // nobody waits for it
	default:
		s.log.Error("ergast: no answer", "path", r.URL.Path, "error", err)
		s.write(w, r, http.StatusServiceUnavailable, failure{"Service temporarily unavailable, try again later."}, "")
	}
}

func (s *Server) reply(ctx context.Context, r *http.Request) (*reply, *View, error) {
	_, path, found := strings.Cut(r.URL.Path, "/f1/")
	if !found {
		return nil, nil, errNotFound
	}
	q, err := parsePath(path)
	if err != nil {
		return nil, nil, err
	}
	viewer := Viewer{Clock: r.PathValue("clock"), Session: r.URL.Query().Get("session")}
	if viewer.Clock == "" {
		viewer.Clock = r.URL.Query().Get("clock")
	}
	v, err := s.shelf.View(ctx, viewer)
	if err != nil {
		return nil, nil, err
	}
	p := &page{limit: positive(r.URL.Query().Get("limit"), defaultLimit, 1), offset: positive(r.URL.Query().Get("offset"), 0, 0)}
	p.limit = min(p.limit, maxLimit)
	data, err := v.answer(ctx, q, p)
	if err != nil {
		return nil, nil, err
	}
	data.URL = strings.ToLower(base(r) + r.URL.Path)
	return &reply{*data}, v, nil
}

// positive reads a number that is at least the least, else the default holds, as the service has it.
func positive(text string, otherwise, least int) int {
	if n, err := strconv.Atoi(text); err == nil && n >= least {
		return n
	}
	return otherwise
}

// base is the address that the client used.
func base(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// write sends a body with a tag of its content, or 304 where the client has it.
func (s *Server) write(w http.ResponseWriter, r *http.Request, code int, body any, keep string) {
	b, err := json.Marshal(body)
	if err != nil {
		s.log.Error("ergast: encode", "path", r.URL.Path, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if code == http.StatusOK {
		sum := fnv.New64a()
		_, _ = sum.Write(b) // it never fails
		tag := fmt.Sprintf(`W/"%x"`, sum.Sum64())
		h.Set("ETag", tag)
		h.Set("Cache-Control", keep)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if len(b) > 1400 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		w.WriteHeader(code)
		if r.Method == http.MethodHead {
			return
		}
		z := gzip.NewWriter(w)
		_, err = z.Write(b)
		err = errors.Join(err, z.Close())
	} else {
		h.Set("Content-Length", strconv.Itoa(len(b)))
		w.WriteHeader(code)
		if r.Method == http.MethodHead {
			return
		}
		_, err = w.Write(b)
	}
	if err != nil {
		s.log.Debug("ergast: the client went away", "error", err)
	}
}
