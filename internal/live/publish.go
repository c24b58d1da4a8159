package live

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// stream numbers the messages of one channel and encodes each once. Its seq is the channel's own:
// a replay clock that jumps goes on counting.
type stream struct {
	bus     *bus.Bus
	channel string
	seq     uint64
	wanted  bool // somebody has asked for it: until then nothing is encoded or kept
}

// publish sends one envelope around already encoded data.
func (s *stream) publish(kind string, now, src time.Time, data []byte) error {
	s.seq++
	b := appendHead(make([]byte, 0, len(data)+160), s.seq, now)
	b = appendTail(b, src, kind, data)
	_, err := s.bus.Publish(s.channel, b)
	return err
}

// publishJSON encodes data and publishes it.
func (s *stream) publishJSON(kind string, now, src time.Time, data any) error {
	if !s.wanted {
		return nil
	}
	j, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("live: encode %s for %s: %w", kind, s.channel, err)
	}
	return s.publish(kind, now, src, j)
}

// envelope is the message that a new subscriber gets: data at the channel's current position.
func (s *stream) envelope(kind string, now, src time.Time, data []byte) []byte {
	return appendTail(appendHead(make([]byte, 0, len(data)+160), s.seq, now), src, kind, data)
}

func appendHead(b []byte, seq uint64, now time.Time) []byte {
	b = append(b, `{"v":1,"seq":`...)
	b = strconv.AppendUint(b, seq, 10)
	b = append(b, `,"t":"`...)
	b = now.UTC().AppendFormat(b, wire.TimeFormat)
	return append(b, '"')
}

func appendTail(b []byte, src time.Time, kind string, data []byte) []byte {
	return appendData(appendSource(b, src), kind, data)
}

func appendData(b []byte, kind string, data []byte) []byte {
	b = append(b, `,"type":`...)
	b = appendString(b, kind)
	b = append(b, `,"data":`...)
	b = append(b, data...)
	return append(b, '}')
}

func appendSource(b []byte, src time.Time) []byte {
	if src.IsZero() {
		return append(b, `,"src_t":null`...)
	}
	b = append(b, `,"src_t":"`...)
	b = src.UTC().AppendFormat(b, wire.TimeFormat)
	return append(b, '"')
}

// appendExact is appendSource with all digits that the time has.
func appendExact(b []byte, src time.Time) []byte {
	if src.Nanosecond()%int(time.Millisecond) == 0 {
		return appendSource(b, src)
	}
	b = append(b, `,"src_t":"`...)
	b = src.UTC().AppendFormat(b, "2006-01-02T15:04:05.999999999Z")
	return append(b, '"')
}

// appendString quotes s for JSON. Topic names are plain in practice; a strange one is still valid JSON.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			q, _ := json.Marshal(s) // a string always encodes
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// rawStream is a channel of untouched official-feed messages. Messages are never merged: those of one
// slot travel in one "batch" envelope whose members have a seq of their own.
type rawStream struct {
	stream
	pending []byte // encoded envelopes, separated by commas
	from    uint64 // seq of the first pending
	count   int
	src     time.Time
}

// add encodes one message behind those already waiting for the slot to end.
func (r *rawStream) add(m *feed.Message, now time.Time) {
	if !r.wanted {
		return
	}
	r.seq++
	if r.count == 0 {
		r.from = r.seq
	} else {
		r.pending = append(r.pending, ',')
	}
	r.pending = appendHead(r.pending, r.seq, now)
	r.pending = append(r.pending, `,"offset":`...)
	r.pending = strconv.AppendUint(r.pending, m.Offset, 10)
	if m.Snapshot {
		r.pending = append(r.pending, `,"whole":true`...)
	}
	// What a dialect passes on has to be what came: the feed's own time is finer than a millisecond at times.
	r.pending = appendExact(r.pending, m.Time)
	r.pending = appendData(r.pending, m.Topic, m.Payload)
	r.count++
	r.src = m.Time
}

// flush publishes what waits: a lone message as it is, several as one batch.
func (r *rawStream) flush(now time.Time) error {
	if r.count == 0 {
		return nil
	}
	var b []byte
	if r.count == 1 {
		b = append(b, r.pending...)
	} else {
		b = make([]byte, 0, len(r.pending)+160)
		b = append(b, `{"v":1,"seq_from":`...)
		b = strconv.AppendUint(b, r.from, 10)
		b = append(b, `,"seq":`...)
		b = strconv.AppendUint(b, r.seq, 10)
		b = append(b, `,"t":"`...)
		b = now.UTC().AppendFormat(b, wire.TimeFormat)
		b = append(b, '"')
		b = appendSource(b, r.src)
		b = append(b, `,"type":"batch","data":[`...)
		b = append(b, r.pending...)
		b = append(b, `]}`...)
	}
	r.pending, r.count = r.pending[:0], 0
	_, err := r.bus.Publish(r.channel, b)
	return err
}
