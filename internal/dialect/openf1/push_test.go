package openf1

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/autopaho"
	"github.com/eclipse/paho.golang/paho"
	mqtt3 "github.com/eclipse/paho.mqtt.golang"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// inbox is what a client has received: the newest document of each key, by topic.
type inbox struct {
	mu     sync.Mutex
	newest map[string]map[string]object
	count  map[string]int
	last   map[string]float64
	wrong  error
}

func newInbox() *inbox {
	return &inbox{newest: map[string]map[string]object{}, count: map[string]int{}, last: map[string]float64{}}
}

func (b *inbox) take(topic string, payload []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var doc object
	if err := json.Unmarshal(payload, &doc); err != nil {
		b.wrong = err
		return
	}
	id, _ := doc["_id"].(float64)
	key, _ := doc["_key"].(string)
	if id <= b.last[topic] || key == "" {
		b.wrong = fmt.Errorf("_id %v after %v, _key %q", doc["_id"], b.last[topic], key)
	}
	b.last[topic] = id
	delete(doc, "_id")
	delete(doc, "_key")
	if b.newest[topic] == nil {
		b.newest[topic] = map[string]object{}
	}
	b.newest[topic][key] = doc
	b.count[topic]++
}

func (b *inbox) seen(topic string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count[topic]
}

// until polls until a condition holds.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// broker starts the dialect's MQTT and gives its address.
func (s *stand) broker() string {
	s.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	s.serveMQTT(l)
	return "tcp://" + l.Addr().String()
}

// dial3 connects by MQTT 3.1.1.
func dial3(address, password string) (mqtt3.Client, error) {
	c := mqtt3.NewClient(mqtt3.NewClientOptions().AddBroker(address).SetUsername("ann").SetPassword(password).SetProtocolVersion(4).
		SetConnectRetry(false).SetAutoReconnect(false).SetOrderMatters(true))
	token := c.Connect()
	token.Wait()
	return c, token.Error()
}

// dial5 connects by MQTT 5 and subscribes.
func dial5(t testing.TB, address, password, topic string, take func(string, []byte)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := autopaho.NewConnection(ctx, autopaho.ClientConfig{
		ServerUrls: []*url.URL{u}, ConnectUsername: "ann", ConnectPassword: []byte(password), KeepAlive: 30, CleanStartOnInitialConnection: true,
		ClientConfig: paho.ClientConfig{ClientID: "five", OnPublishReceived: []func(paho.PublishReceived) (bool, error){
			func(r paho.PublishReceived) (bool, error) { take(r.Packet.Topic, r.Packet.Payload); return true, nil },
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		<-c.Done()
	})
	wait, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	if err := c.AwaitConnection(wait); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Subscribe(wait, &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: topic}}}); err != nil {
		t.Fatal(err)
	}
}

