package f1live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/coder/websocket"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/fanout"
)

// hubProtocol is how one of the two dialects spells what is the same in both.
type hubProtocol interface {
	// call is one call of "feed" with its encoded arguments, ready for any number of clients.
	call(arguments []byte) []byte
	// frame appends a frame that carries calls, the last of them published at this place.
	frame(dst []byte, calls [][]byte, at uint64) []byte
	// result and fault append the answer to the client's call of that id, which is JSON.
	result(dst []byte, id json.RawMessage, states []byte) []byte
	fault(dst []byte, id json.RawMessage, text string) []byte
	ping() []byte
	// goodbye is the hub's last word; again says that the client may come back at once.
	goodbye(reason string, again bool) []byte
	// read takes one message of a client; called is false when it asks for nothing.
	read(record []byte) (r request, called bool, err error)
}

// request is a call of a client.
type request struct {
	id     json.RawMessage // nil: it wants no answer
	topics []string        // to subscribe to
	fault  string          // why it can not be
}

// Limits of a client's subscriptions; the feed has some 40 topics.
const (
	maxTopics    = 256
	maxTopicName = 128
)

// subscription reads a call: the one thing that clients can ask for is Subscribe with one list of topics.
func subscription(id json.RawMessage, method string, arguments []json.RawMessage) request {
	r := request{id: id}
	switch {
	case !strings.EqualFold(method, "Subscribe"):
		r.fault = fmt.Sprintf("unknown method %.40q; there is Subscribe", method)
	case len(arguments) != 1 || json.Unmarshal(arguments[0], &r.topics) != nil:
		r.topics, r.fault = nil, "Subscribe takes one argument, the list of topics"
	case len(r.topics) > maxTopics:
		r.topics, r.fault = nil, fmt.Sprintf("more than %d topics", maxTopics)
	}
	return r
}

// update is what one dialect says of one message, or the whole state.
type update struct {
	at    uint64 // place on the channel
	topic string
	call  []byte
	whole *whole
	moved bool // somebody has moved the clock
}

// whole is a snapshot as it was encoded. It is read when it is first asked for: publishing waits while it is handed out.
type whole struct {
	data []byte

	once   sync.Once
	states map[string]json.RawMessage // by topic
	err    error
}

// read gives the states by topic.
func (w *whole) read() (map[string]json.RawMessage, error) {
	w.once.Do(func() {
		var e struct {
			Data map[string]json.RawMessage `json:"data"`
		}
		w.err = json.Unmarshal(w.data, &e)
		w.states = e.Data
	})
	return w.states, w.err
}

func (u update) size() int {
	n := len(u.call) + 64
	if u.whole != nil {
		n += len(u.whole.data)
	}
	return n
}

// envelope is a message of the raw channel.
type envelope struct {
	Type   string          `json:"type"`
	Source string          `json:"src_t"`
	Data   json.RawMessage `json:"data"`
}

// spell turns the messages of a raw channel into a dialect's.
func (s *Server) spell(hub hubProtocol) func(fanout.Message) []update {
	return func(m fanout.Message) []update {
		updates, err := spellMessage(hub, m)
		if err != nil {
			s.cfg.Log.Error("a message of the feed can not be passed on", "channel", m.Channel, "error", err)
		}
		return updates
	}
}

func spellMessage(hub hubProtocol, m fanout.Message) ([]update, error) {
	if m.Snapshot {
		return []update{{at: m.Offset, whole: &whole{data: m.Data}}}, nil
	}
	var e envelope
	if err := json.Unmarshal(m.Data, &e); err != nil {
		return nil, err
	}
	all := []envelope{e}
	switch e.Type {
	case "snapshot":
		return []update{{at: m.Offset, moved: true}}, nil
	case "batch":
		if err := json.Unmarshal(e.Data, &all); err != nil {
			return nil, err
		}
	}
	updates := make([]update, len(all))
	for i, e := range all {
		updates[i] = update{at: m.Offset, topic: e.Type, call: hub.call(arguments(e))}
	}
	return updates, nil
}

// feedTime is how the official hub writes the time of a message: without zeros at the end.
const feedTime = "2006-01-02T15:04:05.999999999Z"

// arguments are topic, payload and time as the official hub sent them. A time that nobody knows is empty.
func arguments(e envelope) []byte {
	at := ""
	if t, ok := f1.ParseUTC(e.Source); ok {
		at = t.Format(feedTime)
	}
	b := make([]byte, 0, len(e.Type)+len(e.Data)+len(feedTime)+8)
	b = append(b, '[')
	b = append(b, quoted(e.Type)...)
	b = append(b, ',')
	b = append(b, e.Data...)
	b = append(b, `,"`...)
	b = append(b, at...)
	return append(b, `"]`...)
}

// quoted is text as JSON.
func quoted(text string) []byte {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always encodes
	}
	return b
}

// inbox gives the messages of a client one by one: with a splitter those are cut out of the frames, without
// one a frame is a message.
type inbox struct {
	conn  *websocket.Conn
	split *splitter
}

func (in *inbox) next(ctx context.Context) ([]byte, error) {
	if in.split == nil {
		_, frame, err := in.conn.Read(ctx)
		return frame, err
	}
	for {
		if record, ok := in.split.next(); ok {
			return record, nil
		}
		if in.split.Skipped > 0 || in.split.skipping {
			return nil, errors.New("a message of the client is too long")
		}
		_, frame, err := in.conn.Read(ctx)
		if err != nil {
			return nil, err
		}
		for len(frame) > 0 {
			n := copy(in.split.space(), frame)
			in.split.grew(n)
			frame = frame[n:]
		}
	}
}
