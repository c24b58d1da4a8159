package openf1

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
)

// Limits of the broker.
const (
	maxMQTTClients = 1000
	maxMQTTWaiting = 16 << 10 // messages, for one client: what is more is dropped, as QoS 0 has it
	maxMQTTPacket  = 64 << 10 // bytes, of what clients send
	writtenAtOnce  = 16 << 10 // bytes, of what waits for a client
	maxPushes      = 16       // sessions and clocks that are followed at once, beside the one that everybody gets
	maxChoosing    = 10 * time.Second
)

// ServeMQTT pushes documents by MQTT 3.1.1 or 5 until ctx ends: on the listener, which it closes, unless that is nil, and over
// WebSockets under /openf1/mqtt. Who subscribes to v1/<collection> gets those of the process's first session at the process's
// own clock; see [choice] for the others. Who needs a token gives it as the password. What nobody subscribes to is not followed.
func (s *Dialect) ServeMQTT(ctx context.Context, l net.Listener, b *bus.Bus, channels fanout.Channels) error {
	broker := mqtt.New(&mqtt.Options{InlineClient: true, ClientNetWriteBufferSize: writtenAtOnce, Logger: slog.New(slog.DiscardHandler), Capabilities: capabilities()})
	rows := fanout.New(b, channels, func(fanout.Message) []struct{} { return []struct{}{{}} }, func(struct{}) int { return 1 })
	g := &gate{dialect: s, ctx: ctx, broker: broker, pushes: map[choice]context.CancelFunc{}, asked: map[*mqtt.Client]map[choice]bool{}}
	g.follow = func(ctx context.Context, c choice) {
		p := pusher{dialect: s, rows: rows, choice: c, numbers: &numbering{}}
		p.send = func(topic string, payload []byte) error { return broker.Publish(c.prefix()+topic, payload, false, 0) }
		p.heard = func(topic string) bool { return len(broker.Topics.Subscribers(c.prefix()+topic).Subscriptions) > 0 }
		other := p
		other.samples = true
		var both sync.WaitGroup
		both.Go(func() { p.run(ctx) })
		both.Go(func() { other.run(ctx) })
		both.Wait()
	}
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
	<-ctx.Done()
	closing := broker.Close()
	g.end()
	if closing != nil {
		return fmt.Errorf("openf1: mqtt: %w", closing)
	}
	return nil
}

// serveSocket is MQTT over a WebSocket. What the address says of session and clock holds for all of the connection.
func (s *Dialect) serveSocket(w http.ResponseWriter, r *http.Request, clock string) error {
	broker := s.broker.Load()
	if broker == nil {
		return failure{http.StatusServiceUnavailable, "Nothing is pushed here"}
	}
	c := choice{session: r.URL.Query().Get("session"), clock: clock}
	if c.clock == "" {
		c.clock = r.URL.Query().Get("clock")
	}
	c = c.plain()
	if got, _, ok := chosenBy(c.prefix() + "v1/#"); !ok || got != c { // it would be another part of a topic
		return failure{http.StatusNotFound, "No results found."}
	}
	// Who needs a token has not shown it yet and is told nothing of what there is: what he subscribes to is looked at then.
	if c != (choice{}) && !s.tokens.needed() {
		if err := s.there(r.Context(), c); err != nil {
			return err
		}
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"mqtt"}, OriginPatterns: s.cfg.Origins})
	if err != nil {
		return nil // it has been told
	}
	conn.SetReadLimit(maxMQTTPacket)
	// The broker logs what it has against a client, and the connection is over either way. It knows what was chosen by the
	// name of the listener.
	_ = broker.EstablishConnection(socketListener+c.prefix(), websocket.NetConn(r.Context(), conn, websocket.MessageBinary))
	_ = conn.CloseNow()
	return nil
}

// socketListener is what the broker has as the listener of WebSockets, and before what one has chosen.
const socketListener = "websocket "

func capabilities() *mqtt.Capabilities {
	c := mqtt.NewDefaultServerCapabilities()
	c.MaximumClients, c.MaximumClientWritesPending, c.MaximumPacketSize = maxMQTTClients, maxMQTTWaiting, maxMQTTPacket
	c.MaximumSessionExpiryInterval = 0 // nothing is kept for who is away
	c.RetainAvailable, c.SharedSubAvailable = 0, 0
	return c
}

