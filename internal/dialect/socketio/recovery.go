package socketio

import (
	"time"
)

// detach takes the client's socket from an ended connection and waits for the client to come back, unless it has said
// goodbye.
func (s *Server) detach(c *session, k *socket, final bool) {
	k.op.Lock()
	defer k.op.Unlock()
	if k.session != c {
		return
	}
	k.session = nil
	for channel, view := range k.rooms {
		view.Leave(channel, k.queue)
	}
	k.queue = nil
	s.mu.Lock()
	defer s.mu.Unlock()
	if final || s.closed || s.away >= s.cfg.AwayClients || s.cfg.Away <= 0 {
		k.over = true
		delete(s.sockets, k.pid)
		return
	}
	s.away++
	k.waiting = time.AfterFunc(s.cfg.Away, func() { s.forget(k) })
}

// forget gives up waiting for a client.
func (s *Server) forget(k *socket) {
	k.op.Lock()
	defer k.op.Unlock()
	if k.session == nil {
		s.drop(k)
	}
}

// drop forgets a socket that is away; its caller holds op.
func (s *Server) drop(k *socket) {
	if k.over {
		return
	}
	k.over = true
	k.waiting.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away--
	delete(s.sockets, k.pid)
}

// recover gives the client that comes back its socket again and queues what it has missed; nil if it can not go on
// where it was.
func (s *Server) recover(c *session, auth credentials) *socket {
	last, ok := parseOffset(auth.Offset)
	if !ok || auth.PID == "" {
		return nil
	}
	s.mu.Lock()
	k := s.sockets[auth.PID]
	s.mu.Unlock()
	if k == nil {
		return nil
	}
	k.op.Lock()
	old := k.session
	k.op.Unlock()
	if old != nil { // the client has noticed the cut before we have
		old.close(errReplaced)
		s.detach(old, k, false) // close may be under way elsewhere
	}
	k.op.Lock()
	defer k.op.Unlock()
	if k.session != nil || k.over {
		return nil
	}
	k.mu.Lock()
	fresh, ok := k.trail.back(last)
	k.mu.Unlock()
	if !ok || !s.kept(k, fresh) {
		s.drop(k)
		return nil
	}
	k.waiting.Stop()
	s.mu.Lock()
	s.away--
	s.mu.Unlock()
	k.session, k.queue = c, c.line()
	for channel := range k.rooms {
		k.follow(channel, fresh[channel])
	}
	return k
}

// kept reports whether the channels still hold everything that the client has missed.
func (s *Server) kept(k *socket, fresh map[string]bool) bool {
	for channel := range k.rooms {
		k.mu.Lock()
		at, known := k.trail.last(channel)
		k.mu.Unlock()
		if !known || fresh[channel] {
			continue // it has nothing of the channel, and gets the snapshot
		}
		if _, err := s.bus.Since(channel, at); err != nil {
			return false
		}
	}
	return true
}
