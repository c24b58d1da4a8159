package socketio

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pitwall.live/internal/bus"
)

// write spells a packet anew.
func (p packet) write() string {
	b := []byte{'0' + byte(p.kind)}
	if p.kind == typeBinaryEvent || p.kind == typeBinaryAck {
		b = append(b, []byte{'0' + byte(p.attachments/10), '0' + byte(p.attachments%10), '-'}...)
	}
	if p.namespace != "/" {
		b = append(append(b, p.namespace...), ',')
	}
	return string(append(append(b, p.ack...), p.data...))
}

func FuzzPacket(f *testing.F) {
	for _, s := range []string{
		"0", `0{"token":"x"}`, `0/timing,{"a":1}`, "0/a?b=1,", `2["hello","y"]`, `212["e",{"a":[1,2]}]`, `2/n,1["e"]`, "1", "1/n,", `313["ok"]`,
		`51-["f",{"_placeholder":true,"num":0}]`, `61-15[{"_placeholder":true,"num":0}]`, `2[5,"]["]`, "4", "7", `2[`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePacket(s)
		if err != nil {
			return
		}
		again, err := parsePacket(p.write())
		if err != nil {
			t.Fatalf("%q was read, not so %q: %v", s, p.write(), err)
		}
		if again.kind != p.kind || again.namespace != p.namespace || again.ack != p.ack || again.attachments != p.attachments || !bytes.Equal(again.data, p.data) {
			t.Fatalf("%q is %+v, then %+v", s, p, again)
		}
	})
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte("4a\x1e4b"))
	f.Add([]byte("4hello\x1ebAQIDBA=="))
	f.Fuzz(func(t *testing.T, body []byte) {
		var frames []*frame
		err := splitPayload(body, func(data []byte, binary bool) error {
			switch {
			case !binary:
				frames = append(frames, &frame{text: bytes.Clone(data)})
			case len(frames) == 0 || frames[len(frames)-1].attachment != nil:
				frames = append(frames, &frame{text: []byte("4"), attachment: append([]byte{}, data...)})
			default:
				frames[len(frames)-1].attachment = append([]byte{}, data...)
			}
			return nil
		})
		if err != nil || len(frames) == 0 {
			return
		}
		var again []*frame
		err = splitPayload(appendFrames(nil, frames), func(data []byte, binary bool) error {
			if binary {
				again[len(again)-1].attachment = data
				return nil
			}
			again = append(again, &frame{text: bytes.Clone(data)})
			return nil
		})
		same := slices.EqualFunc(frames, again, func(a, b *frame) bool { return bytes.Equal(a.text, b.text) && bytes.Equal(a.attachment, b.attachment) })
		if err != nil || !same {
			t.Fatalf("%q becomes %q: %v", body, appendFrames(nil, frames), err)
		}
	})
}

// Whatever was sent and whichever message was seen last, the trail tells how far the client is in every channel, or
// that it does not know.
func TestTrail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var trail trail
		var sent []place
		offsets := map[string]uint64{}
		for n := rapid.IntRange(1, 4000).Draw(t, "messages"); n > 0; n-- {
			c := rapid.SampledFrom([]string{"a", "a", "a", "b", "c"}).Draw(t, "channel")
			p := place{channel: c, at: bus.Position{Epoch: "e"}}
			if offsets[c] == 0 {
				offsets[c], p.snapshot = 10, true
			} else {
				offsets[c]++
			}
			p.at.Offset = offsets[c]
			sent = append(sent, p)
			trail.sent(p)
		}
		seen := rapid.IntRange(0, len(sent)-1).Draw(t, "seen")
		last, ok := parseOffset(sent[seen].offset())
		if !ok {
			t.Fatalf("%q is no offset", sent[seen].offset())
		}
		fresh, ok := trail.back(last)
		if !ok {
			if len(sent)-seen < maxRuns/2 {
				t.Fatalf("message %d of %d is not known", seen, len(sent))
			}
			return
		}
		want := map[string]bus.Position{}
		for _, p := range sent[:seen+1] {
			want[p.channel] = p.at
		}
		for c := range offsets {
			at, known := trail.last(c)
			if w, had := want[c]; known != had || at != w || fresh[c] == had {
				t.Fatalf("%s: at %v %v, fresh %v, not %v %v", c, at, known, fresh[c], w, had)
			}
		}
	})
}
