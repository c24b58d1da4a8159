package openf1

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"pitwall.live/internal/f1"
)

// refusing is a hook that lets nobody in for some connections.
type refusing struct {
	mqtt.HookBase
	left  atomic.Int64 // connections that are refused
	asked atomic.Int64
	token atomic.Value // of the last
}

func (r *refusing) ID() string { return "refusing" }

func (r *refusing) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}

func (r *refusing) OnConnectAuthenticate(_ *mqtt.Client, p packets.Packet) bool {
	r.asked.Add(1)
	r.token.Store(string(p.Connect.Password))
	return r.left.Add(-1) < 0
}

func (r *refusing) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

// serviceBroker is a broker like the service's own.
func serviceBroker(t *testing.T, address string, hook *refusing) (b *mqtt.Server, at string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	b = mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	if err := b.AddHook(hook, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.AddListener(listeners.NewNet("service", l)); err != nil {
		t.Fatal(err)
	}
	if err := b.Serve(); err != nil {
		t.Fatal(err)
	}
	return b, l.Addr().String()
}

// tokenCount lets requests through and counts those for a token.
type tokenCount struct{ tokens, rows atomic.Int64 }

func (c *tokenCount) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/token") {
		c.tokens.Add(1)
	} else {
		c.rows.Add(1)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestReadPushRefusedAndRestarted has the push say "not authorised" for a while and then its broker restart: the token is kept, the
// requests go on meanwhile, and what is pushed after either is followed.
func TestReadPushRefusedAndRestarted(t *testing.T) {
	s := newStand(t, func(c *Config) { c.Accounts = accounts(t, "ann:secret") })
	key := s.growFrom(simulated(t, f1.Race)[:2000], 2000).key
	hook := &refusing{}
	hook.left.Store(1)
	broker, address := serviceBroker(t, "127.0.0.1:0", hook)
	count := &tokenCount{}
	cfg := s.reading()
	cfg.Transport, cfg.MQTT, cfg.User, cfg.Password = count, "mqtt://"+address, "ann", "secret"
	cfg.Every, cfg.Pushed, cfg.Reorder, cfg.Samples = 20*time.Millisecond, time.Hour, 20*time.Millisecond, false
	first := simulated(t, f1.Race)[1999].Time
	cfg.Now = func() time.Time { return first }
	f := s.following(cfg)
	until(t, "a refusal", func() bool { return hook.asked.Load() == 1 })
	before := count.rows.Load()
	until(t, "requests while the push is refused", func() bool { return count.rows.Load() > before+20 })
	until(t, "the push to let us in", func() bool { return atomic.LoadInt64(&broker.Info.Subscriptions) > 0 })
	if hook.asked.Load() != 2 || count.tokens.Load() != 1 {
		t.Errorf("%d connections, %d tokens", hook.asked.Load(), count.tokens.Load())
	}
	told := func(b *mqtt.Server, celsius string) {
		t.Helper()
		at := first.Add(time.Minute).Format("2006-01-02T15:04:05.000Z")
		id := map[string]string{"31.5": "1", "32.5": "2"}[celsius]
		doc := `{"session_key":` + key + `,"date":"` + at + `","air_temperature":` + celsius + `,"_key":"x","_id":` + id + `}`
		if err := b.Publish("v1/weather", []byte(doc), false, 0); err != nil {
			t.Fatal(err)
		}
		until(t, "the air at "+celsius, func() bool {
			for _, m := range f.all() {
				if strings.Contains(string(m.Payload), `"AirTemp":"`+celsius+`"`) {
					return true
				}
			}
			return false
		})
	}
	told(broker, "31.5")
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
	again := &refusing{}
	restarted, _ := serviceBroker(t, address, again)
	t.Cleanup(func() {
		if err := restarted.Close(); err != nil {
			t.Error(err)
		}
	})
	until(t, "another connection", func() bool { return atomic.LoadInt64(&restarted.Info.Subscriptions) > 0 })
	told(restarted, "32.5")
	if again.token.Load() != hook.token.Load() || count.tokens.Load() != 1 {
		t.Errorf("the token was not kept: %d were asked for", count.tokens.Load())
	}
}

// TestReadFieldsGone reads rows without the fields that are to be removed, and a session without any radio.
func TestReadFieldsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{answer: answers(map[string]string{
			driversOf: `[{"driver_number":4,"session_key":7,"full_name":"Lando NORRIS","name_acronym":"NOR"}]`,
			pitOf:     `[{"driver_number":4,"session_key":7,"lap_number":3,"date":"2000-01-01T00:05:00+00:00","lane_duration":22.5}]`,
		})}
		told, _, err := s.follow(t, time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, told, `DriverList {"4":{"RacingNumber":"4","FullName":"Lando NORRIS","Tla":"NOR"}}`, 1)
		holds(t, told, `PitLaneTimeCollection {"PitTimes":{"4":{"RacingNumber":"4","Duration":"22.500","Lap":"3"}}}`, 1)
		holds(t, told, `TeamRadio`, 0)
	})
}

// TestReadBackFilled asks again for what was empty, after days too.
func TestReadBackFilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		rows := answers(map[string]string{stintsOf: `[{"session_key":7,"driver_number":4,"stint_number":1,"lap_start":1,"lap_end":5,"compound":"HARD"}]`})
		s := &service{answer: func(path string, r *http.Request) (int, string) {
			if time.Since(began) < 4*24*time.Hour {
				return answers(nil)(path, r)
			}
			return rows(path, r)
		}}
		told, _, err := s.follow(t, 5*24*time.Hour, func(c *ReadConfig) { c.Idle = time.Hour })
		if err != nil {
			t.Fatal(err)
		}
		holds(t, told, `"Compound":"HARD"`, 1)
		if n := len(s.times(stintsOf)); n < 4*24 {
			t.Errorf("asked only %d times", n)
		}
	})
}
