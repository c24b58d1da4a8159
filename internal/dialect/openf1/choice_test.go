package openf1

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	mqtt3 "github.com/eclipse/paho.mqtt.golang"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

func TestChosenBy(t *testing.T) {
	check := func(topic string, c choice, rest string, ok bool) {
		t.Helper()
		gotChoice, gotRest, gotOK := chosenBy(topic)
		if gotChoice != c || gotOK != ok || ok && gotRest != rest {
			t.Errorf("%s: %+v %s %v", topic, gotChoice, gotRest, gotOK)
		}
	}
	check("v1/laps", choice{}, "v1/laps", true)
	check("#", choice{}, "v1/#", true)
	check("+/laps", choice{}, "v1/laps", true)
	check("v1/+", choice{}, "v1/+", true)
	check("session/latest/v1/laps", choice{}, "v1/laps", true) // no matter which one it is now
	check("session/latest/at/live-30/#", choice{clock: "live-30"}, "v1/#", true)
	check("at/live-30/#", choice{clock: "live-30"}, "v1/#", true)
	check("session/9574/v1/laps", choice{session: "9574"}, "v1/laps", true)
	check("session/monaco_2024_race/at/c_7/v1/+", choice{"monaco_2024_race", "c_7"}, "v1/+", true)
	for _, topic := range []string{
		"", "+", "at", "at/", "at/live-30", "at/+/v1/laps", "at/#", "+/+/v1/laps", "session/+/v1/#", "session/#", "session//v1/laps",
		"at/a/session/b/v1/laps", "$SYS/#", "$share/x/v1/laps", "other/laps", "v2/laps",
	} {
		if topic == "+/+/v1/laps" { // becomes v1/+/v1/laps, which nothing has
			continue
		}
		check(topic, choice{}, "", false)
	}
}

// TestSubscriberChooses follows the end of a session that runs, another one that is held, and a viewer's clock that stands: each by
// topics of its own and by the address of a WebSocket. Nothing that is later than a clock reaches who looks at it.
func TestSubscriberChooses(t *testing.T) {
	s := newStand(t)
	messages := slices.DeleteFunc(simulated(t, f1.Race), sampled)
	g := s.growFrom(messages, len(messages)/4)
	qualifying := s.hold(simulated(t, f1.Qualifying)[:500], nil)
	early, paused := messages[len(messages)/8].Time, true
	clock, err := s.live.CreateClock(g.key, wire.ClockWish{At: &early, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	address := s.broker()
	socket := strings.Replace(s.server.URL, "http", "ws", 1) + "/openf1/"
	boxes := map[string]*inbox{}
	follow := func(address, topic string) {
		t.Helper()
		boxes[address+" "+topic] = newInbox()
		s.subscribe(address, "", topic, boxes[address+" "+topic])
	}
	now := []string{address + " v1/position", address + " session/" + g.key + "/v1/position", socket + "mqtt?session=" + g.key + " v1/position"}
	standing := []string{
		address + " at/" + clock.ID + "/v1/position", address + " at/" + clock.ID + "/#", socket + "mqtt?clock=" + clock.ID + " v1/position",
		socket + "at/" + clock.ID + "/mqtt #", socket + "at/" + clock.ID + "/mqtt?session=" + g.key + " +/position",
	}
	late := []string{address + " at/live-300/v1/#", socket + "mqtt?clock=live-300 #"}
	other := []string{address + " session/" + qualifying + "/v1/#"}
	for _, way := range slices.Concat(now, standing, late, other) {
		at, topic, _ := strings.Cut(way, " ")
		follow(at, topic)
	}
	s.refusedTopics(address, "", "at/c_none/v1/laps", "at/live-301/v1/laps", "at/live-x/v1/laps", "session/5/v1/laps", "at/+/v1/laps", "at/#", "session/+/v1/#", "$SYS/#", "at/"+clock.ID+"/at/live-30/v1/laps")
	s.refusedTopics(socket+"at/"+clock.ID+"/mqtt", "", "at/live-30/v1/laps", "session/"+g.key+"/v1/laps")
	s.refused("at/c_none/mqtt", http.StatusNotFound)
	s.refused("mqtt?clock=live-301", http.StatusNotFound)
	s.refused("mqtt?session=5", http.StatusNotFound)

	b := s.dialect.broker.Load()
	until(t, "the subscriptions", func() bool { return atomic.LoadInt64(&b.Info.Subscriptions) >= int64(len(boxes)) })
	g.rest()
	total := 0
	for _, row := range s.get("v1/position?session_key=" + g.key) {
		if at, err := time.Parse(time.RFC3339Nano, row["date"].(string)); err == nil && at.After(messages[len(messages)/2].Time) {
			total++
		}
	}
	for _, way := range now {
		until(t, way, func() bool {
			return boxes[way].seen("v1/position")+boxes[way].seen("session/"+g.key+"/v1/position") >= total
		})
	}
	for _, way := range slices.Concat(standing, late, other) {
		if n := boxes[way].total(); n != 0 {
			t.Errorf("%s: %d documents from beyond the clock", way, n)
		}
	}
	// The clock that stood goes on, to a moment: who follows it gets what lies between.
	later := messages[len(messages)/6].Time
	if _, err := s.live.ChangeClock(clock.ID, wire.ClockWish{At: &later}); err != nil {
		t.Fatal(err)
	}
	until(t, "what the clock has passed", func() bool {
		for _, way := range standing {
			if boxes[way].total() == 0 {
				return false
			}
		}
		return true
	})
	for _, way := range standing {
		boxes[way].within(t, way, early.Add(-time.Second), later.Add(time.Second))
	}
}

// sampled is a message of samples: of weight, and of none for most of what is tested.
func sampled(m feed.Message) bool { return strings.HasSuffix(m.Topic, ".z") }

// total is how many documents have come.
func (b *inbox) total() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, some := range b.count {
		n += some
	}
	return n
}

// within holds the positions that have come to a span of time.
func (b *inbox) within(t *testing.T, way string, from, until time.Time) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for topic, docs := range b.newest {
		if !strings.HasSuffix(topic, "v1/position") {
			continue
		}
		for _, doc := range docs {
			if at, err := time.Parse(time.RFC3339Nano, doc["date"].(string)); err != nil || at.Before(from) || at.After(until) {
				t.Errorf("%s: %v, %v", way, doc, err)
			}
		}
	}
}

