// Package socketio serves the channels as rooms of Socket.IO v4 (Engine.IO protocol 4, Socket.IO protocol 5): polling,
// WebSocket and the upgrade from one to the other. It is mounted at /socket.io/ and knows no Formula 1.
//
// A client of the namespace "/" emits "subscribe" with a channel's name and gets, as events of that name, the channel's
// snapshot and then every message, as the contract spells them; "unsubscribe" ends that. Both are answered by their ack.
// With {binary: true} large messages come as attachments, JSON compressed with gzip. "unsubscribed" tells of a channel
// that is over.
//
// Promises: snapshot and stream meet exactly, nothing is missing and nothing comes twice, also when a client comes back
// within [Config.Away] (connection state recovery); a message is encoded once a channel, however many follow it; a client
// that does not read is cut, comes back, and never slows another.
package socketio

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/origin"
)

// Config are the limits towards clients.
type Config struct {
	Origins        []string      // further allowed Origin values ("https://example.org"); the own host always is
	PingInterval   time.Duration // between a client's pong and the next ping
	PingTimeout    time.Duration // a client that does not answer a ping for so long is gone
	ConnectTimeout time.Duration // until a connection has joined the namespace
	UpgradeTimeout time.Duration // for the steps from polling to WebSocket
	WriteTimeout   time.Duration // also for what a client has to send
	MaxPayload     int           // bytes of a body or message of a client
	Connections    int           // most at once
	Channels       int           // that one connection may follow
	QueueBytes     int           // unsent bytes after which a slow connection is cut
	Away           time.Duration // how long a client may be away and be recovered
	AwayClients    int           // most that are waited for
}

// Default is for a server of up to some ten thousand viewers.
func Default() Config {
	return Config{
		PingInterval: 25 * time.Second, PingTimeout: 20 * time.Second, ConnectTimeout: 45 * time.Second,
		UpgradeTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxPayload: 64 << 10, Connections: 20000,
		Channels: 64, QueueBytes: 4 << 20, Away: 2 * time.Minute, AwayClients: 10000,
	}
}

// Server is the endpoint. It is an [http.Handler] for /socket.io/.
type Server struct {
	cfg     Config
	origins origin.Rule
	bus     *bus.Bus
	plain   *fanout.Fanout[*frame]
	packed  *fanout.Fanout[*frame]

	mu       sync.Mutex
	closed   bool
	sessions map[string]*session // by Engine.IO id
	sockets  map[string]*socket  // by private id, also of those who are away
	away     int
	conns    sync.WaitGroup
}

// New makes the endpoint of the channels on b.
func New(b *bus.Bus, channels fanout.Channels, cfg Config) *Server {
	s := &Server{
		cfg: cfg, bus: b, origins: origin.New(cfg.Origins), sessions: map[string]*session{}, sockets: map[string]*socket{},
		plain:  fanout.New(b, channels, plain, (*frame).size),
		packed: fanout.New(b, channels, packed, (*frame).size),
	}
	return s
}

// Close cuts every connection; the clients will try to come back. It waits for what runs on them.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	all := make([]*session, 0, len(s.sessions))
	for _, each := range s.sessions {
		all = append(all, each)
	}
	s.mu.Unlock()
	for _, each := range all {
		each.close(errShutdown)
	}
	s.conns.Wait()
	for _, k := range s.waiting() {
		s.forget(k)
	}
}

// waiting are the sockets of clients that are away.
func (s *Server) waiting() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*socket, 0, len(s.sockets))
	for _, k := range s.sockets {
		all = append(all, k)
	}
	return all
}

var _ http.Handler = (*Server)(nil)

// newID is hard to guess: who knows it may speak for the client.
func newID() string {
	var b [15]byte
	rand.Read(b[:]) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
