package socketio

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/fanout"
)

// frame is one packet on its way to a client, with its attachment. The frames of a channel are shared by all who
// follow it: nobody writes to one.
type frame struct {
	text       []byte
	attachment []byte // nil: none
	place             // of a channel's message; no channel: of none
}

// place is where a message stands in its channel's stream.
type place struct {
	channel  string
	at       bus.Position
	snapshot bool // the whole state there, not the change that led there
}

// frameOverhead is what a frame of few bytes weighs all the same.
const frameOverhead = 64

func (f *frame) size() int { return frameOverhead + len(f.text) + len(f.attachment) }

// plain spells a message as an event with the channel's name: the message as it is, then its offset for recovery.
func plain(m fanout.Message) []*frame {
	b := make([]byte, 0, len(m.Data)+2*len(m.Channel)+48)
	b = append(appendHead(b, typeEvent, "/", ""), '[')
	b = append(appendName(b, m.Channel), ',')
	b = append(b, m.Data...)
	return []*frame{finish(b, nil, m)}
}

// packedFrom is the size from which a message is worth packing, in bytes.
const packedFrom = 1 << 10

// packed is plain for who asked for binary: a large message is an attachment, its JSON compressed with gzip.
func packed(m fanout.Message) []*frame {
	if len(m.Data) < packedFrom {
		return plain(m)
	}
	b := append(make([]byte, 0, 2*len(m.Channel)+96), engineMessage, '0'+byte(typeBinaryEvent))
	b = append(b, "1-["...)
	b = append(appendName(b, m.Channel), `,{"_placeholder":true,"num":0}`...)
	return []*frame{finish(b, compress(m.Data), m)}
}

// finish closes the event with the message's offset.
func finish(b, attachment []byte, m fanout.Message) *frame {
	p := place{channel: m.Channel, at: m.Position, snapshot: m.Snapshot}
	b = append(b, ',')
	b = append(appendName(b, p.offset()), ']')
	return &frame{text: b, attachment: attachment, place: p}
}

// offset names a place; a client returns with the one it saw last. It is "12 timing:9574", and "s12 timing:9574" of
// a snapshot.
func (p place) offset() string {
	number := strconv.FormatUint(p.at.Offset, 10) + " " + p.channel
	if p.snapshot {
		return "s" + number
	}
	return number
}

// parseOffset reads what offset wrote; the epoch is not in it.
func parseOffset(s string) (p place, ok bool) {
	number, channel, ok := strings.Cut(s, " ")
	number, p.snapshot = strings.CutPrefix(number, "s")
	n, err := strconv.ParseUint(number, 10, 64)
	p.channel, p.at.Offset = channel, n
	return p, ok && err == nil
}

// appendName quotes a channel's name or an offset, which are plain in practice.
func appendName(b []byte, s string) []byte {
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

// packers are kept, for each takes a quarter of a megabyte.
var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a right one
	return z
}}

func compress(data []byte) []byte {
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	_, err := z.Write(data)
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic("socketio: gzip into memory: " + err.Error())
	}
	return b.Bytes()
}
