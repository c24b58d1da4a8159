package openf1

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
	"pitwall.live/internal/feed"
)

// Limits of the broker.
const (
	maxMQTTClients = 1000
	maxMQTTWaiting = 16 << 10 // messages, for one client: what is more is dropped, as QoS 0 has it
	maxMQTTPacket  = 64 << 10 // bytes, of what clients send
	pushedSignals  = 1 << 16
)

// ServeMQTT pushes the documents of the process's first session, at the process's own clock, to whoever subscribes to
// v1/<collection> by MQTT 3.1.1 or 5, until ctx ends: on the listener, which it closes, unless that is nil, and over
// WebSockets under /openf1/mqtt. Who needs a token gives it as the password. Before the first client comes nothing is followed.
func (s *Dialect) ServeMQTT(ctx context.Context, l net.Listener, b *bus.Bus, channels fanout.Channels) error {
	broker := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler), Capabilities: capabilities()})
	g := &gate{dialect: s, first: make(chan struct{})}
	if err := broker.AddHook(g, nil); err != nil {
		return fmt.Errorf("openf1: mqtt: %w", err)
	}
	if l != nil {
		if err := broker.AddListener(listeners.NewNet("mqtt", l)); err != nil {
			return fmt.Errorf("openf1: mqtt: %w", err)
		}
	}
	if err := broker.Serve(); err != nil {
		return fmt.Errorf("openf1: mqtt: %w", err)
	}
	s.broker.Store(broker)
	defer s.broker.Store(nil)
	select {
	case <-ctx.Done():
	case <-g.first:
		p := &pusher{dialect: s, rows: fanout.New(b, channels, func(fanout.Message) []struct{} { return []struct{}{{}} }, func(struct{}) int { return 1 })}
		p.send = func(topic string, payload []byte) error { return broker.Publish(topic, payload, false, 0) }
		p.heard = func(topic string) bool { return len(broker.Topics.Subscribers(topic).Subscriptions) > 0 }
		p.run(ctx)
	}
	if closing := broker.Close(); closing != nil {
		return fmt.Errorf("openf1: mqtt: %w", closing)
	}
	return nil
}

// serveSocket is MQTT over a WebSocket.
func (s *Dialect) serveSocket(w http.ResponseWriter, r *http.Request) {
	broker := s.broker.Load()
	if broker == nil {
		failure{http.StatusServiceUnavailable, "Nothing is pushed here"}.write(w)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"mqtt"}, OriginPatterns: s.cfg.Origins})
	if err != nil {
		return // it has been told
	}
	conn.SetReadLimit(maxMQTTPacket)
	// The broker logs what it has against a client, and the connection is over either way.
	_ = broker.EstablishConnection("websocket", websocket.NetConn(r.Context(), conn, websocket.MessageBinary))
	_ = conn.CloseNow()
}

func capabilities() *mqtt.Capabilities {
	c := mqtt.NewDefaultServerCapabilities()
	c.MaximumClients, c.MaximumClientWritesPending, c.MaximumPacketSize = maxMQTTClients, maxMQTTWaiting, maxMQTTPacket
	c.MaximumSessionExpiryInterval = 0 // nothing is kept for who is away
	c.RetainAvailable = 0
	return c
}

// gate says who may connect and what they may do: read what is under v1/.
type gate struct {
	mqtt.HookBase
	dialect *Dialect
	first   chan struct{} // closed when the first client has come
	once    sync.Once
}

// ID names the hook in the broker's log.
func (g *gate) ID() string { return "openf1" }

// Provides says which questions the hook answers.
func (g *gate) Provides(b byte) bool {
	return bytes.Contains([]byte{mqtt.OnConnectAuthenticate, mqtt.OnACLCheck}, []byte{b})
}

// OnConnectAuthenticate takes an access token as the password, with any name.
func (g *gate) OnConnectAuthenticate(_ *mqtt.Client, p packets.Packet) bool {
	token := string(p.Connect.Password)
	good := !g.dialect.cfg.NeedToken
	if token != "" {
		good = len(p.Connect.Username) > 0 && g.dialect.tokens.good(token)
	}
	if good {
		g.once.Do(func() { close(g.first) })
	}
	return good
}

// OnACLCheck lets clients read all collections, and write nothing.
func (g *gate) OnACLCheck(_ *mqtt.Client, topic string, write bool) bool {
	return !write && !strings.HasPrefix(topic, "$")
}

