package f1live

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/feed"
)

// Frames of every cut and size: one message over many frames, many in one, blank lines, byte order marks.
func TestFaultFrames(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		r := rand.New(rand.NewPCG(1, 2))
		tr := newTrial(t, p, func(s *stage) {
			s.door = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
				io.WriteString(w, "\ufeff"+usual) //nolint:errcheck // the client tells
				return true
			}
			s.frames = func(records []string) (frames []string) {
				text := "\n␞"
				for _, r := range records {
					text += "\ufeff" + r + `{"type":6}␞`
				}
				text = strings.ReplaceAll(text, "␞", "\x1e")
				for len(text) > 0 {
					n := min(len(text), 20+r.IntN(8<<10))
					for n < len(text) && text[n]&0xc0 == 0x80 { // a frame of text is whole letters
						n++
					}
					frames, text = append(frames, text[:n]), text[n:]
				}
				return frames
			}
		}, nil)
		tr.some()
		tr.some()
		tr.equal(tr.done())
	})
}

// What makes no sense goes aside and is counted, and what comes before and after it counts.
func TestFaultGarbage(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		tr := newTrial(t, p, nil, nil)
		tr.some()
		garbage := []string{
			`garbage␞`, `{"type":1,"target":"feed","arguments":["TimingData",{"Lines":␞`, `{"type":1,"target":"feed","arguments":[]}␞`,
			`{"type":1,"target":"feed","arguments":"TimingData"}␞`, `"feed"␞`, `[1]␞`, `{"type":1,"target":"feed","arguments":["",{},""]}␞`, `null␞`,
		}
		tr.mu.Lock()
		tr.before = garbage
		for p, ctx := range tr.peers {
			p.binary(ctx, []byte("\xff\xfe\x00\x1e"))
		}
		tr.mu.Unlock()
		tr.some()
		tr.equal(tr.done())
		// null is a message without a type, which is for nobody.
		if s := tr.house.in.Status()[0]; s.DeadLetters != uint64(len(garbage)) || s.Runs != 1 {
			t.Errorf("%d dead letters, want %d; %d runs", s.DeadLetters, len(garbage), s.Runs)
		}
	})
}

// The hub says one message in five twice at once.
func TestFaultTwice(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		r := rand.New(rand.NewPCG(3, 4))
		tr := newTrial(t, p, func(s *stage) {
			s.spoken = func(m feed.Message) []feed.Message { return []feed.Message{m, m}[:1+r.IntN(5)/4] }
		}, nil)
		tr.some()
		tr.some()
		tr.equal(tr.done())
	})
}

// Messages of different topics overtake each other: each topic is in order, and that is all that counts.
func TestFaultOvertaken(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		p.all = slices.Clone(p.all)
		r := rand.New(rand.NewPCG(5, 6))
		for i := p.first; i+1 < len(p.all); i++ {
			if a, b := &p.all[i], &p.all[i+1]; a.Topic != b.Topic && b.Time.Sub(a.Time) < time.Second && r.IntN(4) == 0 {
				*a, *b = *b, *a
				i++
			}
		}
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.some()
		o := tr.done()
		tr.all()
		if d := difference(t, o.board, undisturbed(t, p).board); d != "" {
			t.Errorf("another board:\n%s", d)
		}
		tr.gaps(&o, 0)
	})
}

// The heartbeat stops while all else goes on: nothing is torn down, and the board says that it is late.
func TestFaultNoHeartbeat(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		without := func(m feed.Message) []feed.Message {
			if m.Topic == feed.TopicHeartbeat {
				return nil
			}
			return []feed.Message{m}
		}
		tr := newTrial(t, p, func(s *stage) { s.spoken = without }, nil)
		tr.some()
		tr.some()
		o := tr.done()
		if !o.quality.Topics[feed.TopicHeartbeat].Stale || o.quality.Topics[feed.TopicTimingData].Stale {
			t.Errorf("heartbeat and timing are said to be %+v, %+v", o.quality.Topics[feed.TopicHeartbeat], o.quality.Topics[feed.TopicTimingData])
		}
		w := undisturbed(t, p)
		if d := difference(t, o.board, w.board); d != "" {
			t.Errorf("another board:\n%s", d)
		}
		tr.gaps(&o, 0)
		if s := tr.house.in.Status()[0]; s.Runs != 1 {
			t.Errorf("%d runs", s.Runs)
		}
	})
}

// The hub's clock steps back by up to 3.7 s between one topic and another: order is that of arrival.
func TestFaultClockSteps(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		p.all = slices.Clone(p.all)
		for i := range p.all {
			switch m := &p.all[i]; m.Topic {
			case feed.TopicTimingStats, feed.TopicTopThree, feed.TopicWeatherData, feed.TopicDriverList, feed.TopicCarData, feed.TopicPosition:
				m.Time = m.Time.Add(-3700 * time.Millisecond)
			}
		}
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.some()
		o := tr.done()
		tr.all()
		w := undisturbed(t, p)
		o.board.Weather, w.board.Weather = nil, nil // has the time of its message
		o.board.Now, w.board.Now = "", ""           // the newest may be one of those
		if d := difference(t, o.board, w.board); d != "" {
			t.Errorf("another board:\n%s", d)
		}
		for k, l := range w.laps {
			if o.laps[k] != l {
				t.Errorf("lap %s is %+v, want %+v", k, o.laps[k], l)
			}
		}
		tr.gaps(&o, 0)
	})
}

