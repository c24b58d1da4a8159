package socketio

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/wire"
)

// seen checks a raw channel as a client has it: nothing missing, nothing twice.
type seen struct {
	seq uint64
	lap int
}

// lapOf reads the laps of a raw message in their order.
func (s *seen) take(t *testing.T, m message) {
	t.Helper()
	if m.Type == "snapshot" {
		var topics struct {
			TimingData struct {
				Lines map[string]struct{ NumberOfLaps int }
			}
		}
		if err := json.Unmarshal(m.Data, &topics); err != nil {
			t.Fatal(err)
		}
		s.seq, s.lap = m.Seq, topics.TimingData.Lines["1"].NumberOfLaps
		return
	}
	from := m.Seq
	if m.Type == "batch" {
		from = m.SeqFrom
		var all []message
		if err := json.Unmarshal(m.Data, &all); err != nil {
			t.Fatal(err)
		}
		for _, one := range all {
			s.delta(t, one)
		}
	} else {
		s.delta(t, m)
	}
	if from != s.seq+1 {
		t.Fatalf("message %d came after %d", from, s.seq)
	}
	s.seq = m.Seq
}

func (s *seen) delta(t *testing.T, m message) {
	t.Helper()
	var data struct {
		Lines map[string]struct{ NumberOfLaps int }
	}
	if err := json.Unmarshal(m.Data, &data); err != nil {
		t.Fatal(err)
	}
	if lap := data.Lines["1"].NumberOfLaps; lap != s.lap+1 {
		t.Fatalf("lap %d came after %d", lap, s.lap)
	}
	s.lap++
}

const (
	overWebSocket = `{"transports":["websocket"],"reconnectionDelay":20,"reconnectionDelayMax":100}`
	overPolling   = `{"transports":["polling"],"reconnectionDelay":20,"reconnectionDelayMax":100}`
	asItComes     = `{"reconnectionDelay":20,"reconnectionDelayMax":100}`
)

// The official client over each transport has every message once, also after its connection was cut again and again.
func TestOfficialClient(t *testing.T) {
	for name, options := range map[string]string{"websocket": overWebSocket, "polling": overPolling, "upgrade": asItComes} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t)
			proxy := newCutter(t, s.server.Listener.Addr().String())
			o := follow(t, proxy.url(), options)
			first := o.begin(name)
			o.subscribe("timing:raw:9")
			o.subscribe("timing:9")
			var raw seen
			var boards uint64
			lap, cuts := 0, 0
			recovered, stop := 0, func() {}
			const laps = 600
			for acks := 0; raw.lap < laps || acks < 2; {
				switch l := o.next(); {
				case l.What == "ack":
					acks++
					if !l.Message.OK {
						t.Fatalf("refused: %+v", l.Message)
					}
				case l.What == "disconnect":
					stop()
				case l.What == "connect":
					recovered++
					if !l.Recovered || l.ID != first.ID {
						t.Fatalf("came back as %+v, was %+v", l, first)
					}
				case l.What == "message" && l.Name == "timing:raw:9":
					raw.take(t, l.Message)
				case l.What == "message" && l.Name == "timing:9":
					if l.Message.Type != "snapshot" && l.Message.Seq != boards+1 {
						t.Fatalf("board %d came after %d", l.Message.Seq, boards)
					}
					boards = l.Message.Seq
				}
				// Messages go on while the client is away.
				for acks == 2 && lap < min(laps, 100*(recovered+1), raw.lap+50) {
					lap++
					s.lap(t, lap)
				}
				if lap >= 100*(cuts+1) && cuts < 5 && recovered >= cuts {
					cuts++
					stop = proxy.keepCutting()
				}
			}
			if recovered < 5 {
				t.Errorf("%d of 5 cuts were recovered", recovered)
			}
			o.tell(`{"do":"emit","args":["unsubscribe","timing:raw:9"]}`)
			o.expect("ack", "message", "upgrade")
			s.lap(t, laps+1)
			if l := o.expect("message", "upgrade"); l.Name != "timing:9" {
				t.Fatalf("%s came after it was unsubscribed", l.Name)
			}
		})
	}
}

// begin waits until the client is there, over the transport of the case.
func (o *official) begin(transport string) (first line) {
	o.t.Helper()
	from, to := transport, transport
	if transport == "upgrade" {
		from, to = "polling", "websocket"
	}
	on := ""
	for first.ID == "" || on != to {
		switch l := o.next(); l.What {
		case "connect":
			first = l
		case "open", "upgrade":
			if l.What == "open" && l.Transport != from || l.What == "upgrade" && from == to {
				o.t.Errorf("the client uses %+v", l)
			}
			on = l.Transport
		}
	}
	if first.Recovered {
		o.t.Error("the first connection was recovered")
	}
	return first
}

