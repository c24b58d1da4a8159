package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/dialect/f1live"
	"pitwall.live/internal/dialect/openf1"
	"pitwall.live/internal/dialect/socketio"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/gateway"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
)

// crowdSize is how many subscribers each protocol gets.
const crowdSize = 1000

// protocol is how one of a thousand follows the session.
type protocol struct {
	path  string // of its WebSocket; "": MQTT
	says  []string
	ready string // is in what it is sent when it follows
	ping  string // that it has to answer, with pong; "": it need not within a minute
	pong  string
}

var hubTopics = `["` + strings.Join([]string{
	feed.TopicTimingData, feed.TopicTimingAppData, feed.TopicTimingStats, feed.TopicDriverList, feed.TopicRaceControlMessages, feed.TopicSessionData,
	feed.TopicSessionInfo, feed.TopicSessionStatus, feed.TopicTrackStatus, feed.TopicWeatherData, feed.TopicLapCount, feed.TopicHeartbeat,
	feed.TopicExtrapolatedClock, feed.TopicTopThree, feed.TopicTeamRadio,
}, `","`) + `"]`

var protocols = map[string]protocol{
	"websocket": {"/connection/websocket", []string{`{"id":1,"connect":{}}` + "\n" + `{"id":2,"subscribe":{"channel":"timing:raw:9"}}`}, `"snapshot"`, "{}", "{}"},
	"socketio":  {"/socket.io/?EIO=4&transport=websocket", []string{"40", `42["subscribe","timing:raw:9"]`}, `"snapshot"`, "2", "3"},
	"core": {"/livetiming/signalrcore", []string{
		`{"protocol":"json","version":1}` + "\x1e", `{"type":1,"invocationId":"1","target":"Subscribe","arguments":[` + hubTopics + "]}\x1e",
	}, `{"type":3,`, "", ""},
	"legacy": {
		"/livetiming/signalr/connect?transport=webSockets&clientProtocol=1.5&connectionToken=x&connectionData=%5B%7B%22name%22%3A%22Streaming%22%7D%5D",
		[]string{`{"H":"Streaming","M":"Subscribe","A":[` + hubTopics + `],"I":0}`}, `{"R":`, "", "",
	},
	"openf1": {"", nil, "\x90\x03\x00\x01\x00", "", ""},
}

// BenchmarkSecondDialect is what a thousand subscribers of a protocol cost beside a thousand of another, against what they
// cost alone: messages of a simulated race, at least 300. Processor time is that of the whole process, in which the
// clients only read. Goal: extra at most 1.3.
func BenchmarkSecondDialect(b *testing.B) {
	for _, name := range []string{"websocket", "socketio", "core", "legacy", "openf1"} {
		b.Run(name, func(b *testing.B) {
			beside := "websocket"
			if name == beside {
				beside = "socketio"
			}
			// OpenF1's documents are made of the log, not of what is published.
			run := secondDialect{messages: raceMessages(b, max(b.N, 300)), logged: name == "openf1"}
			first := run.measure(b, beside)
			alone := run.measure(b, name)
			both := run.measure(b, beside, name)
			b.ReportMetric((both-first)/alone, "extra")
			b.ReportMetric(alone/float64(crowdSize*len(run.messages))*1e6, "µs/delivery")
			b.ReportMetric(0, "ns/op")
		})
	}
}

type secondDialect struct {
	messages []feed.Message
	logged   bool
}