// mosquitto starts Debian's own client for some places; the function gives what it printed, when it has them.
func mosquitto(t *testing.T, address, token string) (printed func() string) {
	t.Helper()
	program, err := exec.LookPath("mosquitto_sub")
	if err != nil {
		t.Fatal("mosquitto_sub is missing: install the Debian package mosquitto-clients")
	}
	host, port, err := net.SplitHostPort(strings.TrimPrefix(address, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-h", host, "-p", port, "-u", "ann", "-P", token, "-t", "v1/position", "-v", "-C", "5", "-W", "60")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() string {
		if err := cmd.Wait(); err != nil || strings.Count(out.String(), "\n") != 5 {
			t.Errorf("mosquitto_sub: %v: %s", err, out.String())
		}
		return out.String()
	}
}

// placed are the sessions of live; it counts how often a clock was looked at.
type placed struct {
	Sessions
	looks atomic.Int64
}

func (p *placed) Place(session string, at time.Time, lap int, clock string) (wire.Place, error) {
	defer p.looks.Add(1)
	return p.Sessions.Place(session, at, lap, clock)
}

// TestPushEqualsRows follows a session from its first message by both versions of MQTT and by WebSocket: the newest documents of
// every key are the rows that REST has at the end, all of them and nothing else.
func TestPushEqualsRows(t *testing.T) {
	s := newStand(t, func(c *Config) { c.Accounts = accounts(t, "ann:secret") })
	looked := &placed{Sessions: s.live}
	s.dialect.sessions = looked
	token, ok := s.dialect.tokens.give("ann", "secret")
	if !ok {
		t.Fatal("no token")
	}
	messages := simulated(t, f1.Race)
	first := slices.IndexFunc(messages, func(m feed.Message) bool { return m.Topic == feed.TopicSessionInfo })
	g := s.growFrom(messages, first+1)
	address := s.broker()
	for _, wrong := range []string{"", "nonsense"} {
		if c, err := dial3(address, wrong); err == nil {
			c.Disconnect(0)
			t.Errorf("connected with the token %q", wrong)
		}
	}
	all, laps, bySocket := newInbox(), newInbox(), newInbox()
	s.subscribe(address, token, "v1/#", all)
	s.subscribe(strings.Replace(s.server.URL, "http", "ws", 1)+"/openf1/mqtt", token, "v1/#", bySocket)
	dial5(t, address, token, "v1/laps", laps.take)
	lines := mosquitto(t, address, token)
	until(t, "four subscriptions", func() bool { return atomic.LoadInt64(&s.dialect.broker.Load().Info.Subscriptions) >= 4 })
	until(t, "the push to follow", func() bool { return looked.looks.Load() > 0 })
	// What a client publishes reaches nobody: it would have no _id.
	intruder, err := dial3(address, token)
	if err != nil {
		t.Fatal(err)
	}
	intruder.Publish("v1/laps", 0, false, `{"mine":1}`).Wait()
	intruder.Disconnect(100)
	g.rest()
	for _, c := range collections {
		name := c.name
		if name == sessionsOf || name == meetingsOf || name == sessionResultOf || name == startingGridOf {
			continue // upstream loads them by schedule
		}
		want := lined(s.getAs("v1/"+name+"?session_key="+g.key, token))
		boxes := map[string]*inbox{"MQTT 3.1.1": all, "WebSocket": bySocket}
		if name == lapsOf {
			boxes["MQTT 5"] = laps
		}
		for way, box := range boxes {
			s.same(name+" by "+way, want, func() []string { return box.lines("v1/"+name, len(want)) })
		}
		t.Logf("%s: %d rows, %d documents pushed", name, len(want), all.seen("v1/"+name))
	}
	for line := range strings.Lines(lines()) {
		topic, payload, _ := strings.Cut(line, " ")
		if topic != "v1/position" || !json.Valid([]byte(payload)) {
			t.Errorf("mosquitto_sub had %s", line)
		}
	}
	for _, b := range []*inbox{all, laps, bySocket} {
		b.mu.Lock()
		wrong := b.wrong
		b.mu.Unlock()
		if wrong != nil {
			t.Error(wrong)
		}
	}
}

// same waits until the lines are those that are wanted.
func (s *stand) same(what string, want []string, have func() []string) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 15*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for got := have(); !slices.Equal(got, want); got = have() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			missing := slices.DeleteFunc(slices.Clone(want), func(l string) bool { return slices.Contains(got, l) })
			more := slices.DeleteFunc(slices.Clone(got), func(l string) bool { return slices.Contains(want, l) })
			s.Errorf("%s: %d rows, %d are expected, %d are missing and %d more:\n- %s\n+ %s", what, len(got), len(want), len(missing), len(more),
				strings.Join(missing[:min(len(missing), 5)], "\n- "), strings.Join(more[:min(len(more), 5)], "\n+ "))
			return
		}
	}
}

// subscribe follows a topic by MQTT 3.1.1 until the test ends.
func (s *stand) subscribe(address, token, topic string, to *inbox) {
	s.Helper()
	c, err := dial3(address, token)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Disconnect(0) })
	if sub := c.Subscribe(topic, 0, func(_ mqtt3.Client, m mqtt3.Message) { to.take(m.Topic(), m.Payload()) }); sub.Wait() && sub.Error() != nil {
		s.Fatal(sub.Error())
	}
}

