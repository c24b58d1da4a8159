package socketio

import (
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/wire"
)

// socket is a client in the namespace "/". It outlives its connection for a while.
type socket struct {
	server *Server
	id     string
	pid    string // private: the client comes back with it

	op      sync.Mutex // one change of rooms or connection at a time
	session *session   // nil: away
	queue   *fanout.Queue[*frame]
	rooms   map[string]*fanout.Fanout[*frame] // by channel
	over    bool
	waiting *time.Timer

	mu    sync.Mutex
	trail trail
}

// message takes a Socket.IO packet.
func (c *session) message(text string) error {
	p, err := parsePacket(text)
	if err != nil || c.binary != nil {
		return errPacket
	}
	if p.attachments > 0 {
		c.binary, c.missing = &p, p.attachments
		return nil
	}
	return c.packet(p)
}

// attachment takes a binary frame. Nothing of ours reads one, so it is counted and dropped.
func (c *session) attachment([]byte) error {
	if c.binary == nil {
		return errPacket
	}
	if c.missing--; c.missing > 0 {
		return nil
	}
	p := *c.binary
	c.binary = nil
	return c.packet(p)
}

func (c *session) packet(p packet) error {
	k := c.socket.Load()
	switch {
	case p.kind == typeConnect && p.namespace != "/":
		c.send(answer(typeConnectError, p.namespace, "", map[string]string{"message": "Invalid namespace"}))
	case p.kind == typeConnect && k == nil:
		return c.join(p)
	case p.namespace != "/" && p.kind != typeConnect:
		// of a namespace that was not joined: ignored
	case k == nil || p.kind == typeConnect:
		return errPacket
	case p.kind == typeDisconnect:
		c.socket.Store(nil)
		c.server.detach(c, k, true)
		c.connect.Reset(c.server.cfg.ConnectTimeout)
	case p.kind == typeEvent || p.kind == typeBinaryEvent:
		return c.event(k, p)
	}
	return nil // we ask for no acks, so one is of nothing
}

// credentials is what a client connects with; whatever else it sends is not for us.
type credentials struct {
	PID    string `json:"pid"`
	Offset string `json:"offset"`
}

// accepted is the answer to a client that connects.
type accepted struct {
	SID string `json:"sid"`
	PID string `json:"pid"`
}

// join lets the client into the namespace, as who it was if it can be recovered.
func (c *session) join(p packet) error {
	var auth credentials
	if p.data != nil && json.Unmarshal(p.data, &auth) != nil {
		auth = credentials{} // of other types: not what we gave
	}
	s := c.server
	k := s.recover(c, auth)
	if k == nil {
		k = &socket{server: s, id: newID(), pid: newID(), session: c, queue: c.line(), rooms: map[string]*fanout.Fanout[*frame]{}}
		s.mu.Lock()
		s.sockets[k.pid] = k
		s.mu.Unlock()
	}
	c.socket.Store(k)
	c.connect.Stop()
	c.send(answer(typeConnect, "/", "", accepted{k.id, k.pid}))
	if c.ctx.Err() != nil { // it may have ended before it had a socket
		s.detach(c, k, false)
	}
	return nil
}

// wish is the second argument of subscribe.
type wish struct {
	Binary bool `json:"binary"`
}

// reply is the argument of an ack.
type reply struct {
	OK      bool   `json:"ok"`
	Channel string `json:"channel,omitempty"`
	Code    int    `json:"code,omitempty"` // as HTTP has them
	Message string `json:"message,omitempty"`
}