// measure gives the processor seconds of one run. Unless they are logged the messages go to the bus as they are, one in
// 10 ms: the live loop would let more of them travel together the busier the process is, and runs could not be compared.
// Logged they come more slowly than those that travel together.
func (d *secondDialect) measure(b *testing.B, names ...string) float64 {
	b.Helper()
	s := newDialectStand(b)
	var group errgroup.Group
	defer s.close(b)
	for _, name := range names {
		for range crowdSize {
			s.follow(b, &group, protocols[name])
		}
	}
	begin := processorTime(b)
	every := 10 * time.Millisecond
	if d.logged {
		every = 30 * time.Millisecond
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	last := feed.Message{
		Topic: feed.TopicRaceControlMessages, Time: time.Date(2025, 5, 4, 18, 0, 0, 0, time.UTC),
		Payload: []byte(`{"Messages":{"999":{"Utc":"2025-05-04T18:00:00","Category":"Other","Message":"` + farewell + `"}}}`),
	}
	for i, m := range append(d.messages[:len(d.messages):len(d.messages)], last) {
		if d.logged {
			m.Received = time.Now()
			s.append(b, m)
		} else {
			envelope := fmt.Appendf(nil, `{"v":1,"seq":%d,"t":"2025-05-04T15:00:00.000Z","src_t":null,"type":%q,"data":%s}`, i+2, m.Topic, m.Payload)
			if _, err := s.bus.Publish("timing:raw:9", envelope); err != nil {
				b.Fatal(err)
			}
		}
		<-tick.C
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return (processorTime(b) - begin).Seconds()
}

// farewell is in the last message.
const farewell = "THAT IS ALL"

// dialectStand is one session with everything that pushes.
type dialectStand struct {
	log    *sessionlog.Log
	bus    *bus.Bus
	live   *live.Service
	io     *socketio.Server
	server *httptest.Server
	mqtt   string
	stop   context.CancelFunc
	pushed chan error
}

func newDialectStand(b *testing.B) *dialectStand {
	b.Helper()
	log, err := sessionlog.Open(filepath.Join(b.TempDir(), "log.jsonl"), "9")
	if err != nil {
		b.Fatal(err)
	}
	channels, err := bus.New(bus.Default())
	if err != nil {
		b.Fatal(err)
	}
	cfg := live.Default()
	cfg.Log = slog.New(slog.DiscardHandler)
	s := &dialectStand{log: log, bus: channels, live: live.New(channels, cfg), pushed: make(chan error, 1)}
	mux := http.NewServeMux()
	s.io = socketio.New(channels, s.live, socketio.Default())
	mux.Handle("/socket.io/", s.io)
	for path, h := range gateway.Mount(channels, s.live, gateway.Default()) {
		mux.Handle(path, h)
	}
	hub := f1live.DefaultServer()
	hub.Log = cfg.Log
	f1live.NewServer(channels, s.live, hub).Mount(mux)
	if err := channels.Start(); err != nil {
		b.Fatal(err)
	}
	s.append(b, feed.Message{
		Topic: feed.TopicSessionInfo, Time: time.Date(2025, 5, 4, 15, 0, 0, 0, time.UTC), Received: time.Now(),
		Payload: []byte(`{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Key":1,"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`),
	})
	if _, err := s.live.Add(b.Context(), log, live.About{Key: "9", Source: "test", Live: true}, nil, nil); err != nil {
		b.Fatal(err)
	}
	s.server = httptest.NewServer(mux)
	rows := openf1.Default()
	rows.Log = cfg.Log
	dialect, err := openf1.New(s.live, nil, rows)
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s.mqtt = l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go func() { s.pushed <- dialect.ServeMQTT(ctx, l, channels, s.live) }()
	return s
}

func (s *dialectStand) append(b *testing.B, m feed.Message) {
	b.Helper()
	if _, err := s.log.Append([]feed.Message{m}); err != nil {
		b.Fatal(err)
	}
}

func (s *dialectStand) close(b *testing.B) {
	b.Helper()
	s.server.CloseClientConnections()
	s.stop()
	err := <-s.pushed
	s.live.Close()
	s.io.Close()
	s.server.Close()
	if err := errors.Join(err, s.bus.Close(context.Background()), s.log.Close()); err != nil {
		b.Error(err)
	}
}

// raceMessages are the first n messages of a simulated race, but for those that the stand has its own of.
func raceMessages(b *testing.B, n int) []feed.Message {
	b.Helper()
	s, err := sim.New(sim.Config{Session: f1.Race, Seed: 7, Without: []string{feed.TopicCarData, feed.TopicPosition}})
	if err != nil {
		b.Fatal(err)
	}
	all := make([]feed.Message, 0, n)
	for len(all) < n {
		var m feed.Message
		if err := s.Next(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		if m.Topic != feed.TopicSessionInfo {
			m.Payload = bytes.Clone(m.Payload)
			all = append(all, m)
		}
	}
	return all
}

// follow is one client of a thousand: it connects, says what it wants, and reads without looking until the last message
// has come.
func (s *dialectStand) follow(b *testing.B, group *errgroup.Group, p protocol) {
	b.Helper()
	address := s.server.Listener.Addr().String()
	if p.path == "" {
		address = s.mqtt
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	in := bufio.NewReaderSize(conn, 4096)
	if p.path == "" {
		// CONNECT, and SUBSCRIBE to v1/#.
		_, err = io.WriteString(conn, "\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00\x82\x09\x00\x01\x00\x04v1/#\x00")
	} else {
		err = upgrade(conn, in, p)
	}
	if err != nil {
		b.Fatalf("%s: %v", p.path, err)
	}
	if err := skim(conn, in, p, p.ready); err != nil {
		b.Fatalf("%s: %v", p.path, err)
	}
	group.Go(func() error {
		defer conn.Close()
		return skim(conn, in, p, farewell)
	})
}

func upgrade(conn net.Conn, in *bufio.Reader, p protocol) error {
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", p.path)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return errors.New(answer.Status)
	}
	for _, text := range p.says {
		if _, err := conn.Write(textFrame(text)); err != nil {
			return err
		}
	}
	return nil
}

// skim reads until a text has come. It answers pings: such a message may be a frame of its own, or, where several wait, a line
// of one, and the next may be behind it in what has come.
func skim(conn net.Conn, in *bufio.Reader, p protocol, what string) error {
	pings := [][]byte{append([]byte{0x81, byte(len(p.ping))}, p.ping...), []byte("\n" + p.ping), []byte(p.ping + "\n")}
	keep := max(len(what), len(p.ping)+2) - 1 // of what is cut by the end of a chunk
	var seen []byte
	old := 0 // of what is seen, from the chunks before
	for {
		if _, err := in.Peek(1); err != nil {
			return err
		}
		chunk, err := in.Peek(in.Buffered())
		if err != nil {
			return err
		}
		seen = append(seen, chunk...)
		if p.ping != "" && slices.ContainsFunc(pings, func(ping []byte) bool { return bytes.Contains(seen[max(0, old-len(ping)+1):], ping) }) {
			if _, err := conn.Write(textFrame(p.pong)); err != nil {
				return err
			}
		}
		if _, err := in.Discard(len(chunk)); err != nil {
			return err
		}
		if bytes.Contains(seen, []byte(what)) {
			return nil
		}
		seen = append(seen[:0], seen[max(0, len(seen)-keep):]...)
		old = len(seen)
	}
}

// textFrame is a text frame as clients send them, masked with nothing.
func textFrame(text string) []byte {
	b := []byte{0x81}
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(text)))
	}
	return append(append(b, 0, 0, 0, 0), text...)
}
