package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	kzstd "github.com/klauspost/compress/zstd"

	"pitwall.live/internal/cache"
)

// answer is what is told of an answer before its body is made.
type answer struct {
	subject     string // what it is of: a session's key, a season
	name        string // the resource and the question, in one spelling
	version     string // of the subject
	number      uint64 // the same as a number
	age         age
	class       cache.Class // while the subject is changing; the historical one otherwise
	contentType string
}

// kept is the class that the answer is kept as.
func (n *answer) kept() cache.Class {
	if n.age == historical {
		return cache.Historical
	}
	return n.class
}

// tag names the answer: what it is of, at which version, which question, in which format.
func (a *api) tag(n *answer) string {
	h := sha256.New()
	for _, s := range []string{a.version, n.subject, n.version, n.name, n.contentType} {
		_, _ = io.WriteString(h, s) // a hash takes everything
		_, _ = h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// begin sets the headers of an answer and reports whether the client has it already: then 304 is written and no
// body is made.
func (a *api) begin(w http.ResponseWriter, r *http.Request, n *answer) (tag string, done bool) {
	h := w.Header()
	tag = a.tag(n)
	h["Vary"] = []string{"Accept, Accept-Encoding"}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	switch n.age {
	case private:
		h["Cache-Control"] = []string{"no-store"}
	case changing:
		h["Cache-Control"] = []string{"private, no-cache"}
	default:
		h["Cache-Control"] = []string{cache.Historical.CacheControl()}
		h["Surrogate-Key"] = []string{cache.Historical.Name + " " + strings.ReplaceAll(n.subject, " ", "_")}
	}
	h["Etag"] = []string{quote(tag, cache.Identity)}
	had := matching(r.Header["If-None-Match"], tag)
	if a.cache != nil {
		a.cache.Told(n.kept(), had != "")
	}
	if had != "" {
		h["Etag"] = []string{had}
		w.WriteHeader(http.StatusNotModified)
		return tag, true
	}
	return tag, false
}

// quote is the strong tag of an answer in a content coding: another coding is another representation.
func quote(tag string, coding cache.Coding) string {
	if coding != cache.Identity {
		tag += "-" + coding.String()
	}
	return `"` + tag + `"`
}

// maxTags bounds what is read of If-None-Match.
const maxTags = 64

// matching is the tag of ours that If-None-Match names, in whatever coding; "" for none.
func matching(lines []string, tag string) string {
	n := 0
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			if n++; n > maxTags {
				return ""
			}
			part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
			switch part {
			case "*":
				return quote(tag, cache.Identity)
			case quote(tag, cache.Identity), quote(tag, cache.Gzip), quote(tag, cache.Zstd):
				return part
			}
		}
	}
	return ""
}

// whole answers with a body that fits in memory: from the cache where there is one, compressed as the client
// likes it.
func (a *api) whole(w http.ResponseWriter, r *http.Request, n *answer, make func(context.Context) ([]byte, error)) error {
	tag, done := a.begin(w, r, n)
	if done {
		return nil
	}
	e, err := a.entry(r.Context(), n, tag, make)
	if err != nil {
		return err
	}
	if next := nextCursor(n.contentType, e.Body); next != "" {
		link(w, r, next)
	}
	write(w, r, tag, e)
	return nil
}

// entry is the body of an answer.
func (a *api) entry(ctx context.Context, n *answer, tag string, make func(context.Context) ([]byte, error)) (cache.Entry, error) {
	load := func(ctx context.Context) (cache.Entry, error) {
		body, err := make(ctx)
		if err != nil {
			return cache.Entry{}, err
		}
		return cache.NewEntry(n.contentType, body), nil
	}
	if a.cache == nil {
		return load(ctx)
	}
	class := n.kept()
	// The tag stands for the whole question and the version, so that no two answers share a key.
	key := cache.Key{Service: class.Service, Entity: class.Entity, ID: subject(n.subject) + "/" + tag, Version: n.number}
	return a.cache.Get(ctx, class, key, load)
}

