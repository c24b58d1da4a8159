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
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"pitwall.live/internal/feed"
)

// porter is a broker's door: it lets nobody in a number of times, then those with the right token.
type porter struct {
	mqtt.HookBase
	refuse *atomic.Int32
	tokens func(string)
}

func (p *porter) ID() string { return "porter" }
func (p *porter) Provides(b byte) bool {
	return bytes.Contains([]byte{mqtt.OnConnectAuthenticate, mqtt.OnACLCheck}, []byte{b})
}
func (p *porter) OnACLCheck(*mqtt.Client, string, bool) bool { return true }
func (p *porter) OnConnectAuthenticate(_ *mqtt.Client, pk packets.Packet) bool {
	p.tokens(string(pk.Connect.Password))
	return p.refuse.Add(-1) < 0
}

// brokerAt starts a broker.
func brokerAt(t *testing.T, address string, door *porter) (*mqtt.Server, string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	b := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := b.AddHook(door, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.AddListener(listeners.NewNet("mqtt", l)); err != nil {
		t.Fatal(err)
	}
	if err := b.Serve(); err != nil {
		t.Fatal(err)
	}
	return b, l.Addr().String()
}

// heard is what a reader gave out, for several goroutines.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) take(all []feed.Message) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range all {
		h.lines = append(h.lines, all[i].Topic+" "+string(all[i].Payload))
	}
	return len(all), nil
}

func (h *heard) times(part string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, line := range h.lines {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}

const someWeather = `{"date":"2000-01-01T00:%02d:00+00:00","session_key":7,"air_temperature":%d,"_id":%d}`

// pushedReader reads from a service and a broker's push, with an account.
func pushedReader(t *testing.T, s *service, address string) *Reader {
	t.Helper()
	began := time.Now()
	cfg := DefaultRead()
	cfg.URL, cfg.Transport, cfg.Samples, cfg.MQTT = "http://service.test", s, false, "mqtt://"+address
	cfg.User, cfg.Password = "ann", "secret"
	cfg.PerSecond, cfg.PerMinute, cfg.Every, cfg.Pushed, cfg.Reorder = 0, 0, 5*time.Millisecond, 10*time.Millisecond, 20*time.Millisecond
	cfg.Now = func() time.Time { return time.Date(2000, 1, 1, 0, 30, 0, 0, time.UTC).Add(time.Since(began)) }
	cfg.Log = slog.New(slog.DiscardHandler)
	r, err := NewReader(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The broker says "not authorised", is there, is started again: while nothing is pushed rows are asked for, what is pushed
// comes at once, the token is kept, and no row comes twice.
func TestPushComesAndGoes(t *testing.T) {
	var mu sync.Mutex
	var asked, given int
	var rows []string
	s := &service{}
	s.answer = func(path string, r *http.Request) (int, string) {
		mu.Lock()
		defer mu.Unlock()
		switch path {
		case "token":
			given++
			return http.StatusOK, fmt.Sprintf(`{"access_token":"t%d","expires_in":3600}`, given)
		case weatherOf:
			asked++
			if len(rows) > 0 {
				return http.StatusOK, "[" + strings.Join(rows, ",") + "]"
			}
		}
		return answers(nil)(path, r)
	}
	adds := func(minute, degrees, id int) {
		mu.Lock()
		defer mu.Unlock()
		rows = append(rows, fmt.Sprintf(someWeather, minute, degrees, id))
	}
	polls := func() int { mu.Lock(); defer mu.Unlock(); return asked }

	var refuse atomic.Int32
	refuse.Store(1)
	tokens := map[string]int{}
	door := &porter{refuse: &refuse, tokens: func(token string) { mu.Lock(); defer mu.Unlock(); tokens[token]++ }}
	broker, address := brokerAt(t, "127.0.0.1:0", door)

	r := pushedReader(t, s, address)
	var h heard
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx, h.take) }()
	defer func() { cancel(); <-ended }()

	adds(1, 21, 0) // while the broker refuses
	until(t, "a row that was asked for", func() bool { return h.times(`"21"`) == 1 })
	followers := func() int { return int(atomic.LoadInt64(&broker.Info.Subscriptions)) }
	until(t, "the broker to let us in", func() bool { return followers() > 0 })
	if err := broker.Publish("v1/weather", fmt.Appendf(nil, someWeather, 2, 22, 2), false, 0); err != nil {
		t.Fatal(err)
	}
	until(t, "a row that was pushed", func() bool { return h.times(`"22"`) == 1 })
	adds(2, 22, 0) // answers have it later

	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
	adds(3, 23, 0) // while there is none
	until(t, "a row that was asked for when the broker had gone", func() bool { return h.times(`"23"`) == 1 })
	broker, _ = brokerAt(t, address, door)
	defer func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	}()
	until(t, "the broker again", func() bool { return followers() > 0 })
	if err := broker.Publish("v1/weather", fmt.Appendf(nil, someWeather, 4, 24, 4), false, 0); err != nil {
		t.Fatal(err)
	}
	until(t, "a row that was pushed by the new broker", func() bool { return h.times(`"24"`) == 1 })
	adds(4, 24, 0)
	before := polls()
	until(t, "answers with all rows", func() bool { return polls() >= before+3 })
	mu.Lock()
	defer mu.Unlock()
	if n := h.times("WeatherData"); n != 4 || given != 1 || len(tokens) != 1 || tokens["t1"] < 3 {
		t.Errorf("%d messages of 4 rows, %d tokens, shown %v", n, given, tokens)
	}
}

