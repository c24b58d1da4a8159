package archive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// Sessions is what the archive needs of the sessions that are held. "" is the process's own clock.
type Sessions interface {
	// Known are the sessions that a clock knows of, and their newest SessionInfo there, by key.
	Known(clock string) ([]wire.SessionEntry, map[string]*feed.Node, error)
	// Place is how far a clock has come in a session's log.
	Place(session string, at time.Time, lap int, clock string) (wire.Place, error)
	// Documents are the raw documents of the topics with the message at offset.
	Documents(session string, offset uint64) (*feed.State, error)
	// Messages calls take with the messages from one offset up to and with another.
	Messages(ctx context.Context, session string, from, until uint64, take func(*feed.Message) error) error
}

// Config of the served archive.
type Config struct {
	// Streams is how many pages may be read at once; more are told to come back.
	Streams int
	// Stalled is how long a reader may take nothing.
	Stalled time.Duration
	// Longest is how long a page's reader may take in all: it holds one of the places.
	Longest time.Duration
	Log     *slog.Logger
}

// Default limits.
func Default() Config {
	return Config{Streams: 32, Stalled: 30 * time.Second, Longest: 10 * time.Minute, Log: slog.Default()}
}

// Mount adds the archive's paths: /livetiming/static/… at the process's own clock, or at the one that ?clock= names, and
// /livetiming/at/{clock}/static/… for programs that can be told nothing but another address.
func Mount(mux *http.ServeMux, sessions Sessions, cfg Config) {
	s := &server{sessions: sessions, cfg: cfg, busy: make(chan struct{}, cfg.Streams)}
	mux.HandleFunc("GET /livetiming/static/{path...}", s.serve)
	mux.HandleFunc("GET /livetiming/at/{clock}/static/{path...}", s.serve)
}

type server struct {
	sessions Sessions
	cfg      Config
	busy     chan struct{} // a place for each page of lines that is being read; the others are in memory and short
}

// errDenied is the archive's answer to everything that is not there.
var errDenied = errors.New("no such page")

// errBusy is its answer to more than it wants to do at once.
var errBusy = errors.New("too many pages of lines at once")

// serve answers one request.
func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	clock := r.PathValue("clock")
	if clock == "" {
		clock = r.URL.Query().Get("clock")
	}
	if clock == "default" || clock == "live" {
		clock = ""
	}
	a := &answer{server: s, w: w, r: r, clock: clock}
	if err := a.page(r.PathValue("path")); err != nil {
		if a.begun { // too late to say so: the reader sees that the page is cut
			s.cfg.Log.Debug("archive page was not finished", "path", r.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
		s.refuse(w, r, err)
	}
}

// refuse answers with an error as the object store behind the official archive writes it.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, code, text := http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again."
	switch {
	case errors.Is(err, errDenied), errors.Is(err, wire.ErrNotFound), errors.Is(err, wire.ErrInvalid):
		status, code, text = http.StatusForbidden, "AccessDenied", "Access Denied"
	case errors.Is(err, errBusy), errors.Is(err, wire.ErrTooMany):
		status, code, text = http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate."
		w.Header().Set("Retry-After", "2")
	case r.Context().Err() == nil:
		s.cfg.Log.Error("archive page", "path", r.URL.Path, "error", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/xml")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A reader that has gone misses nothing.
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>", code, text) //nolint:errcheck
}

// answer is one request under way.
type answer struct {
	*server
	w     http.ResponseWriter
	r     *http.Request
	clock string // "" the process's own
	begun bool   // something of the body was sent
}

// page answers with the page at a path below static/.
func (a *answer) page(path string) error {
	list, infos, err := a.sessions.Known(a.clock)
	if err != nil {
		return err
	}
	all := catalogueOf(list, infos)
	switch parts := strings.Split(path, "/"); {
	case len(parts) == 1 && parts[0] == indexName:
		return a.whole(seasonsPage(all), time.Time{})
	case len(parts) == 1 && parts[0] == "StreamingStatus.json":
		return a.whole(streamingStatus(list), time.Time{})
	case len(parts) == 2 && parts[1] == indexName && isYear(parts[0]):
		if b, ok := seasonPage(all, parts[0]); ok {
			return a.whole(b, time.Time{})
		}
	case len(parts) == 3 && parts[2] == indexName && isYear(parts[0]):
		if b, ok := meetingPage(all, parts[0], parts[1]); ok {
			return a.whole(b, time.Time{})
		}
	case len(parts) == 4:
		for i := range all {
			if all[i].place == (place{parts[0], parts[1], parts[2]}) {
				return a.sessionPage(&all[i], parts[3])
			}
		}
	}
	return errDenied
}

// streamingStatus says whether a source runs.
func streamingStatus(list []wire.SessionEntry) []byte {
	for i := range list {
		if list[i].Live {
			return []byte(mark + `{"Status":"Available"}`)
		}
	}
	return []byte(mark + `{"Status":"Offline"}`)
}

// sessionPage answers with a page of a session as it is at the clock.
func (a *answer) sessionPage(h *held, name string) error {
	at, err := a.sessions.Place(h.key, time.Time{}, 0, a.clock)
	if err != nil {
		return err
	}
	if topic, ok := strings.CutSuffix(name, streamEnding); ok {
		return a.stream(&at, topic)
	}
	documents, err := a.sessions.Documents(at.Key, at.Offset)
	if err != nil {
		return err
	}
	if name == indexName {
		topics := documents.Topics()
		if len(topics) == 0 {
			return errDenied // the archive has no page of a session that has not begun
		}
		return a.whole(feedsPage(topics), changedAt(&at))
	}
	topic, ok := strings.CutSuffix(name, documentEnding)
	if doc := documents.Topic(topic); ok && doc != nil {
		return a.whole(feed.AppendJSON([]byte(mark), doc), changedAt(&at))
	}
	return errDenied
}

// head writes what both kinds of pages have; true: the reader has the page already.
func (a *answer) head(tag uint64, changed time.Time) (known bool) {
	h := a.w.Header()
	etag := `"` + strconv.FormatUint(tag, 16) + `"`
	h.Set("Content-Type", "application/octet-stream") // as the official archive calls all its pages
	h.Set("ETag", etag)
	// A clock moves; asking whether a page still holds costs its reader little.
	h.Set("Cache-Control", "no-cache")
	if !changed.IsZero() {
		h.Set("Last-Modified", changed.UTC().Format(http.TimeFormat))
	}
	if knownTag(a.r.Header.Values("If-None-Match"), etag) {
		h.Del("Content-Type")
		a.w.WriteHeader(http.StatusNotModified)
		return true
	}
	return false
}

// changedAt is when the pages of a session were last changed: while there is more to come, now.
func changedAt(at *wire.Place) time.Time {
	if at.Live || !at.Newest {
		return time.Now()
	}
	return at.Time
}

// knownTag reports whether a list of tags names one.
func knownTag(lists []string, tag string) bool {
	for _, list := range lists {
		for one := range strings.SplitSeq(list, ",") {
			one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
			if one == tag || one == "*" {
				return true
			}
		}
	}
	return false
}

// whole answers with a page that is in memory; the zero time says nothing of when it changed.
func (a *answer) whole(body []byte, changed time.Time) error {
	if a.head(xxhash.Sum64(body), changed) {
		return nil
	}
	a.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	a.begun = true
	if a.r.Method == http.MethodHead {
		a.w.WriteHeader(http.StatusOK)
		return nil
	}
	_, err := a.w.Write(body)
	return err
}