// choice is what a subscriber follows: a session (key or readable name; "": the one that is shown first, or the one that the
// clock is of) at a clock ("": the process's own). Its documents have topics of their own:
//
//	v1/laps                            the first session at the process's clock
//	at/live-30/v1/laps                 the first session, half a minute later
//	session/9574/v1/laps               another session
//	session/9574/at/c_7f3a/v1/laps     another session at a viewer's clock
type choice struct{ session, clock string }

// plain spells the session that is shown first like no session: it is another one after a while.
func (c choice) plain() choice {
	if c.session == "latest" {
		c.session = ""
	}
	return c
}

func (c choice) prefix() string {
	p := ""
	if c.session != "" {
		p = "session/" + c.session + "/"
	}
	if c.clock != "" {
		p += "at/" + c.clock + "/"
	}
	return p
}

// chosenBy splits a topic, or a filter of topics, into what is chosen and the topic of the collection. False: it can be
// neither; a wildcard in place of a session or clock would be.
func chosenBy(topic string) (c choice, rest string, ok bool) {
	rest = topic
	for _, part := range []struct {
		name string
		to   *string
	}{{"session/", &c.session}, {"at/", &c.clock}} {
		if after, found := strings.CutPrefix(rest, part.name); found {
			*part.to, rest, found = strings.Cut(after, "/")
			if !found || *part.to == "" || strings.ContainsAny(*part.to, "+#$") {
				return choice{}, "", false
			}
		}
	}
	switch first, name, _ := strings.Cut(rest, "/"); {
	case rest == "#":
		rest = "v1/#" // of all there is here these are the topics that upstream has
	case first == "+" && name != "":
		rest = "v1/" + name
	case first != "v1":
		return choice{}, "", false
	}
	return c.plain(), rest, true
}

// there refuses a choice that the viewer may not have: what is not there, and what is later than the clock.
func (s *Dialect) there(ctx context.Context, c choice) error {
	_, err := s.chosenSession(ctx, c)
	return err
}

// chosenSession is the session of a choice that names one, at the clock at which it is looked at.
func (s *Dialect) chosenSession(ctx context.Context, c choice) (occasion, error) {
	if err := s.sessions.CheckClock(c.clock); err != nil {
		return occasion{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxChoosing)
	defer cancel()
	q := &query{session: c.session, clock: c.clock}
	q.latest[1] = c.session == "" || c.session == "latest"
	if q.latest[1] {
		q.session = ""
	}
	all, err := s.chosen(ctx, q)
	if err != nil {
		return occasion{}, err
	}
	for _, o := range all {
		if o.held {
			return o, nil
		}
	}
	return occasion{}, failure{http.StatusNotFound, "No results found."}
}

// gate says who may connect and what they may do: read what they have chosen. It has followed what somebody subscribes to.
type gate struct {
	mqtt.HookBase
	dialect *Dialect
	broker  *mqtt.Server
	ctx     context.Context // of the broker: hooks are given none
	follow  func(ctx context.Context, c choice)

	mu     sync.Mutex
	pushes map[choice]context.CancelFunc
	asked  map[*mqtt.Client]map[choice]bool // that there is room kept for, until the client's subscription is there
	ended  sync.WaitGroup
	over   bool
}

// ID names the hook in the broker's log.
func (g *gate) ID() string { return "openf1" }

// Provides says which questions the hook answers.
func (g *gate) Provides(b byte) bool {
	return bytes.Contains([]byte{
		mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnSubscribe, mqtt.OnSubscribed, mqtt.OnUnsubscribe, mqtt.OnUnsubscribed,
		mqtt.OnSessionEstablished, mqtt.OnDisconnect, mqtt.OnPacketEncode,
	}, []byte{b})
}

// OnConnectAuthenticate takes an access token as the password, with any name.
func (g *gate) OnConnectAuthenticate(_ *mqtt.Client, p packets.Packet) bool {
	token := string(p.Connect.Password)
	if token != "" {
		return len(p.Connect.Username) > 0 && g.dialect.tokens.good(token)
	}
	return !g.dialect.tokens.needed()
}

// chosenAt is the prefix of all that a client gets, from the address of its WebSocket.
func chosenAt(cl *mqtt.Client) string {
	prefix, _ := strings.CutPrefix(cl.Net.Listener, socketListener)
	if prefix == cl.Net.Listener {
		return ""
	}
	return prefix
}

// noTopic is a filter that is refused.
const noTopic = "$none"

// filter is a client's filter as the broker has it, [noTopic] for one that is refused.
func (g *gate) filter(cl *mqtt.Client, typed string) string {
	c, rest, ok := chosenBy(typed)
	at := chosenAt(cl)
	switch {
	case !ok, at != "" && c != choice{}: // who has chosen by the address has nothing else
		return noTopic
	case at != "":
		return at + rest
	}
	return c.prefix() + rest
}

// OnSubscribe gives filters the form that topics have, and refuses what is not there.
func (g *gate) OnSubscribe(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	for i := range pk.Filters {
		name := g.filter(cl, pk.Filters[i].Filter)
		if c, _, _ := chosenBy(name); c != (choice{}) && !g.grant(cl, c) {
			name = noTopic
		}
		pk.Filters[i].Filter = name
	}
	return pk
}

// OnUnsubscribe finds the filters as they were subscribed to.
func (g *gate) OnUnsubscribe(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	for i := range pk.Filters {
		pk.Filters[i].Filter = g.filter(cl, pk.Filters[i].Filter)
	}
	return pk
}

// OnACLCheck lets clients read what they have chosen, and write nothing.
func (g *gate) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	_, _, ok := chosenBy(topic)
	return ok && !write && strings.HasPrefix(topic, chosenAt(cl))
}

