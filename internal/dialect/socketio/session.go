package socketio

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pitwall.live/internal/fanout"
)

// session is one Engine.IO connection, over whichever transport.
type session struct {
	server *Server
	id     string
	ctx    context.Context // ends with the connection
	cancel context.CancelCauseFunc
	socket atomic.Pointer[socket]

	in      sync.Mutex // what the client sends is taken one after the other
	binary  *packet    // waits for attachments; guarded by in
	missing int        // attachments

	out sync.Mutex // held by who writes to the client: a polling request, or the WebSocket for good

	mu        sync.Mutex
	queue     *fanout.Queue[*frame]
	held      []*frame                // for the next queue, while this one has ended with a channel
	poll      context.CancelCauseFunc // of the polling request that waits; nil: none does
	posting   bool
	websocket bool        // the transport; false is polling
	probing   bool        // a WebSocket is about to take over
	pinged    bool        // a pong is due
	beat      *time.Timer // next ping, or the end of patience
	connect   *time.Timer // until the namespace is joined
}

// Why a connection ended, or a polling request was told to.
var (
	errShutdown  = errors.New("socketio: the server stops")
	errByClient  = errors.New("socketio: closed by the client")
	errNoPong    = errors.New("socketio: no answer to a ping")
	errNoConnect = errors.New("socketio: the namespace was not joined in time")
	errParallel  = errors.New("socketio: two requests at once")
	errAway      = errors.New("socketio: the client has gone")
	errReplaced  = errors.New("socketio: the client came back over another connection")
	errNoop      = errors.New("socketio: nothing to send")
	errFull      = errors.New("socketio: too many connections")
)

// open begins a connection.
func (s *Server) open(websocket bool) (*session, error) {
	c := &session{server: s, id: newID(), websocket: websocket, queue: s.plain.Queue(s.cfg.QueueBytes)}
	c.ctx, c.cancel = context.WithCancelCause(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.sessions) >= s.cfg.Connections {
		c.cancel(errFull)
		return nil, errFull
	}
	s.sessions[c.id] = c
	c.mu.Lock() // the timers may be quick
	defer c.mu.Unlock()
	c.beat = time.AfterFunc(s.cfg.PingInterval, c.heartbeat)
	c.connect = time.AfterFunc(s.cfg.ConnectTimeout, func() { c.close(errNoConnect) })
	c.queue.Push(c.handshake())
	return c, nil
}

// handshake is the open packet.
func (c *session) handshake() *frame {
	upgrades := `["websocket"]`
	if c.websocket {
		upgrades = "[]"
	}
	cfg := c.server.cfg
	return &frame{text: fmt.Appendf(nil, `%c{"sid":%q,"upgrades":%s,"pingInterval":%d,"pingTimeout":%d,"maxPayload":%d}`,
		engineOpen, c.id, upgrades, cfg.PingInterval.Milliseconds(), cfg.PingTimeout.Milliseconds(), cfg.MaxPayload)}
}

// find gives the connection of an id, nil if there is none.
func (s *Server) find(id string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id]
}

// close ends the connection. The first reason counts.
func (c *session) close(reason error) {
	s := c.server
	s.mu.Lock()
	known := s.sessions[c.id] == c
	if known {
		delete(s.sessions, c.id)
	}
	s.mu.Unlock()
	if !known {
		return
	}
	c.mu.Lock()
	c.beat.Stop()
	c.connect.Stop()
	if c.poll != nil {
		c.poll(reason) // before the queue, for the request tells the reason
	}
	c.queue.Close()
	c.mu.Unlock()
	c.cancel(reason)
	if k := c.socket.Load(); k != nil {
		s.detach(c, k, false)
	}
}

// heartbeat sends a ping, or ends a connection that has not answered the last one.
func (c *session) heartbeat() {
	c.mu.Lock()
	late := c.pinged
	if !late {
		c.pinged = true
		c.push(&frame{text: []byte{enginePing}})
		c.beat.Reset(c.server.cfg.PingTimeout)
	}
	c.mu.Unlock()
	if late {
		c.close(errNoPong)
	}
}

func (c *session) pong() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pinged && c.ctx.Err() == nil {
		c.pinged = false
		c.beat.Reset(c.server.cfg.PingInterval)
	}
}

// maxHeld is how many answers may wait for a new queue.
const maxHeld = 64

// send queues a packet that is of no channel.
func (c *session) send(f *frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.push(f)
}

// push is send for who holds the lock.
func (c *session) push(f *frame) {
	if !c.queue.Push(f) && len(c.held) < maxHeld {
		c.held = append(c.held, f)
	}
}

// line is the queue that things go into now.
func (c *session) line() *fanout.Queue[*frame] {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue
}

// renew puts a queue in the place of the one that has ended.
func (c *session) renew(q *fanout.Queue[*frame]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = q
	if c.ctx.Err() != nil {
		q.Close()
	}
	q.Push(c.held...)
	c.held = nil
}

// pop waits for frames and notes that they are sent. Its caller holds out.
func (c *session) pop(ctx context.Context, into []*frame) ([]*frame, error) {
	for {
		frames, err := c.line().Pop(ctx, into)
		if errors.Is(err, fanout.ErrEnded) && c.server.renew(c) {
			continue
		}
		if err == nil {
			c.server.sent(c, frames)
		}
		return frames, err
	}
}

// take handles one packet of the client. An error ends the connection.
func (c *session) take(data []byte, binary bool) error {
	c.in.Lock()
	defer c.in.Unlock()
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	if binary {
		return c.attachment(data)
	}
	if len(data) == 0 {
		return errPacket
	}
	switch {
	case data[0] == engineMessage:
		return c.message(string(data[1:]))
	case len(data) > 1:
		return errPacket
	case data[0] == enginePong:
		c.pong()
	case data[0] == engineClose:
		return errByClient
	case data[0] != engineNoop:
		return errPacket
	}
	return nil
}
