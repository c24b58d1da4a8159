package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/coder/websocket"
)

// small are the collections that are pushed, but for those that come with every sample.
var small = []string{
	"drivers", "intervals", "laps", "meetings", "overtakes", "pit", "position", "race_control", "sessions", "stints", "team_radio", "weather",
}

// documents follows OpenF1's push, over TCP or a WebSocket, as far as the topics say.
func (c *crowd) documents(overSocket bool, topics ...string) func(ctx context.Context, v *viewer) error {
	return func(ctx context.Context, v *viewer) error {
		conn, err := c.broker(ctx, overSocket)
		if err != nil {
			return err
		}
		defer conn.Close()                                          //nolint:errcheck // it is not needed any more
		defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends the read
		hello := append(binary.BigEndian.AppendUint16(nil, 4), "MQTT\x04\x02\x00\x00\x00\x00"...)
		ask := []byte{0, 1}
		for _, t := range topics {
			ask = append(append(binary.BigEndian.AppendUint16(ask, uint16(len(t))), t...), 0)
		}
		if _, err := conn.Write(append(packet(0x10, hello), packet(0x82, ask)...)); err != nil {
			return err
		}
		in := bufio.NewReaderSize(conn, 64<<10)
		var body []byte
		for {
			kind, err := in.ReadByte()
			if err != nil {
				return err
			}
			size, err := binary.ReadUvarint(in) // MQTT writes lengths as it does
			if err != nil {
				return err
			}
			if uint64(cap(body)) < size {
				body = make([]byte, size)
			}
			body = body[:size]
			if _, err := io.ReadFull(in, body); err != nil {
				return err
			}
			if err := v.packet(kind, body); err != nil {
				return err
			}
		}
	}
}

func (c *crowd) broker(ctx context.Context, overSocket bool) (net.Conn, error) {
	if !overSocket {
		return (&net.Dialer{}).DialContext(ctx, "tcp", c.mqtt)
	}
	s, err := c.dial(ctx, "/openf1/mqtt", "mqtt")
	if err != nil {
		return nil, err
	}
	return websocket.NetConn(context.Background(), s.Conn, websocket.MessageBinary), nil
}

func packet(kind byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{kind}, uint64(len(body))), body...)
}

// packet takes one packet of the broker.
func (v *viewer) packet(kind byte, body []byte) error {
	switch kind >> 4 {
	case 2: // connected
		if len(body) != 2 || body[1] != 0 {
			return fmt.Errorf("the broker does not let us in: % x", body)
		}
	case 9: // subscribed
		if i := bytes.IndexByte(body[2:], 0x80); i >= 0 {
			return fmt.Errorf("the broker refuses subscription %d", i)
		}
		v.begin()
	case 3: // published
		n := 2 + int(binary.BigEndian.Uint16(body))
		v.document(string(body[2:n]), body[n:], time.Now())
	case 14:
		return errors.New("the broker has said good-bye")
	}
	return nil
}

// sampled is every how many of the samples of cars the lag is taken.
const sampled = 40

// document takes one document.
func (v *viewer) document(topic string, b []byte, now time.Time) {
	v.messages++
	v.bytes += int64(len(b))
	if i := bytes.LastIndex(b, []byte(`"_id":`)); i >= 0 {
		if id, err := strconv.ParseInt(string(bytes.TrimRight(b[i+len(`"_id":`):], "}")), 10, 64); err == nil {
			v.ids = append(v.ids, id)
		}
	}
	switch topic {
	case "v1/intervals":
		at := dateOf(b)
		if v.first == 0 {
			v.first = uint64(at)
		}
		if uint64(at) > v.first {
			v.counted++
		}
		v.last = uint64(at)
		v.read(now, at)
	case "v1/car_data":
		if v.messages%sampled == 0 {
			v.read(now, -dateOf(b))
		}
	}
	v.touched.Store(now.UnixMicro())
}

// dateOf is the date of a document in µs; 0: it has none.
func dateOf(b []byte) int64 {
	i := bytes.Index(b, []byte(`"date":"`))
	if i < 0 {
		return 0
	}
	at, err := time.Parse(time.RFC3339, string(until(b[i+len(`"date":"`):], '"')))
	if err != nil {
		return 0
	}
	return at.UnixMicro()
}