// Who has missed more than a channel keeps begins anew, and is told so.
func TestNotRecovered(t *testing.T) {
	s := newStand(t, func(b *bus.Config, _ *Config) { b.History = 3 })
	proxy := newCutter(t, s.server.Listener.Addr().String())
	o := follow(t, proxy.url(), `{"transports":["websocket"],"reconnectionDelay":500}`)
	first := o.expect("connect", "open")
	o.subscribe("timing:raw:9")
	o.expect("ack", "message")
	proxy.cut()
	o.expect("disconnect", "message")
	at, err := s.bus.Top("timing:raw:9")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		top, err := s.bus.Top("timing:raw:9")
		if err != nil {
			t.Fatal(err)
		}
		if top.Offset > at.Offset+4 {
			break
		}
		s.lap(t, n)
		until(t, "the lap", func() bool {
			now, err := s.bus.Top("timing:raw:9")
			return err == nil && now.Offset > top.Offset
		})
	}
	if l := o.expect("connect", "open"); l.Recovered || l.ID == first.ID {
		t.Errorf("recovered over a gap: %+v", l)
	}
}

// Large messages come as gzip to who asks for it, and are the same.
func TestBinary(t *testing.T) {
	s := newStand(t)
	for _, options := range []string{overWebSocket, overPolling} {
		o := follow(t, s.server.URL, options)
		o.expect("connect", "open")
		s.append(t, "TeamRadio", `{"Captures":["`+strings.Repeat("a long one ", 1000)+`"]}`)
		o.tell(`{"do":"emit","args":["subscribe","timing:raw:9",{"binary":true}]}`)
		l := o.expect("message")
		if l.Packed == 0 || l.Packed > 2000 || l.Message.Type != "snapshot" || len(l.Message.Data) < 11000 {
			t.Errorf("the snapshot came in %d bytes: %.100s", l.Packed, l.Message.Data)
		}
		o.expect("ack", "message")
		s.append(t, "TeamRadio", `{"Captures":{"1":"`+strings.Repeat("another ", 1000)+`"}}`)
		if l := o.expect("message"); l.Packed == 0 || l.Message.Seq == 0 || len(l.Message.Data) < 8000 {
			t.Errorf("the message came in %d bytes: %.100s", l.Packed, l.Message.Data)
		}
	}
}

// What can not be done is said in the ack.
func TestRefusals(t *testing.T) {
	s := newStand(t, func(_ *bus.Config, cfg *Config) { cfg.Channels = 2 })
	o := follow(t, s.server.URL, overWebSocket)
	o.expect("connect", "open")
	for args, code := range map[string]int{
		`"subscribe","timing:10"`:       404,
		`"subscribe","nonsense"`:        404,
		`"subscribe",7`:                 400,
		`"subscribe"`:                   400,
		`"subscribe","timing:9","x"`:    400,
		`"dance","timing:9"`:            404,
		`"unsubscribe"`:                 400,
		`"subscribe","timing:9@live-x"`: 404,
	} {
		o.tell(`{"do":"emit","args":[%s]}`, args)
		if l := o.expect("ack"); l.Message.OK || l.Message.Code != code || l.Message.Message == "" {
			t.Errorf("%s: %+v, not %d", args, l.Message, code)
		}
	}
	for n, channel := range []string{"sessions", "events:9", "race_control:9"} {
		o.subscribe(channel)
		if l := o.expect("ack", "message"); l.Message.OK != (n < 2) || n == 2 && l.Message.Code != 429 {
			t.Errorf("%s: %+v", channel, l.Message)
		}
	}
	stranger := follow(t, s.server.URL+"/custom", overWebSocket)
	if l := stranger.expect("connect_error", "open"); l.Reason != "Invalid namespace" {
		t.Errorf("an unknown namespace: %+v", l)
	}
}

// A channel that ends with its clock takes no other with it.
func TestEndedClock(t *testing.T) {
	s := newStand(t)
	o := follow(t, s.server.URL, overWebSocket)
	o.expect("connect", "open")
	clock, err := s.live.CreateClock("9", wire.ClockWish{})
	if err != nil {
		t.Fatal(err)
	}
	over := "timing:9@" + clock.ID
	for _, channel := range []string{over, "timing:raw:9"} {
		o.subscribe(channel)
		if l := o.expect("ack", "message"); !l.Message.OK {
			t.Fatalf("%+v", l)
		}
	}
	if err := s.live.DeleteClock(clock.ID); err != nil {
		t.Fatal(err)
	}
	l := o.expect("message")
	for l.Name == over {
		l = o.expect("message")
	}
	if l.Name != "unsubscribed" || l.Message.Channel != over || l.Message.Code != 404 {
		t.Fatalf("%+v", l)
	}
	s.lap(t, 1)
	if l := o.expect("message"); l.Name != "timing:raw:9" || !strings.Contains(string(l.Message.Data), fmt.Sprint(1)) {
		t.Errorf("the other channel: %+v", l)
	}
}