// Members that the service gives up, gives empty or gives anew: a row is what it still says.
func TestReadSchemaDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := map[string]string{
			driversOf: `[{"driver_number":4,"session_key":7,"full_name":"Lando NORRIS","team_colour":null,"headshot_url":7,"last_name":"Norris"}]`,
			pitOf: `[{"date":"2000-01-01T00:10:00Z","driver_number":4,"session_key":7,"lap_number":3,"lane_duration":22.5,"stop_duration":2.4},
				{"date":"2000-01-01T00:20:00Z","driver_number":4,"session_key":7,"lap_number":"4"}]`,
			weatherOf:   `[{"date":"2000-01-01T00:01:00Z","session_key":7,"air_temperature":"warm","humidity":40,"mood":["good"]}]`,
			teamRadioOf: `[]`,
		}
		before := map[string]string{
			driversOf: strings.Replace(now[driversOf], `"team_colour"`, `"country_code":"GBR","team_colour"`, 1),
			pitOf:     strings.Replace(now[pitOf], `"stop_duration":2.4`, `"pit_duration":22.5,"stop_duration":2.4`, 1),
			weatherOf: now[weatherOf],
		}
		read := func(rows map[string]string) []string {
			s := &service{answer: answers(rows)}
			told, _, err := s.follow(t, time.Minute, nil)
			if err != nil {
				t.Fatal(err)
			}
			return told
		}
		told := read(now)
		holds(t, told, `DriverList {"4":{"RacingNumber":"4","FullName":"Lando NORRIS","LastName":"Norris"`, 1)
		holds(t, told, `"PitLaneTime":"22.500"`, 1)
		holds(t, told, `WeatherData {"Humidity":"40"`, 1)
		holds(t, told, "TeamRadio", 0)
		holds(t, told, "CountryCode", 0)
		old := read(before)
		holds(t, old, `"CountryCode":"GBR"`, 1)
		// But for the country nothing is known less.
		if a, b := strings.Join(told, "\n"), strings.ReplaceAll(strings.Join(old, "\n"), `,"CountryCode":"GBR"`, ""); a != b {
			t.Errorf("with all members:\n%s\nwithout:\n%s", b, a)
		}
	})
}
