package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// Problem writes an error as RFC 9457 has it.
func Problem(w http.ResponseWriter, status int, detail string) {
	writeProblem(w, &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail})
}

func writeProblem(w http.ResponseWriter, p *huma.ErrorModel) {
	b, err := json.Marshal(p)
	if err != nil {
		b = []byte(`{"status":` + strconv.Itoa(p.Status) + `}`) // a value of a parameter that JSON can not hold
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	for _, name := range []string{"ETag", "Content-Encoding", "Content-Length", "Surrogate-Key", "Link"} {
		h.Del(name)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(b) // nobody is left to tell
}

// invalid is a 422 that names the place and the value.
func invalid(location, message string, value any) *huma.ErrorModel {
	return &huma.ErrorModel{
		Title: http.StatusText(http.StatusUnprocessableEntity), Status: http.StatusUnprocessableEntity, Detail: location + ": " + message,
		Errors: []*huma.ErrorDetail{{Location: location, Message: message, Value: value}},
	}
}

func plain(status int, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Title: http.StatusText(status), Status: status, Detail: detail}
}

// busy is a 429 or 503 that says when to come again.
type busy struct {
	*huma.ErrorModel
	seconds int
}

func tooMany(detail string, seconds int) error {
	return &busy{plain(http.StatusTooManyRequests, detail), seconds}
}

// GetHeaders implements huma.HeadersError.
func (b *busy) GetHeaders() http.Header {
	return http.Header{"Retry-After": {strconv.Itoa(b.seconds)}}
}

// problem is an error as it is told outside. What is ours alone reads "internal error"; its cause goes to the log.
func problem(err error) error {
	var already huma.StatusError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &already):
		return err
	case errors.Is(err, wire.ErrNotFound), errors.Is(err, store.ErrNotFound), errors.Is(err, cache.ErrNotFound):
		return plain(http.StatusNotFound, err.Error())
	case errors.Is(err, wire.ErrInvalid), errors.Is(err, store.ErrInvalid):
		return plain(http.StatusUnprocessableEntity, err.Error())
	case errors.Is(err, wire.ErrConflict):
		return plain(http.StatusConflict, err.Error())
	case errors.Is(err, wire.ErrTooMany):
		return tooMany(err.Error(), 5)
	case away(err):
		return &busy{plain(http.StatusServiceUnavailable, "the store does not answer"), 5}
	case errors.Is(err, context.DeadlineExceeded):
		return plain(http.StatusGatewayTimeout, "the answer took longer than is allowed; ask for less at once")
	}
	return &internalError{err}
}

// errAway is that the store does not answer in time.
var errAway = errors.New("the store does not answer")

// away reports whether an error is that a database can not be reached, is ending or just starting: what is asked is
// not wrong, and the same may be answered later.
func away(err error) bool {
	var dial *net.OpError
	var name *net.DNSError
	var told interface{ SQLState() string } // as drivers tell what the server said
	switch {
	case err == nil:
		return false
	case errors.Is(err, errAway), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &dial), errors.As(err, &name):
		return true
	case errors.As(err, &told):
		code := told.SQLState() // shutting down or starting; the connection; too many of them
		return strings.HasPrefix(code, "57P") || strings.HasPrefix(code, "08") || code == "53300"
	}
	return false
}

// fail answers with an error. What went wrong on our side is logged.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the client has gone
	}
	if away(err) {
		a.log.Warn("the store does not answer", "path", r.URL.Path, "error", err)
	}
	err = problem(err)
	var headers huma.HeadersError
	if errors.As(err, &headers) {
		for name, values := range headers.GetHeaders() {
			w.Header()[name] = values
		}
	}
	var model *huma.ErrorModel
	var late *busy
	switch {
	case errors.As(err, &late):
		model = late.ErrorModel
	case errors.As(err, &model):
	default:
		a.log.Error("request failed", "path", r.URL.Path, "query", r.URL.RawQuery, "error", errors.Unwrap(err))
		model = plain(http.StatusInternalServerError, "internal error")
	}
	writeProblem(w, model)
}

// internalError reads "internal error" outside; its cause goes to the log.
type internalError struct{ cause error }

func (e *internalError) Error() string  { return "internal error" }
func (e *internalError) Unwrap() error  { return e.cause }
func (e *internalError) GetStatus() int { return http.StatusInternalServerError }
