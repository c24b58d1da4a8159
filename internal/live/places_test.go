package live_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/centrifugal/centrifuge"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/wire"
)

// simulated is the first part of a simulated race as a log may hold it.
func simulated(t *testing.T, length time.Duration, without ...string) []feed.Message {
	t.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Circuit: "silverstone", Laps: 6, Seed: 7, Key: 9, Before: time.Minute, Calm: true, Without: without})
	if err != nil {
		t.Fatal(err)
	}
	var all []feed.Message
	for {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if m.Time.Sub(s.Zero()) > length {
			return all
		}
		m.Payload, m.Received = slices.Clone(m.Payload), m.Time
		if n := len(all); n > 0 && m.Received.Before(all[n-1].Received) {
			m.Received = all[n-1].Received
		}
		all = append(all, m)
	}
}

type placed struct {
	Type string
	Data []wire.Location
}

// locations are the messages of a channel so far.
func (b *bench) locations(channel string) (all []placed) {
	b.Helper()
	history, err := b.bus.Node().History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: -1}))
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range history.Publications {
		var e placed
		if err := json.Unmarshal(p.Data, &e); err != nil {
			b.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// follow shows a session that grows to a viewer of its locations, from the beginning.
func follow(t *testing.T, messages []feed.Message) (*bench, []placed) {
	t.Helper()
	b := newBench(t, nil)
	b.append(messages[0])
	if _, err := b.live.Add(t.Context(), b.log, live.About{Key: "9", Live: true}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.live.Attach("locations:9", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	b.append(messages[1:]...)
	b.live.Step("9", "")
	return b, b.locations("locations:9")
}

func TestPlacesAreEstimatedWhereNoneAreSent(t *testing.T) {
	messages := simulated(t, 5*time.Minute, feed.TopicPosition, feed.TopicCarData)
	b, told := follow(t, messages)
	running, last := 0, map[int]time.Time{}
	for _, e := range told {
		for _, l := range e.Data {
			if !l.Estimated || l.State == "" || l.Z != nil {
				t.Fatalf("%+v is no estimate", l)
			}
			at, err := time.Parse(wire.TimeFormat, l.Time)
			if err != nil {
				t.Fatal(err)
			}
			if e.Type == "locations" && !last[l.Driver].IsZero() && at.Sub(last[l.Driver]) < 490*time.Millisecond {
				t.Fatalf("car %d is told of %v after the last time", l.Driver, at.Sub(last[l.Driver]))
			}
			last[l.Driver] = at
			if l.State != "running" {
				continue
			}
			running++
			if l.LapShare == nil || *l.LapShare < 0 || *l.LapShare > 1 || l.BandM == nil || *l.BandM <= 0 || l.X == nil || l.Y == nil {
				t.Fatalf("car %d runs at %+v", l.Driver, l)
			}
		}
	}
	circuit, err := b.live.Circuit("9")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range told[len(told)-5:] { // what is estimated lies on the outline
		for _, l := range e.Data {
			if l.X == nil {
				continue
			}
			near := math.Inf(1)
			for _, p := range circuit.Outline {
				near = min(near, math.Hypot(p.X-*l.X, p.Y-*l.Y))
			}
			if near > circuit.LengthM/100 {
				t.Fatalf("car %d is %.0f m off the outline", l.Driver, near)
			}
		}
	}
	if running < 20*400 { // 22 cars, twice a second, some four minutes
		t.Fatalf("%d places of running cars", running)
	}
	// Who looks back to a moment gets what a clock that never saw more says of it.
	at := messages[0].Time.Add(4 * time.Minute)
	b.hands.move(time.Hour)
	paused := true
	c, err := b.live.CreateClock("9", wire.ClockWish{At: &at, Paused: &paused})
	if err != nil {
		t.Fatal(err)
	}
	back := b.snapshot("locations:9@" + c.ID)
	n := b.log.OffsetAt(at)
	if n == 0 || n >= uint64(len(messages)) {
		t.Fatalf("%v is message %d of %d", at, n, len(messages))
	}
	short, _ := follow(t, messages[:n])
	if then := short.snapshot("locations:9"); !slices.Equal(back, then) {
		t.Fatalf("a seek says\n%s\nthe session as it was then\n%s", back, then)
	}
}

// snapshot is the data that a new viewer of a channel gets.
func (b *bench) snapshot(channel string) []byte {
	b.Helper()
	var e struct{ Data json.RawMessage }
	var err error
	if attached := b.live.Attach(channel, func(snapshot []byte) { err = json.Unmarshal(snapshot, &e) }); attached != nil || err != nil {
		b.Fatal(attached, err)
	}
	if !slices.Contains(e.Data, '{') {
		b.Fatalf("%s: no car in %s", channel, e.Data)
	}
	return e.Data
}

func TestPlacesThatAreSentAreNotEstimated(t *testing.T) {
	_, told := follow(t, simulated(t, 2*time.Minute))
	sent := 0
	for _, e := range told {
		for _, l := range e.Data {
			if l.Estimated || l.LapShare != nil || l.X == nil || l.Z == nil {
				t.Fatalf("%+v was not sent", l)
			}
			sent++
		}
	}
	if sent < 20*200 {
		t.Fatalf("%d places", sent)
	}
}

// A feed that stops sending places is not waited for: ten seconds later they are estimated.
func TestPlacesThatStop(t *testing.T) {
	messages := simulated(t, 4*time.Minute)
	stop := messages[0].Time.Add(3 * time.Minute)
	messages = slices.DeleteFunc(messages, func(m feed.Message) bool { return m.Topic == feed.TopicPosition && m.Time.After(stop) })
	_, told := follow(t, messages)
	sent, estimated := 0, 0
	for _, e := range told {
		for _, l := range e.Data {
			at, err := time.Parse(wire.TimeFormat, l.Time)
			if err != nil {
				t.Fatal(err)
			}
			if want := at.After(stop.Add(5 * time.Second)); l.Estimated != want {
				t.Fatalf("%+v, places stopped at %v", l, stop)
			}
			if l.Estimated {
				estimated++
			} else {
				sent++
			}
		}
	}
	if sent < 20*400 || estimated < 20*100 {
		t.Fatalf("%d sent, %d estimated", sent, estimated)
	}
}

// The same with recordings: the sprint has no Position.z, the qualifying has it.
func TestPlacesOfRecordings(t *testing.T) {
	for _, c := range []struct {
		path, key string
		at        time.Time
		estimated bool
	}{
		{"archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint", "10028", time.Date(2025, 5, 3, 16, 50, 0, 0, time.UTC), true},
		{"archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", "9873", time.Date(2025, 10, 25, 21, 10, 0, 0, time.UTC), false},
	} {
		s := service(t)
		if _, err := s.Add(t.Context(), logOf(t, shared(t, c.path)), live.About{Key: c.key}, &live.Replay{Speed: 1}, nil); err != nil {
			t.Fatal(err)
		}
		paused := true
		clock, err := s.CreateClock(c.key, wire.ClockWish{At: &c.at, Paused: &paused})
		if err != nil {
			t.Fatal(err)
		}
		var e placed
		begin := time.Now()
		if attached := s.Attach("locations:"+c.key+"@"+clock.ID, func(snapshot []byte) { err = json.Unmarshal(snapshot, &e) }); attached != nil || err != nil {
			t.Fatal(attached, err)
		}
		t.Logf("%s: %d cars after %v", c.path, len(e.Data), time.Since(begin))
		known := 0
		for _, l := range e.Data {
			if l.Estimated != c.estimated || l.Estimated != (l.Z == nil) {
				t.Errorf("%s: %+v", c.path, l)
			}
			if l.X != nil && l.Y != nil {
				known++
			}
		}
		if known < 15 {
			t.Errorf("%s: %d of %d cars have a place: %+v", c.path, known, len(e.Data), e.Data)
		}
	}
}
