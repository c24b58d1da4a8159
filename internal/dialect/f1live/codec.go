package f1live

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// separator ends each message of the hub.
const separator = 0x1e

// byteOrderMark stands before some texts of the feed, and says nothing.
var byteOrderMark = []byte("\xef\xbb\xbf")

// splitter cuts the stream of frames into the hub's messages: a frame may hold several, and one may be
// spread over several frames. What it gives out is never written to again.
type splitter struct {
	max      int
	buf      []byte
	start    int // of the message at hand in buf
	seen     int // bytes of it that hold no separator
	skipping bool
	Skipped  int // messages longer than max
}

const minSpace = 4 << 10

// space is where the next bytes are to be put.
func (s *splitter) space() []byte {
	if cap(s.buf)-len(s.buf) < minSpace {
		rest := s.buf[s.start:]
		grown := make([]byte, len(rest), max(64<<10, 2*len(rest)+minSpace))
		copy(grown, rest)
		s.buf, s.start = grown, 0
	}
	return s.buf[len(s.buf):cap(s.buf)]
}

// grew says that n bytes were put into space.
func (s *splitter) grew(n int) { s.buf = s.buf[:len(s.buf)+n] }

// next gives the next whole message without its separator.
func (s *splitter) next() (record []byte, ok bool) {
	for {
		rest := s.buf[s.start:]
		n := bytes.IndexByte(rest[s.seen:], separator)
		if n < 0 {
			s.seen = len(rest)
			if s.skipping || len(rest) > s.max {
				s.skipping = true
				s.start, s.seen = len(s.buf), 0
			}
			return nil, false
		}
		n += s.seen
		s.start, s.seen = s.start+n+1, 0
		if s.skipping || n > s.max {
			s.skipping = false
			s.Skipped++
			continue
		}
		return rest[:n:n], true
	}
}

// Kinds of hub messages.
const (
	typeInvocation = 1
	typeCompletion = 3
	typePing       = 6
	typeClose      = 7
)

// hubMessage is any message of the hub; which members it has depends on its type.
type hubMessage struct {
	Type           int               `json:"type"`
	Target         string            `json:"target"`
	Arguments      []json.RawMessage `json:"arguments"`
	InvocationID   string            `json:"invocationId"`
	Result         json.RawMessage   `json:"result"`
	Error          string            `json:"error"`
	AllowReconnect bool              `json:"allowReconnect"`
}

// feedMessage reads the arguments of a feed call: topic, payload and the hub's time. A time that can not
// be read is unknown. ok is false if there are not both topic and payload.
func (h *hubMessage) feedMessage() (m feed.Message, ok bool) {
	if len(h.Arguments) < 2 || json.Unmarshal(h.Arguments[0], &m.Topic) != nil || m.Topic == "" {
		return m, false
	}
	m.Topic = feed.InternTopic([]byte(m.Topic))
	m.Payload = h.Arguments[1]
	var at string
	if len(h.Arguments) > 2 && json.Unmarshal(h.Arguments[2], &at) == nil {
		m.Time, _ = f1.ParseUTC(at)
	}
	return m, true
}

// snapshot reads the result of a subscription to topics into one message for each that is there, in the
// order of topics. The hub says no time for it, so its contents have to: see [snapshotTime]. atLeast is the
// time of what came before it, received when this did.
func (h *hubMessage) snapshot(topics []string, atLeast, received time.Time) ([]feed.Message, error) {
	var states map[string]json.RawMessage
	if err := json.Unmarshal(h.Result, &states); err != nil {
		return nil, err
	}
	at := snapshotTime(states, atLeast)
	if at.IsZero() {
		at = received
		// A hub that plays an old session: the present would put all that follows into one moment.
		if start := plannedStart(states[feed.TopicSessionInfo]); !start.IsZero() && received.Sub(start) > longestSession {
			at = start
		}
	}
	var out []feed.Message
	for _, topic := range topics {
		if state, ok := states[topic]; ok && !bytes.Equal(state, []byte("null")) {
			out = append(out, feed.Message{Topic: topic, Payload: state, Time: at, Snapshot: true})
		}
	}
	return out, nil
}

// snapshotTime is the time of the heartbeat in a snapshot, the last that the hub has heard of: without any,
// it would be dated before an outage that it comes after. Without a heartbeat it is that of the newest dated
// entry of the other topics, but not before atLeast; zero when there is none at all. ExtrapolatedClock is
// asked last, for a hub that was restarted stamps it anew, maybe days after the session.
func snapshotTime(states map[string]json.RawMessage, atLeast time.Time) time.Time {
	if at := newestUTC(states[feed.TopicHeartbeat]); !at.IsZero() {
		return at
	}
	newest := atLeast
	for _, topic := range []string{feed.TopicSessionData, feed.TopicRaceControlMessages, feed.TopicTeamRadio} {
		if at := newestUTC(states[topic]); at.After(newest) {
			newest = at
		}
	}
	if newest.IsZero() {
		newest = newestUTC(states[feed.TopicExtrapolatedClock])
	}
	return newest
}

// longestSession is how long after its planned start no session is on any more.
const longestSession = 12 * time.Hour

// plannedStart is the start in a SessionInfo, zero if it has none.
func plannedStart(document json.RawMessage) time.Time {
	var info struct{ StartDate, GmtOffset string }
	if json.Unmarshal(document, &info) != nil {
		return time.Time{}
	}
	local, ok1 := f1.ParseUTC(info.StartDate)
	offset, ok2 := f1.ParseOffset(info.GmtOffset)
	if !ok1 || !ok2 {
		return time.Time{}
	}
	return local.Add(-offset)
}

// newestUTC is the newest of all members "Utc" in a document, zero if there is none.
func newestUTC(document json.RawMessage) (newest time.Time) {
	var tree any
	if json.Unmarshal(document, &tree) != nil {
		return time.Time{}
	}
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any: // lists arrive as they are or with their indexes as keys
			for _, e := range v {
				look(e)
			}
		case map[string]any:
			text, _ := v["Utc"].(string)
			if at, ok := f1.ParseUTC(text); ok && at.After(newest) {
				newest = at
			}
			for _, e := range v {
				look(e)
			}
		}
	}
	look(tree)
	return newest
}

// encodeRecord is v as a message to the hub.
func encodeRecord(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(b, separator), err
}

// present are the topics of messages.
func present(messages []feed.Message) []string {
	var out []string
	for i := range messages {
		if !slices.Contains(out, messages[i].Topic) {
			out = append(out, messages[i].Topic)
		}
	}
	return out
}