// The feed's form changes: new topics, new members, other types, telemetry that can not be inflated. All is kept and
// passed on, what can be understood is, and the rest counts as usual.
func TestFaultSchema(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		at := p.all[p.first].Time
		drift := []feed.Message{
			{Topic: "ActiveAero", Payload: []byte(`{"Lines":{"44":{"Mode":"X"}}}`)}, {Topic: "ActiveAero", Payload: []byte(`{"Lines":{"44":{"Mode":"Z"}}}`)},
			{Topic: "Bare", Payload: []byte(`"text"`)}, {Topic: "List.z", Payload: []byte(`[1,2]`)},
			{Topic: feed.TopicTimingData, Payload: []byte(`{"Lines":{"_kf":true,"44":{"Battery":{"Charge":0.5}}},"Unknown":[1,[2,{"a":null}]]}`)},
			{Topic: feed.TopicWeatherData, Payload: []byte(`{"Radiation":"strong"}`)},
			{Topic: feed.TopicTimingStats, Payload: []byte(`{"Lines":"none"}`)},
			{Topic: feed.TopicCarData, Payload: []byte(`"7ZQ="`)}, {Topic: feed.TopicCarData, Payload: []byte(`"!"`)}, {Topic: feed.TopicPosition, Payload: []byte(`{}`)},
		}
		p.all = slices.Clone(p.all)
		for i := range drift {
			drift[i].Time = at
		}
		p.all = slices.Insert(p.all, p.first+p.third(), drift...)
		tr := newTrial(t, p, nil, nil)
		tr.some()
		tr.some()
		o := tr.done()
		_, deltas := tr.house.kept(tr.key)
		if len(deltas) != len(tr.said()) {
			t.Errorf("%d messages are in the log, %d were told", len(deltas), len(tr.said()))
		}
		if o.quality.Topics["ActiveAero"].Messages != 2 {
			t.Errorf("of the new topic the board knows %+v", o.quality.Topics["ActiveAero"])
		}
		w := undisturbed(t, p)
		if d := difference(t, o.board, w.board); d != "" {
			t.Errorf("another board:\n%s", d)
		}
		for k, l := range w.laps {
			if o.laps[k] != l {
				t.Errorf("lap %s is %+v, want %+v", k, o.laps[k], l)
			}
		}
		tr.gaps(&o, 0)
	})
}

// Two hours are over: the next connection is there before the hub cuts the first, and nothing is lost or comes twice.
func TestFaultTwoHours(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		tr := newTrial(t, p, nil, func(c *Config) { c.Renew, c.Overlap = 200*time.Millisecond, 30*time.Millisecond })
		for step := 2; step < 5; step++ {
			for range 20 {
				tr.stage.play(p.third() / 80)
			}
			tr.subscribed(step)
		}
		o := tr.done()
		_, deltas := tr.house.kept(tr.key)
		// The stage tells it to all; the log must have it once.
		if len(deltas) != len(tr.said()) {
			t.Errorf("%d messages are in the log, %d were told", len(deltas), len(tr.said()))
		}
		tr.equal(o)
		if s := tr.house.in.Status()[0]; s.Runs != 1 {
			t.Errorf("%d runs", s.Runs)
		}
	})
}

// The account's token ends in the middle of a session: at once nobody is asked, and the gap is small and shown.
func TestFaultTokenEnds(t *testing.T) {
	plays(t, func(t *testing.T, p play) {
		token := account(time.Now().Add(time.Hour))
		tr := newTrial(t, p, func(s *stage) {
			s.door = func(n int, w http.ResponseWriter, r *http.Request) bool {
				if auth := r.Header.Get("Authorization"); (auth != "") != (n == 1) {
					t.Errorf("connection %d came with %q", n, auth)
				}
				return false
			}
		}, func(c *Config) { c.Token = token })
		tr.some()
		tr.each(func(ctx context.Context, p *peer) {
			p.send(ctx, `{"type":7,"error":"Connection closed: 401 Unauthorized"}␞`)
		})
		tr.away()
		tr.subscribed(2)
		o := tr.done()
		tr.lost(o, 1)
	})
}

// Before its end it is told of a token a day and two hours ahead, each once.
func TestTokenWarnings(t *testing.T) {
	now := time.Date(2026, 10, 9, 12, 0, 0, 0, time.UTC)
	var said strings.Builder
	cfg := Config{Now: func() time.Time { return now }, Log: textLog(&said)}
	watch := token{cfg: &cfg}
	text := account(now.Add(30 * time.Hour))
	for hour := range 30 {
		watch.watch(text)
		want := 0
		if hour >= 6 {
			want++
		}
		if hour >= 28 {
			want++
		}
		if got := strings.Count(said.String(), "will end soon"); got != want {
			t.Fatalf("after %d hours it was told %d times, want %d", hour, got, want)
		}
		now = now.Add(time.Hour)
	}
}

// brokenInflate is a compressed message that is cut short.
func brokenInflate() string { return base64.StdEncoding.EncodeToString([]byte{0xed, 0x94}) }

// A first message of megabytes is taken as it is.
func TestFaultHugeSnapshot(t *testing.T) {
	p := simulatedPlay(t)
	big := feed.Message{Topic: feed.TopicDriverTracker, Payload: []byte(fmt.Sprintf(`{"Text":%q,"Frame":%q}`, strings.Repeat("é", 1<<20), brokenInflate()))}
	tr := newTrial(t, p, func(s *stage) {
		if err := s.state.Apply(&big); err != nil {
			t.Fatal(err)
		}
	}, nil)
	tr.some()
	tr.some()
	tr.equal(tr.done())
}