// OnPacketEncode gives who has chosen by the address the topics that upstream has.
func (g *gate) OnPacketEncode(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	if pk.FixedHeader.Type == packets.Publish {
		pk.TopicName = strings.TrimPrefix(pk.TopicName, chosenAt(cl))
	}
	return pk
}

// OnSubscribed follows what is new.
func (g *gate) OnSubscribed(cl *mqtt.Client, _ packets.Packet, _ []byte) { g.settle(cl) }

// OnSessionEstablished follows what a client had subscribed to before.
func (g *gate) OnSessionEstablished(*mqtt.Client, packets.Packet) { g.look() }

// OnUnsubscribed leaves what nobody wants any more.
func (g *gate) OnUnsubscribed(*mqtt.Client, packets.Packet) { g.look() }

// OnDisconnect does so too.
func (g *gate) OnDisconnect(cl *mqtt.Client, _ error, _ bool) { g.settle(cl) }

// grant reports whether a client may follow a choice, and keeps room for it until his subscription is there: several may come in
// one packet, and from several clients at once. What everybody gets needs none.
func (g *gate) grant(cl *mqtt.Client, c choice) bool {
	if !g.reserve(cl, c) {
		return false
	}
	if g.dialect.there(g.ctx, c) != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.asked[cl], c)
		return false
	}
	return true
}

func (g *gate) reserve(cl *mqtt.Client, c choice) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := map[choice]bool{}
	for followed := range g.pushes {
		taken[followed] = true
	}
	for _, asked := range g.asked {
		for other := range asked {
			taken[other] = true
		}
	}
	delete(taken, choice{})
	if !taken[c] && len(taken) >= maxPushes {
		return false
	}
	if g.asked[cl] == nil {
		g.asked[cl] = map[choice]bool{}
	}
	g.asked[cl][c] = true
	return true
}

// look is settle without a client.
func (g *gate) look() { g.settle(nil) }

// settle follows all that somebody subscribes to and nothing else; what the client has asked for is there, or he has gone, and
// no room is kept for him any more. What everybody gets is followed on: to begin anew reads all of the session.
func (g *gate) settle(cl *mqtt.Client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.asked, cl)
	wanted := map[choice]bool{}
	for _, cl := range g.broker.Clients.GetAll() {
		if cl.Closed() {
			continue
		}
		for filter := range cl.State.Subscriptions.GetAll() {
			if c, _, ok := chosenBy(filter); ok {
				wanted[c] = true
			}
		}
	}
	kept := map[choice]bool{} // others have asked for it: it may go on
	for of, asked := range g.asked {
		if of.Closed() {
			delete(g.asked, of)
		}
		for c := range asked {
			kept[c] = true
		}
	}
	for c, stop := range g.pushes {
		if !wanted[c] && !kept[c] && c != (choice{}) {
			stop()
			delete(g.pushes, c)
		}
	}
	for c := range wanted { // there is room: it was kept
		if g.over || g.pushes[c] != nil {
			continue
		}
		ctx, stop := context.WithCancel(g.ctx)
		g.pushes[c] = stop
		g.ended.Go(func() { g.follow(ctx, c) })
	}
}

// end waits until nothing is followed any more.
func (g *gate) end() {
	g.mu.Lock()
	g.over = true
	for _, stop := range g.pushes {
		stop()
	}
	g.mu.Unlock()
	g.ended.Wait()
}
