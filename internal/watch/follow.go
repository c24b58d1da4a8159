// Package watch is a client of a running pitwall: it follows channels over the WebSocket as any program
// would, and shows the timing board, the events and what justifies one as lines of text. It does not touch the
// terminal: app writes the lines and reads the keys.
package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Message is an envelope of a channel with its data still encoded.
type Message struct {
	Seq     uint64          `json:"seq"`
	Offset  uint64          `json:"offset"` // in the log, on the channels of the raw feed
	SeqFrom uint64          `json:"seq_from"`
	T       string          `json:"t"`
	SrcT    string          `json:"src_t"`
	Type    string          `json:"type"`
	Data    json.RawMessage `json:"data"`
}

// The part of the centrifuge JSON protocol that a follower needs.
type command struct {
	ID        uint32     `json:"id,omitempty"`
	Connect   *struct{}  `json:"connect,omitempty"`
	Subscribe *subscribe `json:"subscribe,omitempty"`
}

type subscribe struct {
	Channel string `json:"channel"`
	Recover bool   `json:"recover,omitempty"`
	Offset  uint64 `json:"offset,omitempty"`
	Epoch   string `json:"epoch,omitempty"`
}

type reply struct {
	ID    uint32 `json:"id"`
	Error *struct {
		Code      int    `json:"code"`
		Message   string `json:"message"`
		Temporary bool   `json:"temporary"`
	} `json:"error"`
	Subscribe *struct {
		Epoch        string          `json:"epoch"`
		Offset       uint64          `json:"offset"`
		Recovered    bool            `json:"recovered"`
		Data         json.RawMessage `json:"data"`
		Publications []publication   `json:"publications"`
	} `json:"subscribe"`
	Push *struct {
		Pub         *publication `json:"pub"`
		Unsubscribe *struct {
			Code   int    `json:"code"`
			Reason string `json:"reason"`
		} `json:"unsubscribe"`
		Disconnect *struct {
			Code   int    `json:"code"`
			Reason string `json:"reason"`
		} `json:"disconnect"`
	} `json:"push"`
}

type publication struct {
	Data   json.RawMessage `json:"data"`
	Offset uint64          `json:"offset"`
}

// ErrRefused is a channel or server that will not serve us, now or later.
var ErrRefused = errors.New("refused")

// subscribeAgain is the first of the codes of an unsubscription after which a client is to come back.
const subscribeAgain = 2500

// maxFrame bounds what one frame may hold: a board with a whole race of messages is below 1 MiB.
const maxFrame = 16 << 20

// dialTimeout is how long a server may take to accept a connection.
const dialTimeout = 15 * time.Second

// Follower follows one channel and goes on where it was after a disconnect.
type Follower struct {
	Server  string // http://127.0.0.1:8080
	Channel string
	// Handle is called for the snapshot and every later message, in order.
	Handle func(Message) error
	// Lost is called when the connection breaks, with the wait before the next attempt. May be nil.
	Lost func(err error, wait time.Duration)

	epoch  string
	offset uint64
	seq    uint64
}

// Run follows until ctx ends, Handle fails or the server refuses.
func (f *Follower) Run(ctx context.Context) error {
	wait := 250 * time.Millisecond
	for {
		began := time.Now()
		err := f.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var handle handleError
		if errors.As(err, &handle) {
			return handle.error
		}
		if errors.Is(err, ErrRefused) {
			return err
		}
		if time.Since(began) > 10*time.Second {
			wait = 250 * time.Millisecond
		}
		if f.Lost != nil {
			f.Lost(err, wait)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = min(wait*2, 10*time.Second)
	}
}

type handleError struct{ error }

func (f *Follower) once(ctx context.Context) error {
	u, err := url.Parse(f.Server)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%w: %q is not an address like http://127.0.0.1:8080", ErrRefused, f.Server)
	}
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	u.Path = strings.TrimSuffix(u.Path, "/") + "/connection/websocket"
	dial, cancel := context.WithTimeout(ctx, dialTimeout)
	conn, _, err := websocket.Dial(dial, u.String(), nil)
	cancel()
	if err != nil {
		return fmt.Errorf("connect to %s: %w", f.Server, err)
	}
	defer conn.CloseNow() //nolint:errcheck // the reading that failed says more
	conn.SetReadLimit(maxFrame)
	want := subscribe{Channel: f.Channel, Recover: f.epoch != "", Offset: f.offset, Epoch: f.epoch}
	for i, c := range []command{{Connect: &struct{}{}}, {Subscribe: &want}} {
		c.ID = uint32(i + 1)
		if err := f.send(ctx, conn, c); err != nil {
			return err
		}
	}
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return fmt.Errorf("read from %s: %w", f.Server, err)
		}
		for line := range bytes.Lines(frame) {
			if err := f.take(ctx, conn, bytes.TrimSpace(line)); err != nil {
				return err
			}
		}
	}
}

func (f *Follower) send(ctx context.Context, conn *websocket.Conn, c any) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := conn.Write(ctx, websocket.MessageText, b); err != nil {
		return fmt.Errorf("write to %s: %w", f.Server, err)
	}
	return nil
}

func (f *Follower) take(ctx context.Context, conn *websocket.Conn, line []byte) error {
	var r reply
	if err := json.Unmarshal(line, &r); err != nil {
		return fmt.Errorf("answer of %s: %w", f.Server, err)
	}
	switch {
	case r.Error != nil && r.Error.Temporary:
		return fmt.Errorf("channel %s: %s (%d)", f.Channel, r.Error.Message, r.Error.Code)
	case r.Error != nil:
		return fmt.Errorf("%w: channel %s: %s (%d)", ErrRefused, f.Channel, r.Error.Message, r.Error.Code)
	case r.Subscribe != nil:
		return f.subscribed(&r)
	case r.Push != nil && r.Push.Pub != nil:
		return f.publication(r.Push.Pub)
	case r.Push != nil && r.Push.Unsubscribe != nil:
		u := r.Push.Unsubscribe
		if u.Code < subscribeAgain {
			return fmt.Errorf("%w: channel %s: %s (%d)", ErrRefused, f.Channel, u.Reason, u.Code)
		}
		return fmt.Errorf("%s sent us away from channel %s: %s (%d)", f.Server, f.Channel, u.Reason, u.Code)
	case r.Push != nil && r.Push.Disconnect != nil:
		return fmt.Errorf("%s ended the connection: %s (%d)", f.Server, r.Push.Disconnect.Reason, r.Push.Disconnect.Code)
	case string(line) == "{}": // the server's ping
		return f.send(ctx, conn, struct{}{})
	}
	return nil
}

func (f *Follower) subscribed(r *reply) error {
	s := r.Subscribe
	f.epoch, f.offset = s.Epoch, s.Offset
	if !s.Recovered && len(s.Data) > 0 {
		if err := f.handle(s.Data); err != nil {
			return err
		}
	}
	for i := range s.Publications {
		if err := f.publication(&s.Publications[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *Follower) publication(p *publication) error {
	f.offset = p.Offset
	return f.handle(p.Data)
}

func (f *Follower) handle(data []byte) error {
	var m Message
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("message of %s: %w", f.Channel, err)
	}
	if m.Type != "snapshot" {
		first := m.Seq
		if m.SeqFrom != 0 {
			first = m.SeqFrom
		}
		if f.seq != 0 && first != f.seq+1 {
			f.epoch = "" // ask for a fresh snapshot
			return fmt.Errorf("channel %s: message %d follows %d", f.Channel, first, f.seq)
		}
	}
	f.seq = m.Seq
	if err := f.Handle(m); err != nil {
		return handleError{err}
	}
	return nil
}