// lines are the newest documents of a topic, each as a line. While there are not enough it does not take the time.
func (b *inbox) lines(topic string, enough int) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.newest[topic]); n < enough {
		return make([]string, n)
	}
	return lined(slices.Collect(maps.Values(b.newest[topic])))
}

// lined are rows as lines, in an order of their own.
func lined(rows []object) []string {
	all := make([]string, len(rows))
	for i, row := range rows {
		all[i] = fmt.Sprint(row)
	}
	slices.Sort(all)
	return all
}

func (s *stand) getAs(path, token string) []object {
	s.Helper()
	resp, body := s.ask(path, "Bearer "+token)
	var rows []object
	if err := json.Unmarshal(body, &rows); err != nil {
		s.Fatalf("%s: %s: %.300s", path, resp.Status, body)
	}
	return rows
}

func TestPushedRules(t *testing.T) {
	p := newPushing("9", func(string) bool { return true })
	check := func(topic, payload string, want ...string) {
		t.Helper()
		docs := p.take(&feed.Message{Topic: topic, Payload: []byte(payload), Time: time.Date(2024, 7, 7, 14, 0, 0, 5e6, time.UTC)})
		if len(docs) != len(want) {
			t.Fatalf("%s: %d documents, %d are expected", topic, len(docs), len(want))
		}
		for i, doc := range docs {
			if got := doc.key + " " + string(doc.collection.appendObject(nil, doc.values)); got != want[i] {
				t.Errorf("%s\n got %s\nwant %s", topic, got, want[i])
			}
		}
	}
	check(feed.TopicSessionInfo, `{"Key":9,"Type":"Race","Path":"2024/a/b/","Meeting":{"Key":7}}`)
	check(feed.TopicDriverRaceInfo, `{"1":{"Position":"4","OvertakeState":0},"4":{"Position":"2","OvertakeState":2},"44":{"Position":"3","OvertakeState":1}}`,
		`1720360800005_4_1 {"date":"2024-07-07T14:00:00.005000+00:00","meeting_key":7,"overtaken_driver_number":1,"overtaking_driver_number":4,"position":3,"session_key":9}`,
		`1720360800005_4_44 {"date":"2024-07-07T14:00:00.005000+00:00","meeting_key":7,"overtaken_driver_number":44,"overtaking_driver_number":4,"position":2,"session_key":9}`)
	check(feed.TopicDriverRaceInfo, `{"1":{"Position":"4","OvertakeState":0}}`)
	check(feed.TopicTeamRadio, `{"Captures":{"3":{"Utc":"2024-07-07T13:59:58.25Z","RacingNumber":"44","Path":"TeamRadio/x.mp3"}}}`,
		`1720360798250_44 {"date":"2024-07-07T13:59:58.250000+00:00","driver_number":44,"meeting_key":7,"recording_url":"https://livetiming.formula1.com/static/2024/a/b/TeamRadio/x.mp3","session_key":9}`)
}

// Samples, of which there are thousands for every other row, are made for who hears them.
func TestUnheardSamples(t *testing.T) {
	const entry = `{"Entries":[{"Utc":"2024-07-07T14:00:00.1Z","Cars":{"1":{"Channels":{"0":11000,"2":300,"3":8,"4":100,"5":0,"45":12}}}}]}`
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(entry)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := feed.Message{Topic: feed.TopicCarData, Payload: []byte(`"` + base64.StdEncoding.EncodeToString(packed.Bytes()) + `"`)}
	for _, heard := range []bool{true, false} {
		asked := ""
		p := newPushing("9", func(collection string) bool { asked = collection; return heard })
		docs := p.take(&m)
		if (len(docs) == 1) != heard || asked != "car_data" {
			t.Errorf("heard %v: %d documents, asked about %q", heard, len(docs), asked)
		}
	}
	s := &pusher{offset: 5, quiet: 5, heard: func(topic string) bool { return topic == "v1/car_data" }}
	if s.wanted("car_data") {
		t.Error("samples of what was known before following began are wanted")
	}
	if s.offset++; !s.wanted("car_data") || s.wanted("location") {
		t.Error("not the samples that are heard are wanted")
	}
}