// refusedTopics are none that can be subscribed to.
func (s *stand) refusedTopics(address, token string, topics ...string) {
	s.Helper()
	c, err := dial3(address, token)
	if err != nil {
		s.Fatal(err)
	}
	defer c.Disconnect(0)
	for _, topic := range topics {
		sub := c.Subscribe(topic, 0, nil).(*mqtt3.SubscribeToken)
		if sub.Wait(); sub.Error() == nil && sub.Result()[topic] < 0x80 {
			s.Errorf("%s %s: granted %v", address, topic, sub.Result())
		}
	}
}

// TestPushesAreBounded follows no more sessions and clocks at once than there is room for, and leaves those that nobody
// wants any more.
func TestPushesAreBounded(t *testing.T) {
	s := newStand(t)
	messages := simulated(t, f1.Race)
	key := s.hold(messages, nil)
	address := s.broker()
	var clocks []string
	early, paused := messages[100].Time, true
	for range maxPushes + 1 {
		c, err := s.live.CreateClock(key, wire.ClockWish{At: &early, Paused: &paused})
		if err != nil {
			t.Fatal(err)
		}
		clocks = append(clocks, c.ID)
	}
	c, err := dial3(address, "")
	if err != nil {
		t.Fatal(err)
	}
	topic := func(n int) string { return "at/" + clocks[n] + "/v1/laps" }
	for n := range maxPushes {
		sub := c.Subscribe(topic(n), 0, nil).(*mqtt3.SubscribeToken)
		if sub.Wait(); sub.Error() != nil || sub.Result()[topic(n)] >= 0x80 {
			t.Fatalf("subscription %d: %v", n, sub.Result())
		}
	}
	s.refusedTopics(address, "", topic(maxPushes))
	c.Disconnect(0)
	until(t, "room", func() bool {
		d, err := dial3(address, "")
		if err != nil {
			t.Fatal(err)
		}
		defer d.Disconnect(0)
		sub := d.Subscribe(topic(maxPushes), 0, nil).(*mqtt3.SubscribeToken)
		return sub.Wait() && sub.Error() == nil && sub.Result()[topic(maxPushes)] < 0x80
	})
}

