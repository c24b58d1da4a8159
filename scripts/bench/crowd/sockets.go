package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/coder/websocket"
)

// socket is a WebSocket whose frames are read into one buffer.
type socket struct {
	*websocket.Conn
	buffer []byte
}

func (c *crowd) dial(ctx context.Context, path string, protocols ...string) (*socket, error) {
	conn, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.url, "http")+path, &websocket.DialOptions{Subprotocols: protocols, HTTPClient: http.DefaultClient}) //nolint:bodyclose // the library closes it
	if err != nil {
		if response != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, response.Status, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	conn.SetReadLimit(-1)
	return &socket{Conn: conn}, nil
}

// next reads a frame, which is good until the one after it.
func (s *socket) next(ctx context.Context) ([]byte, error) {
	_, r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	s.buffer = s.buffer[:0]
	for {
		if cap(s.buffer)-len(s.buffer) < 4096 {
			s.buffer = append(make([]byte, 0, 2*cap(s.buffer)+16384), s.buffer...)
		}
		n, err := r.Read(s.buffer[len(s.buffer):cap(s.buffer)])
		s.buffer = s.buffer[:len(s.buffer)+n]
		if errors.Is(err, io.EOF) {
			return s.buffer, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (s *socket) say(ctx context.Context, text string) error {
	return s.Write(ctx, websocket.MessageText, []byte(text))
}

// gateway follows on our own WebSocket. Keep, if it is not nil, is given every envelope.
func (c *crowd) gateway(ctx context.Context, v *viewer, keep func([]byte) error) error {
	s, err := c.dial(ctx, "/connection/websocket")
	if err != nil {
		return err
	}
	defer s.CloseNow() //nolint:errcheck // it is not needed any more
	if err := s.say(ctx, `{"id":1,"connect":{}}`+"\n"+`{"id":2,"subscribe":{"channel":"timing:raw:`+c.key+`"}}`); err != nil {
		return err
	}
	for {
		frame, err := s.next(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		v.bytes += int64(len(frame))
		for reply := range bytes.SplitSeq(frame, []byte("\n")) {
			if bytes.Equal(reply, []byte("{}")) {
				if err := s.say(ctx, "{}"); err != nil {
					return err
				}
				continue
			}
			i := bytes.Index(reply, []byte(`"data":{"v":1,`))
			if i < 0 {
				if bytes.Contains(reply, []byte(`"error"`)) || bytes.Contains(reply, []byte(`"disconnect"`)) || bytes.Contains(reply, []byte(`"unsubscribe"`)) {
					return fmt.Errorf("the server said %.200s", reply)
				}
				continue
			}
			envelope := reply[i+len(`"data":`):]
			if keep != nil {
				if err := keep(object(envelope)); err != nil {
					return err
				}
			}
			v.envelope(envelope, now)
		}
	}
}

// object is the JSON object that b begins with.
func object(b []byte) []byte {
	depth, text := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\\' && text:
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return b[:i+1]
			}
		}
	}
	return b
}

// envelope takes the envelope that b begins with: its messages must be those after the last.
func (v *viewer) envelope(b []byte, now time.Time) {
	from, to, published, snapshot := headOf(b)
	if snapshot || v.last == 0 {
		v.last = to
		v.begin()
		return
	}
	if from != v.last+1 {
		v.lost += int(int64(from) - int64(v.last) - 1)
	}
	v.messages += int(to - from + 1)
	v.last = to
	v.read(now, published)
}

// headOf reads an envelope's numbers, and in µs when the oldest message in it was published.
func headOf(b []byte) (from, to uint64, published int64, snapshot bool) {
	from, to = number(b, `"seq_from":`), number(b, `"seq":`)
	inner := b
	if from == 0 {
		from = to
	} else if i := bytes.Index(b, []byte(`"data":[`)); i >= 0 {
		inner = b[i:]
	}
	if i := bytes.Index(inner, []byte(`"t":"`)); i >= 0 {
		if at, err := time.Parse(time.RFC3339, string(until(inner[i+len(`"t":"`):], '"'))); err == nil {
			published = at.UnixMicro()
		}
	}
	return from, to, published, bytes.Contains(b[:min(len(b), 160)], []byte(`"type":"snapshot"`))
}

func until(b []byte, end byte) []byte {
	if i := bytes.IndexByte(b, end); i >= 0 {
		return b[:i]
	}
	return b
}

// number is the one behind a name near the beginning; 0: there is none.
func number(b []byte, name string) uint64 {
	head := b[:min(len(b), 80)]
	i := bytes.Index(head, []byte(name))
	if i < 0 {
		return 0
	}
	digits := head[i+len(name):]
	end := 0
	for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(digits[:end]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// socketIO follows as a client of Socket.IO does.
func (c *crowd) socketIO(ctx context.Context, v *viewer) error {
	s, err := c.dial(ctx, "/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		return err
	}
	defer s.CloseNow() //nolint:errcheck // it is not needed any more
	if err := s.say(ctx, "40"); err != nil {
		return err
	}
	for {
		frame, err := s.next(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		v.bytes += int64(len(frame))
		switch {
		case bytes.Equal(frame, []byte("2")):
			err = s.say(ctx, "3")
		case bytes.HasPrefix(frame, []byte("40")):
			err = s.say(ctx, `42["subscribe","timing:raw:`+c.key+`"]`)
		case bytes.HasPrefix(frame, []byte("41")), bytes.HasPrefix(frame, []byte("44")), bytes.HasPrefix(frame, []byte(`42["unsubscribed"`)):
			err = fmt.Errorf("the server said %.200s", frame)
		case bytes.HasPrefix(frame, []byte(`42["timing:raw:`)):
			v.envelope(frame[bytes.IndexByte(frame, '{'):], now)
		}
		if err != nil {
			return err
		}
	}
}

// core follows as a client of SignalR Core does.
func (c *crowd) core(ctx context.Context, v *viewer) error {
	s, err := c.dial(ctx, "/livetiming/signalrcore")
	if err != nil {
		return err
	}
	defer s.CloseNow() //nolint:errcheck // it is not needed any more
	if err := s.say(ctx, `{"protocol":"json","version":1}`+"\x1e"); err != nil {
		return err
	}
	if err := s.say(ctx, `{"type":1,"invocationId":"1","target":"Subscribe","arguments":[[`+c.witness.subscribed()+"]]}\x1e"); err != nil {
		return err
	}
	for {
		frame, err := s.next(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		v.bytes += int64(len(frame))
		var calls [][]byte
		for record := range bytes.SplitSeq(frame, []byte("\x1e")) {
			switch {
			case bytes.HasPrefix(record, []byte(`{"type":1,`)):
				calls = append(calls, record[bytes.Index(record, []byte(`"arguments":`))+len(`"arguments":`):len(record)-1])
			case bytes.HasPrefix(record, []byte(`{"type":3,`)):
				v.begin()
			case bytes.HasPrefix(record, []byte(`{"type":7`)):
				return fmt.Errorf("the server said %.200s", record)
			}
		}
		v.calls(calls, now)
	}
}

// legacy follows as a client of SignalR 2 does.
func (c *crowd) legacy(ctx context.Context, v *viewer) error {
	s, err := c.dial(ctx, "/livetiming/signalr/connect?transport=webSockets&clientProtocol=1.5&connectionToken=crowd&connectionData="+url.QueryEscape(`[{"name":"Streaming"}]`))
	if err != nil {
		return err
	}
	defer s.CloseNow() //nolint:errcheck // it is not needed any more
	if err := s.say(ctx, `{"H":"Streaming","M":"Subscribe","A":[[`+c.witness.subscribed()+`]],"I":0}`); err != nil {
		return err
	}
	const separator = `,{"H":"Streaming","M":"feed","A":`
	for {
		frame, err := s.next(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		v.bytes += int64(len(frame))
		if bytes.HasPrefix(frame, []byte(`{"R":`)) {
			v.begin()
			continue
		}
		if bytes.Contains(frame[:min(len(frame), 40)], []byte(`"D":1`)) {
			return errors.New("the server said that the client shall disconnect")
		}
		i := bytes.Index(frame, []byte(separator[1:]))
		if i < 0 {
			continue
		}
		var calls [][]byte
		list := frame[i+len(separator)-1 : len(frame)-len(`}]}`)]
		for call := range bytes.SplitSeq(list, []byte(separator)) {
			calls = append(calls, call)
		}
		for n := range len(calls) - 1 {
			calls[n] = calls[n][:len(calls[n])-1] // the brace in front of the separator
		}
		v.calls(calls, now)
	}
}

// calls takes the arguments of the calls of one frame.
func (v *viewer) calls(calls [][]byte, now time.Time) {
	if len(calls) == 0 {
		return
	}
	oldest := xxhash.Sum64(calls[0])
	if v.first == 0 {
		v.first = oldest
	}
	v.last = xxhash.Sum64(calls[len(calls)-1])
	v.messages += len(calls)
	v.read(now, int64(oldest))
}
