// Package gateway serves the channels to clients over WebSocket, server-sent events and HTTP streaming,
// with recovery after a disconnect. It knows no Formula 1: what a channel is, its snapshot and whether
// it exists is asked of [Channels].
//
// Promise: a subscriber gets the snapshot of a channel and every message published after it, none twice
// and none missing; a connection that does not read is cut and resumes from its last message.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/origin"
	"pitwall.live/internal/wire"
)

// Channels answers for what is published.
type Channels interface {
	// Attach counts one more viewer of the channel and calls join with the channel's encoded snapshot
	// while nothing is published on it, so that snapshot and stream meet exactly. A channel that does not
	// exist is a [wire.ErrNotFound]: the client is told and does not try again. After a [wire.ErrTooMany] it
	// tries again later.
	Attach(channel string, join func(snapshot []byte)) error
	// Detach counts one viewer less. It is called once for every Attach that gave no error.
	Detach(channel string)
}

// Config are the limits towards clients.
type Config struct {
	Origins      []string      // further allowed Origin values ("https://example.org"); the own host always is
	WriteTimeout time.Duration // also for what a client has to send
	MessageBytes int           // largest command of a client
	Connections  int           // most connections at once
}

// Default is for a server of up to some ten thousand viewers.
func Default() Config {
	return Config{WriteTimeout: 5 * time.Second, MessageBytes: 16 << 10, Connections: 20000}
}

// Mount sets the handlers on the bus and returns the routes: the paths below /connection/ and /emulation.
// It is called before the bus is started.
func Mount(b *bus.Bus, channels Channels, cfg Config) map[string]http.Handler {
	node := b.Node()
	g := &gateway{channels: channels, origins: origin.New(cfg.Origins), limit: cfg.Connections, patience: cfg.WriteTimeout, body: int64(cfg.MessageBytes), node: node}
	node.OnConnecting(g.connecting)
	node.OnConnect(g.connect)
	ping := centrifuge.PingPongConfig{PingInterval: 25 * time.Second, PongTimeout: 10 * time.Second}
	return map[string]http.Handler{
		"/connection/websocket": centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
			CheckOrigin: g.origins.Allows, WriteTimeout: cfg.WriteTimeout, MessageSizeLimit: cfg.MessageBytes,
			UseWriteBufferPool: true, ReadBufferSize: 512, PingPongConfig: ping,
			// A subscription encodes a whole snapshot, deep in the stack; a viewer sends few commands and
			// then waits for hours. The waiting goroutine's stack stays small this way.
			ProcessCommandsOffReadLoop: true,
		}),
		"/connection/sse":         g.sameOrigin(centrifuge.NewSSEHandler(node, centrifuge.SSEConfig{MaxRequestBodySize: cfg.MessageBytes, PingPongConfig: ping})),
		"/connection/http_stream": g.sameOrigin(centrifuge.NewHTTPStreamHandler(node, centrifuge.HTTPStreamConfig{MaxRequestBodySize: cfg.MessageBytes, PingPongConfig: ping})),
		"/emulation":              g.sameOrigin(centrifuge.NewEmulationHandler(node, centrifuge.EmulationConfig{MaxRequestBodySize: cfg.MessageBytes})),
	}
}

type gateway struct {
	channels Channels
	origins  origin.Rule
	limit    int
	patience time.Duration
	body     int64
	node     *centrifuge.Node
}

func (g *gateway) sameOrigin(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.origins.Allows(r) {
			http.Error(w, "this origin is not allowed to connect (see --allow-origin)", http.StatusForbidden)
			return
		}
		if r.Method == http.MethodPost && !g.take(w, r) {
			return
		}
		h.ServeHTTP(w, r)
	})
}

// take reads the body of a request, which may take no longer than a write may: the answer is a stream without
// an end, so the server itself can set no such limit.
func (g *gateway) take(w http.ResponseWriter, r *http.Request) bool {
	c := http.NewResponseController(w)
	if err := c.SetReadDeadline(time.Now().Add(g.patience)); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, g.body))
	if err == nil {
		err = c.SetReadDeadline(time.Time{})
	}
	if err != nil {
		status := http.StatusBadRequest
		switch large := (*http.MaxBytesError)(nil); {
		case errors.As(err, &large):
			status = http.StatusRequestEntityTooLarge
		case errors.Is(err, os.ErrDeadlineExceeded):
			status = http.StatusRequestTimeout
		}
		w.Header().Set("Connection", "close")
		http.Error(w, http.StatusText(status), status)
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}

func (g *gateway) connecting(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	if g.node.Hub().NumClients() >= g.limit {
		return centrifuge.ConnectReply{}, centrifuge.DisconnectConnectionLimit
	}
	// Everybody is an anonymous viewer: nothing here is personal yet.
	return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{}}, nil
}

func (g *gateway) connect(c *centrifuge.Client) {
	v := &viewer{channels: g.channels, attached: map[string]int{}}
	c.OnSubscribe(v.subscribe)
	c.OnUnsubscribe(func(e centrifuge.UnsubscribeEvent) { v.leave(e.Channel) })
}

// viewer is one connection.
type viewer struct {
	channels Channels
	mu       sync.Mutex
	attached map[string]int
}

// resume is what a client that still has the state sends with a subscription, to be spared the snapshot
// when its position can be recovered.
type resume struct {
	Resume bool `json:"resume"`
}

func (v *viewer) subscribe(e centrifuge.SubscribeEvent, reply centrifuge.SubscribeCallback) {
	var r resume
	if len(e.Data) > 0 && json.Unmarshal(e.Data, &r) != nil {
		reply(centrifuge.SubscribeReply{}, centrifuge.ErrorBadRequest)
		return
	}
	err := v.channels.Attach(e.Channel, func(snapshot []byte) {
		v.mu.Lock()
		v.attached[e.Channel]++
		v.mu.Unlock()
		options := centrifuge.SubscribeOptions{EnableRecovery: true, EnablePositioning: true}
		if !r.Resume {
			options.Data = snapshot
		}
		reply(centrifuge.SubscribeReply{Options: options}, nil)
	})
	switch {
	case errors.Is(err, wire.ErrNotFound):
		reply(centrifuge.SubscribeReply{}, centrifuge.ErrorUnknownChannel)
	case errors.Is(err, wire.ErrTooMany):
		reply(centrifuge.SubscribeReply{}, &centrifuge.Error{Code: 429, Message: err.Error(), Temporary: true})
	case err != nil:
		reply(centrifuge.SubscribeReply{}, centrifuge.ErrorInternal)
	}
}

// leave gives the viewer's place back. The engine calls it once for every accepted subscription, also
// when the connection ends.
func (v *viewer) leave(channel string) {
	v.mu.Lock()
	n := v.attached[channel]
	if n > 1 {
		v.attached[channel] = n - 1
	} else {
		delete(v.attached, channel)
	}
	v.mu.Unlock()
	if n > 0 {
		v.channels.Detach(channel)
	}
}