// signed is a certificate for 127.0.0.1 that signs itself, made for a test, and the authorities that trust it.
func signed(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "PitWall test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestReadPushByTLS follows our own push over TLS, with the authority that has signed its certificate; without it nothing is
// pushed, and the rounds of requests go on.
func TestReadPushByTLS(t *testing.T) {
	cert, pool := signed(t)
	s := newStand(t, func(c *Config) { c.Accounts = accounts(t, "ann:secret") })
	g := s.growFrom(slices.DeleteFunc(simulated(t, f1.Race), sampled), 2000)
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.serveMQTT(tls.NewListener(plain, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}}))
	cfg := s.reading()
	cfg.MQTT, cfg.User, cfg.Password, cfg.Reorder = "mqtts://"+plain.Addr().String(), "ann", "secret", 20*time.Millisecond
	cfg.Every, cfg.Pushed, cfg.Samples = 20*time.Millisecond, time.Hour, false
	middle := g.messages[len(g.messages)/2].Time
	cfg.Now = func() time.Time { return middle }
	strange, err := NewReader(cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = strange.connected(t.Context(), &pushed{wake: make(chan struct{}, 1)})
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("connected without the authority: %v", err)
	}
	cfg.Authorities = pool
	f := s.following(cfg)
	until(t, "a subscription", func() bool { return atomic.LoadInt64(&s.dialect.broker.Load().Info.Subscriptions) > 0 })
	had := len(f.all())
	g.rest()
	want := tableOf(t, g.messages, "positions", carried["positions"])
	until(t, "the positions", func() bool {
		have := tableOf(t, f.all(), "positions", carried["positions"])
		for row, n := range want {
			if have[row] != n {
				return false
			}
		}
		return true
	})
	t.Logf("%d messages by requests, %d with those pushed over TLS", had, len(f.all()))
}

// serveMQTT serves the push on a listener until the test ends.
func (s *stand) serveMQTT(l net.Listener) {
	s.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.dialect.ServeMQTT(ctx, l, s.bus, s.live) }()
	s.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			s.Error(err)
		}
	})
	until(s, "the broker", func() bool { return s.dialect.broker.Load() != nil })
}

// One packet with more filters than there is room for is granted as many as are followed, and no place of what everybody gets is
// taken.
func TestPushesOfOnePacketAreBounded(t *testing.T) {
	s := newStand(t)
	messages := slices.DeleteFunc(simulated(t, f1.Race), sampled)
	g := s.growFrom(messages, len(messages)/4)
	address := s.broker()
	early, paused := messages[100].Time, true
	filters := map[string]byte{}
	for range 40 {
		c, err := s.live.CreateClock(g.key, wire.ClockWish{At: &early, Paused: &paused})
		if err != nil {
			t.Fatal(err)
		}
		filters["at/"+c.ID+"/v1/position"] = 0
	}
	greedy, err := dial3(address, "")
	if err != nil {
		t.Fatal(err)
	}
	defer greedy.Disconnect(0)
	sub := greedy.SubscribeMultiple(filters, nil).(*mqtt3.SubscribeToken)
	if sub.Wait(); sub.Error() != nil {
		t.Fatal(sub.Error())
	}
	granted := 0
	for _, code := range sub.Result() {
		if code < 0x80 {
			granted++
		}
	}
	if granted != maxPushes {
		t.Errorf("%d of %d filters were granted, want %d", granted, len(filters), maxPushes)
	}
	box := newInbox()
	s.subscribe(address, "", "v1/#", box)
	g.rest()
	until(t, "what everybody gets", func() bool { return box.seen("v1/position") > 0 })
}

// Where a token is needed, an address says nothing of which sessions and clocks there are to who has not shown one, and what
// is not there is refused afterwards.
func TestSocketTellsStrangersNothing(t *testing.T) {
	s := newStand(t, func(c *Config) { c.Accounts = accounts(t, "ann:secret") })
	key := s.hold(simulated(t, f1.Qualifying)[:500], nil)
	s.broker()
	for _, path := range []string{"mqtt?session=" + key, "mqtt?session=latest", "mqtt?session=nope", "mqtt?clock=c_none", "at/c_none/mqtt", "at/live-30/mqtt"} {
		if resp, body := s.ask(path); resp.StatusCode != http.StatusUpgradeRequired {
			t.Errorf("%s: %s: %s", path, resp.Status, body)
		}
	}
	for _, path := range []string{"mqtt?session=%23", "mqtt?session=a/b", "mqtt?clock=%2B"} {
		s.refused(path, http.StatusNotFound)
	}
	socket := strings.Replace(s.server.URL, "http", "ws", 1) + "/openf1/"
	if _, err := dial3(socket+"mqtt?session="+key, ""); err == nil {
		t.Error("connected without a token")
	}
	token, ok := s.dialect.tokens.give("ann", "secret")
	if !ok {
		t.Fatal("no token")
	}
	s.refusedTopics(socket+"mqtt?session=nope", token, "v1/laps")
	s.refusedTopics(socket+"mqtt?clock=c_none", token, "v1/laps")
	s.subscribe(socket+"mqtt?session="+key, token, "v1/laps", newInbox())
	if n := atomic.LoadInt64(&s.dialect.broker.Load().Info.Subscriptions); n != 1 {
		t.Errorf("%d subscriptions, want that to the session there is", n)
	}
}