// subject is a session's key as a part of a cache key; keys that can not be one are written in another alphabet.
func subject(key string) string {
	for i := range len(key) {
		if c := key[i]; c <= ' ' || c > '~' || strings.IndexByte(`:"\/`, c) >= 0 {
			return "x" + base64.RawURLEncoding.EncodeToString([]byte(key))
		}
	}
	return key
}

// write writes a body, compressed as the client likes it.
func write(w http.ResponseWriter, r *http.Request, tag string, e cache.Entry) {
	body, used := e.As(cache.CodingFor(r.Header))
	h := w.Header()
	if used != cache.Identity {
		h["Content-Encoding"] = []string{used.String()}
		h["Etag"] = []string{quote(tag, used)}
	}
	h["Content-Type"] = []string{e.ContentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // who does not read any more needs no answer
	}
}

// link names the next page in a header, for those formats whose rows have no room for it.
func link(w http.ResponseWriter, r *http.Request, cursor string) {
	q := r.URL.Query()
	q.Set("cursor", cursor)
	w.Header().Set("Link", "<"+r.URL.EscapedPath()+"?"+q.Encode()+`>; rel="next"`)
}

// stream answers with a body of any size, compressed on its way. Headers go out with the first bytes, so that an
// error before them is told properly; after them the connection is cut, and the client sees that something is
// missing.
func (a *api) stream(w http.ResponseWriter, r *http.Request, n *answer, tag string, fill func(io.Writer) error) error {
	out := &streamed{w: w, to: newMoving(w, a.limits.Stalled, a.limits.ExportDeadline), r: r, contentType: n.contentType, tag: tag}
	err := fill(out)
	if err == nil {
		err = out.close()
	}
	if err == nil {
		return nil
	}
	if !out.begun {
		return err
	}
	if r.Context().Err() == nil {
		a.log.Error("answer is cut off", "path", r.URL.Path, "error", err)
	}
	panic(http.ErrAbortHandler)
}

// streamed begins an answer with its first bytes.
type streamed struct {
	w           http.ResponseWriter
	to          *moving // the same, for the body
	r           *http.Request
	contentType string
	tag         string
	begun       bool
	out         io.Writer
	end         func() error
}

// Write implements io.Writer.
func (s *streamed) Write(b []byte) (int, error) {
	if !s.begun {
		if err := s.begin(); err != nil {
			return 0, err
		}
	}
	return s.out.Write(b)
}

func (s *streamed) begin() error {
	h := s.w.Header()
	h["Content-Type"] = []string{s.contentType}
	s.out, s.end = s.to, func() error { return nil }
	used := cache.CodingFor(s.r.Header)
	if !strings.HasPrefix(s.contentType, "text/") && !strings.Contains(s.contentType, "json") {
		used = cache.Identity // Parquet is compressed within
	}
	switch used {
	case cache.Gzip:
		z, err := gzip.NewWriterLevel(s.to, gzip.BestSpeed)
		if err != nil {
			return fmt.Errorf("api: gzip: %w", err)
		}
		s.out, s.end = z, z.Close
	case cache.Zstd:
		z, err := kzstd.NewWriter(s.to, kzstd.WithEncoderConcurrency(1), kzstd.WithEncoderLevel(kzstd.SpeedFastest), kzstd.WithWindowSize(1<<20))
		if err != nil {
			return fmt.Errorf("api: zstd: %w", err)
		}
		s.out, s.end = z, z.Close
	}
	if used != cache.Identity {
		h["Content-Encoding"] = []string{used.String()}
		h["Etag"] = []string{quote(s.tag, used)}
	}
	s.begun = true
	s.w.WriteHeader(http.StatusOK)
	return nil
}

func (s *streamed) close() error {
	if !s.begun {
		if err := s.begin(); err != nil {
			return err
		}
	}
	if err := s.end(); err != nil {
		return err
	}
	return s.to.end()
}