// pusher follows the first session.
type pusher struct {
	dialect *Dialect
	rows    *fanout.Fanout[struct{}] // only tells that there is something new: what it is the log says
	send    func(topic string, payload []byte) error
	heard   func(topic string) bool // somebody has subscribed to it

	key     string
	start   time.Time
	offset  uint64
	quiet   uint64 // up to this message all was known when following began
	derived *pushing
	last    int64 // _id
	buf     []byte
}

// sessionsChannel tells when another session is shown first.
const sessionsChannel = "sessions"

// How long run waits after a failure: longer after each that follows within mostWait.
const (
	firstWait = 250 * time.Millisecond
	mostWait  = time.Minute
)

// run follows until ctx ends. What goes wrong is logged and tried again where it stopped: the process has other things
// to do than this dialect.
func (p *pusher) run(ctx context.Context) {
	wait := firstWait
	for ctx.Err() == nil {
		held, _ := p.dialect.sessions.Held("latest")
		began := time.Now()
		err := p.follow(ctx, held.Key)
		if ctx.Err() != nil || errors.Is(err, fanout.ErrSlow) || errors.Is(err, fanout.ErrEnded) || errors.Is(err, errOtherSession) {
			continue
		}
		if time.Since(began) > mostWait {
			wait = firstWait
		}
		p.dialect.cfg.Log.Error("openf1: push", "session", held.Key, "error", err, "again_in", wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = min(2*wait, mostWait)
	}
}

var errOtherSession = errors.New("another session is shown first")

// follow pushes what a session brings, until another one is shown first. Without a session ("") it waits for one.
func (p *pusher) follow(ctx context.Context, key string) error {
	q := p.rows.Queue(pushedSignals)
	defer q.Close()
	names := []string{sessionsChannel}
	if key != "" {
		names = append(names, "timing:raw:"+key)
	}
	for _, name := range names {
		if err := p.rows.Join(name, q); err != nil {
			return err
		}
		defer p.rows.Leave(name, q)
	}
	var signals []struct{}
	for {
		if held, _ := p.dialect.sessions.Held("latest"); held.Key != key {
			return errOtherSession
		}
		if key != "" {
			if err := p.catchUp(ctx, key); err != nil {
				return err
			}
		}
		var err error
		if signals, err = q.Pop(ctx, signals[:0]); err != nil {
			return err
		}
	}
}

// catchUp pushes what the clock has passed since the last time. What was known when following began is not pushed, nor
// what a clock that was set back had passed before.
func (p *pusher) catchUp(ctx context.Context, key string) error {
	at, err := p.dialect.sessions.Place(key, noTime, 0, "")
	if err != nil {
		return err
	}
	if p.derived == nil || p.key != key || p.offset > at.Offset || !p.start.Equal(at.Start) {
		p.key, p.start, p.offset, p.derived, p.quiet = key, at.Start, 0, newPushing(numberOfKey(key), p.wanted), at.Offset
	}
	if p.offset == at.Offset {
		return nil
	}
	return p.dialect.sessions.Messages(ctx, key, p.offset+1, at.Offset, func(m *feed.Message) error {
		p.offset = m.Offset
		docs := p.derived.take(m)
		if m.Offset <= p.quiet {
			return nil
		}
		for _, doc := range docs {
			if err := p.push(doc); err != nil {
				return err
			}
		}
		return nil
	})
}

// wanted reports whether what the message that is being taken brings is pushed, and to somebody. Of samples there
// are a thousand for every other row.
func (p *pusher) wanted(collection string) bool {
	return p.offset > p.quiet && p.heard("v1/"+collection)
}

// push sends one document, with its key and a number that rises.
func (p *pusher) push(doc *document) error {
	p.last = max(p.dialect.cfg.Now().UnixMilli(), p.last+1)
	p.buf = doc.collection.appendObject(p.buf[:0], doc.values)
	p.buf = append(p.buf[:len(p.buf)-1], `,"_key":`...)
	p.buf = appendQuoted(p.buf, doc.key)
	p.buf = append(p.buf, `,"_id":`...)
	p.buf = append(strconv.AppendInt(p.buf, p.last, 10), '}')
	return p.send("v1/"+doc.collection.name, bytes.Clone(p.buf)) // the broker keeps it until all have it
}
