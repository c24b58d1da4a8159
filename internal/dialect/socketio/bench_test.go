package socketio

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
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/gateway"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/sim"
)

// subscribers of each protocol.
const subscribers = 1000

// BenchmarkSecondDialect is what a thousand Socket.IO subscribers cost beside a thousand of our own WebSocket, against what
// they cost alone: b.N messages of a simulated race on timing:raw, at least 300, one in 10 ms.
// Processor time is that of the whole process, in which the clients only read. Goal: extra at most 1.3.
func BenchmarkSecondDialect(b *testing.B) {
	messages := raceMessages(b, max(b.N, 300))
	ours := measure(b, messages, subscribers, 0)
	theirs := measure(b, messages, 0, subscribers)
	both := measure(b, messages, subscribers, subscribers)
	b.ReportMetric((both-ours)/theirs, "extra")
	b.ReportMetric(theirs/ours, "against-websocket")
	b.ReportMetric(theirs/float64(subscribers*len(messages))*1e6, "µs/delivery")
	b.ReportMetric(0, "ns/op")
}

// measure gives the processor seconds of one run. The messages go to the bus as they are: the live loop would let more of
// them travel together the busier the process is, and runs could not be compared.
func measure(b *testing.B, messages []feed.Message, ours, theirs int) float64 {
	b.Helper()
	s := benchStand(b)
	var group errgroup.Group
	defer func() {
		s.server.CloseClientConnections()
		s.end(b)
	}()
	for range ours {
		follow1000(b, &group, s.server, "/connection/websocket", `{"id":1,"connect":{}}`+"\n"+`{"id":2,"subscribe":{"channel":"timing:raw:9"}}`)
	}
	for range theirs {
		follow1000(b, &group, s.server, "/socket.io/?EIO=4&transport=websocket", "40", `42["subscribe","timing:raw:9"]`)
	}
	begin := processor(b)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i, m := range messages {
		envelope := fmt.Appendf(nil, `{"v":1,"seq":%d,"t":"2025-05-04T15:00:00.000Z","src_t":null,"type":%q,"data":%s}`, i+2, m.Topic, m.Payload)
		if _, err := s.bus.Publish("timing:raw:9", envelope); err != nil {
			b.Fatal(err)
		}
		<-tick.C
	}
	if _, err := s.bus.Publish("timing:raw:9", []byte(`{"data":"`+marker+`"}`)); err != nil {
		b.Fatal(err)
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return processor(b) - begin
}

// marker is in the last message.
const marker = "THAT IS ALL"

func processor(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

type bench struct {
	stand
	end func(b *testing.B)
}

func benchStand(b *testing.B) *bench {
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
	s := &bench{stand: stand{log: log, bus: channels, live: live.New(channels, cfg)}}
	s.io = New(channels, s.live, Default())
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", s.io)
	for path, h := range gateway.Mount(channels, s.live, gateway.Default()) {
		mux.Handle(path, h)
	}
	if err := channels.Start(); err != nil {
		b.Fatal(err)
	}
	s.server = httptest.NewServer(mux)
	s.append(b, feed.TopicSessionInfo, `{"Key":9,"Type":"Race","Name":"Race","Meeting":{"Name":"Test Grand Prix"},"StartDate":"2025-05-04T15:00:00","GmtOffset":"00:00:00"}`)
	if _, err := s.live.Add(b.Context(), log, live.About{Key: "9", Source: "test", Live: true}, nil, nil); err != nil {
		b.Fatal(err)
	}
	s.end = func(b *testing.B) {
		s.live.Close()
		s.io.Close()
		s.server.Close()
		if err := errors.Join(channels.Close(context.Background()), log.Close()); err != nil {
			b.Error(err)
		}
	}
	return s
}

// raceMessages are the first n messages of a simulated race.
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
		if m.Topic != feed.TopicSessionInfo { // it is of the key under which the stand has the session
			m.Payload = bytes.Clone(m.Payload)
			all = append(all, m)
		}
	}
	return all
}

// follow1000 is one client of a thousand: it opens a WebSocket, sends its commands, has the snapshot, and reads without
// looking until the last message has come.
func follow1000(b *testing.B, group *errgroup.Group, server *httptest.Server, path string, commands ...string) {
	b.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", path)
	if err != nil {
		b.Fatal(err)
	}
	in := bufio.NewReaderSize(conn, 4096)
	answer, err := http.ReadResponse(in, nil)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		b.Fatalf("%s: %v %v", path, answer, err)
	}
	for _, c := range commands {
		if _, err := conn.Write(masked(c)); err != nil {
			b.Fatal(err)
		}
	}
	if err := skim(in, `"snapshot"`, 1); err != nil {
		b.Fatal(err)
	}
	group.Go(func() error {
		defer conn.Close()
		return skim(in, marker, 1)
	})
}

// skim reads until a text has come so many times.
func skim(in *bufio.Reader, what string, times int) error {
	var tail []byte
	for times > 0 {
		if _, err := in.Peek(1); err != nil {
			return err
		}
		chunk, err := in.Peek(in.Buffered())
		if err != nil {
			return err
		}
		tail = append(tail, chunk...)
		if _, err := in.Discard(len(chunk)); err != nil {
			return err
		}
		times -= bytes.Count(tail, []byte(what))
		if i := bytes.LastIndex(tail, []byte(what)); i >= 0 {
			tail = tail[i+len(what):]
		}
		tail = append(tail[:0], tail[max(0, len(tail)-len(what)+1):]...)
	}
	return nil
}

// masked is a text frame as clients send them, masked with nothing.
func masked(text string) []byte {
	b := []byte{0x81}
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(text)))
	}
	return append(append(b, 0, 0, 0, 0), text...)
}