// event answers an event of the client.
func (c *session) event(k *socket, p packet) error {
	name, args, err := p.event()
	if err != nil {
		return err
	}
	var r reply
	if len(args) == 0 || json.Unmarshal(args[0], &r.Channel) != nil || r.Channel == "" {
		r = reply{Code: http.StatusBadRequest, Message: "the first argument is the name of a channel"}
	} else {
		switch name {
		case "subscribe":
			var w wish
			if len(args) > 1 && json.Unmarshal(args[1], &w) != nil {
				r = reply{Code: http.StatusBadRequest, Message: "the second argument is an object like {\"binary\": true}"}
				break
			}
			r = k.subscribe(c, r.Channel, w)
		case "unsubscribe":
			k.unsubscribe(r.Channel)
			r.OK = true
		default:
			r = reply{Code: http.StatusNotFound, Message: "there is no such event: subscribe, unsubscribe"}
		}
	}
	if p.ack != "" {
		c.send(answer(typeAck, "/", p.ack, []reply{r}))
	}
	return nil
}

// maxName bounds the name of a channel, in bytes.
const maxName = 200

func (k *socket) subscribe(c *session, channel string, w wish) reply {
	k.op.Lock()
	defer k.op.Unlock()
	if k.rooms[channel] != nil || k.session != c {
		return reply{OK: true, Channel: channel} // a client that was cut may ask twice
	}
	if len(channel) > maxName {
		return reply{Code: http.StatusNotFound, Message: "there is no such channel"}
	}
	if len(k.rooms) >= k.server.cfg.Channels {
		return reply{Channel: channel, Code: http.StatusTooManyRequests, Message: "one connection may not follow more channels"}
	}
	view := k.server.plain
	if w.Binary {
		view = k.server.packed
	}
	k.mu.Lock()
	k.trail.forget(channel)
	k.mu.Unlock()
	if err := view.Join(channel, k.queue); err != nil {
		return refusal(channel, err)
	}
	k.rooms[channel] = view
	return reply{OK: true, Channel: channel}
}

// refusal tells why a channel can not be followed.
func refusal(channel string, err error) reply {
	switch {
	case errors.Is(err, wire.ErrNotFound):
		return reply{Channel: channel, Code: http.StatusNotFound, Message: "there is no such channel"}
	case errors.Is(err, wire.ErrTooMany):
		return reply{Channel: channel, Code: http.StatusTooManyRequests, Message: err.Error()}
	}
	return reply{Channel: channel, Code: http.StatusInternalServerError, Message: "internal error"}
}

func (k *socket) unsubscribe(channel string) {
	k.op.Lock()
	defer k.op.Unlock()
	if view := k.rooms[channel]; view != nil {
		view.Leave(channel, k.queue)
		delete(k.rooms, channel)
	}
}

// sent notes what goes out to a client.
func (s *Server) sent(c *session, frames []*frame) {
	k := c.socket.Load()
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range frames {
		if f.channel != "" {
			k.trail.sent(f.place)
		}
	}
}

// follow goes on with a channel where the client is, or begins with its snapshot. The caller holds op.
func (k *socket) follow(channel string, fresh bool) {
	k.mu.Lock()
	at, known := k.trail.last(channel)
	k.mu.Unlock()
	view := k.rooms[channel]
	err := bus.ErrGone
	if known && !fresh {
		err = view.Resume(channel, k.queue, at)
	}
	if errors.Is(err, bus.ErrGone) {
		err = view.Join(channel, k.queue)
	}
	if err == nil {
		return
	}
	delete(k.rooms, channel)
	r := refusal(channel, err)
	if r.Code == http.StatusNotFound {
		r.Message = "the channel is over"
	}
	// An object: the client would take a string at the end for an offset.
	j := answer(typeEvent, "/", "", []any{"unsubscribed", r})
	if !k.queue.Push(j) {
		k.session.send(j)
	}
}

// renew gives the connection a new queue after one of its channels has ended, and goes on with the others. It reports
// whether the connection goes on.
func (s *Server) renew(c *session) bool {
	k := c.socket.Load()
	if k == nil {
		return false
	}
	k.op.Lock()
	defer k.op.Unlock()
	if k.session != c {
		return false
	}
	old := k.queue
	k.queue = s.plain.Queue(s.cfg.QueueBytes)
	for channel, view := range k.rooms {
		view.Leave(channel, old)
	}
	for channel := range k.rooms {
		k.follow(channel, false)
	}
	c.renew(k.queue)
	return true
}
