package socketio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

// refused is an answer of Engine.IO to a request that it does not serve.
type refused struct {
	status  int
	code    int
	message string
}

var (
	refusedTransport = refused{http.StatusBadRequest, 0, "Transport unknown"}
	refusedSession   = refused{http.StatusBadRequest, 1, "Session ID unknown"}
	refusedMethod    = refused{http.StatusBadRequest, 2, "Bad handshake method"}
	refusedRequest   = refused{http.StatusBadRequest, 3, "Bad request"}
	refusedLarge     = refused{http.StatusRequestEntityTooLarge, 3, "Bad request"}
	refusedLate      = refused{http.StatusRequestTimeout, 3, "Bad request"}
	refusedOrigin    = refused{http.StatusForbidden, 4, "Forbidden"}
	refusedFull      = refused{http.StatusServiceUnavailable, 4, "Forbidden"}
	refusedVersion   = refused{http.StatusBadRequest, 5, "Unsupported protocol version"}
)

func (e refused) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.status)
	fmt.Fprintf(w, `{"code":%d,"message":%q}`, e.code, e.message)
}

// ServeHTTP serves handshakes, polling and WebSockets.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if !s.allow(w, r) {
		refusedOrigin.write(w)
		return
	}
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	q := r.URL.Query()
	transport := q.Get("transport")
	switch {
	case q.Get("EIO") != "4":
		refusedVersion.write(w)
	case transport == "websocket":
		s.serveWebSocket(w, r, q.Get("sid"))
	case transport != "polling":
		refusedTransport.write(w)
	default:
		s.servePolling(w, r, q.Get("sid"))
	}
}

// allow answers for the origin of a page: our own, the ones configured; programs send none.
func (s *Server) allow(w http.ResponseWriter, r *http.Request) bool {
	page := r.Header.Get("Origin")
	w.Header().Add("Vary", "Origin")
	if !s.origins.Configured(page) {
		return s.origins.Allows(r)
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", page)
	h.Set("Access-Control-Allow-Credentials", "true")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Content-Type")
		h.Set("Access-Control-Max-Age", "600")
	}
	return true
}

func (s *Server) servePolling(w http.ResponseWriter, r *http.Request, id string) {
	if id == "" {
		if r.Method != http.MethodGet {
			refusedMethod.write(w)
			return
		}
		c, err := s.open(false)
		if err != nil {
			refusedFull.write(w)
			return
		}
		c.serveGet(w, r)
		return
	}
	c := s.find(id)
	if c == nil {
		refusedSession.write(w)
		return
	}
	if c.upgraded() {
		refusedRequest.write(w)
		return
	}
	switch r.Method {
	case http.MethodGet:
		c.serveGet(w, r)
	case http.MethodPost:
		c.servePost(w, r)
	default:
		refusedRequest.write(w)
	}
}

func (c *session) upgraded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.websocket
}

// noopAfter ends a polling request while a WebSocket waits to take over: the client stops polling first.
const noopAfter = 100 * time.Millisecond

// begin notes that a polling request waits. Only one may.
func (c *session) begin(r *http.Request) (context.Context, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.poll != nil {
		return nil, errParallel
	}
	if c.websocket {
		return nil, errNoop
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	c.poll = cancel
	if c.probing {
		stop := time.AfterFunc(noopAfter, func() { cancel(errNoop) })
		context.AfterFunc(ctx, func() { stop.Stop() })
	}
	return ctx, nil
}

func (c *session) endPoll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.poll(nil)
	c.poll = nil
}

// serveGet waits for packets and answers with all there are.
func (c *session) serveGet(w http.ResponseWriter, r *http.Request) {
	ctx, err := c.begin(r)
	if errors.Is(err, errParallel) {
		c.close(err)
	}
	if err != nil {
		refusedRequest.write(w)
		return
	}
	c.out.Lock()
	defer c.out.Unlock()
	frames, err := c.pop(ctx, nil)
	cause := context.Cause(ctx)
	c.endPoll()
	var body []byte
	switch {
	case err == nil:
		body = appendFrames(nil, frames)
	case r.Context().Err() != nil:
		c.close(errAway)
		return
	case errors.Is(cause, errNoop), errors.Is(cause, errByClient):
		body = []byte{engineNoop}
	case cause != nil:
		body = []byte{engineClose}
	default: // the queue has ended: the client was too slow
		c.close(err)
		body = []byte{engineClose}
	}
	if err := c.write(w, body); err != nil {
		c.close(err)
	}
}

// write sends a whole answer within the time a write may take.
func (c *session) write(w http.ResponseWriter, body []byte) error {
	control := http.NewResponseController(w)
	if err := control.SetWriteDeadline(time.Now().Add(c.server.cfg.WriteTimeout)); err != nil {
		return fmt.Errorf("socketio: answer a poll: %w", err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	if err == nil {
		err = control.Flush()
	}
	if err == nil {
		err = control.SetWriteDeadline(time.Time{})
	}
	if err != nil {
		return fmt.Errorf("socketio: answer a poll: %w", err)
	}
	return nil
}

// servePost takes packets of the client.
func (c *session) servePost(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	parallel := c.posting
	c.posting = true
	c.mu.Unlock()
	if parallel {
		c.close(errParallel)
		refusedRequest.write(w)
		return
	}
	defer func() {
		c.mu.Lock()
		c.posting = false
		c.mu.Unlock()
	}()
	body, problem := c.body(w, r)
	if problem != nil {
		w.Header().Set("Connection", "close")
		c.close(errPayload)
		problem.write(w)
		return
	}
	if err := splitPayload(body, c.take); err != nil {
		c.close(err)
		if !errors.Is(err, errByClient) {
			refusedRequest.write(w)
			return
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	if _, err := io.WriteString(w, "ok"); err != nil {
		c.close(err)
	}
}

// body reads what the client sends, which may take no longer than a write may.
func (c *session) body(w http.ResponseWriter, r *http.Request) ([]byte, *refused) {
	control := http.NewResponseController(w)
	if control.SetReadDeadline(time.Now().Add(c.server.cfg.WriteTimeout)) != nil {
		return nil, &refusedRequest
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(c.server.cfg.MaxPayload)))
	if err == nil {
		err = control.SetReadDeadline(time.Time{})
	}
	switch large := (*http.MaxBytesError)(nil); {
	case err == nil:
		return body, nil
	case errors.As(err, &large):
		return nil, &refusedLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &refusedLate
	}
	return nil, &refusedRequest
}
