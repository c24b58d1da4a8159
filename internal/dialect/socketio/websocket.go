package socketio

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// serveWebSocket serves a new connection, or takes over from polling.
func (s *Server) serveWebSocket(w http.ResponseWriter, r *http.Request, id string) {
	if r.Header.Get("Upgrade") == "" {
		refusedRequest.write(w)
		return
	}
	var c *session
	if id != "" {
		if c = s.find(id); c == nil {
			refusedSession.write(w)
			return
		}
	}
	// The origin was looked at before.
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow() //nolint:errcheck // the connection is over
	conn.SetReadLimit(int64(s.cfg.MaxPayload))
	if c == nil {
		if c, err = s.open(true); err != nil {
			return
		}
	} else if !c.probe(conn) {
		return
	}
	c.serve(conn)
}

// serve reads and writes until the connection ends.
func (c *session) serve(conn *websocket.Conn) {
	s := c.server
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.conns.Add(1)
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer s.conns.Done()
		defer close(done)
		c.close(c.writeAll(conn))
	}()
	c.close(c.readAll(conn))
	<-done
}

func (c *session) readAll(conn *websocket.Conn) error {
	for {
		kind, data, err := conn.Read(c.ctx)
		if err != nil {
			return err
		}
		if err := c.take(data, kind == websocket.MessageBinary); err != nil {
			return err
		}
	}
}

// writeAll sends what is queued, each packet as a message of its own.
func (c *session) writeAll(conn *websocket.Conn) error {
	c.out.Lock()
	defer c.out.Unlock()
	var frames []*frame
	for {
		var err error
		if frames, err = c.pop(c.ctx, frames[:0]); err != nil {
			return err
		}
		if err := c.writeFrames(conn, frames); err != nil {
			return err
		}
		clear(frames)
	}
}

// writeFrames sends a batch within the time one write may take.
func (c *session) writeFrames(conn *websocket.Conn, frames []*frame) error {
	ctx, cancel := context.WithTimeout(c.ctx, c.server.cfg.WriteTimeout)
	defer cancel()
	for _, f := range frames {
		if err := conn.Write(ctx, websocket.MessageText, f.text); err != nil {
			return err
		}
		if f.attachment == nil {
			continue
		}
		if err := conn.Write(ctx, websocket.MessageBinary, f.attachment); err != nil {
			return err
		}
	}
	return nil
}

// probe goes through the steps of an upgrade: the client asks whether the WebSocket works, stops polling, and says that
// it goes on here. It reports whether it does.
func (c *session) probe(conn *websocket.Conn) bool {
	c.mu.Lock()
	free := !c.websocket && !c.probing
	if free {
		c.probing = true
	}
	c.mu.Unlock()
	if !free {
		return false
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.server.cfg.UpgradeTimeout)
	defer cancel()
	ok := expect(ctx, conn, "2probe") && conn.Write(ctx, websocket.MessageText, []byte("3probe")) == nil
	if ok {
		c.interrupt()
		ok = expect(ctx, conn, string(engineUpgrade))
	}
	c.mu.Lock()
	c.probing, c.websocket = false, ok
	c.mu.Unlock()
	if ok {
		c.interrupt()
	}
	return ok
}

// interrupt ends the polling request that waits, if there is one.
func (c *session) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.poll != nil {
		c.poll(errNoop)
	}
}

func expect(ctx context.Context, conn *websocket.Conn, text string) bool {
	kind, data, err := conn.Read(ctx)
	return err == nil && kind == websocket.MessageText && string(data) == text
}
