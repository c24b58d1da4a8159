package openf1

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"github.com/klauspost/compress/flate"

	"pitwall.live/internal/feed"
)

// channels are the numbers under which the feed has what OpenF1 has as fields.
var channels = [...][2]string{{"0", "rpm"}, {"2", "speed"}, {"3", "n_gear"}, {"4", "throttle"}, {"5", "brake"}, {"45", "drs"}}

// framesTogether is how many moments of samples make a message, as in the feed.
const framesTogether = 4

// sample keeps a row of samples until the next turn, unless it is not newer than the car's last.
func (t *turner) sample(d *document) {
	name := d.collection.name + strconv.FormatInt(d.get("driver_number").n, 10)
	if at := d.date("date"); at.After(t.sampled[name]) {
		t.changed[d.collection.name] = append(t.changed[d.collection.name], d)
		if at.After(t.newest) {
			t.newest = at
		}
	}
}

// samples tells what the cars have sent, the moments of about a second in one message. Samples are not remembered:
// a race has a million.
func (t *turner) samples() {
	t.frames(carData, feed.TopicCarData, "Entries", "Utc", "Cars", func(p *payload, d *document) {
		p.open("Channels")
		for _, c := range channels {
			p.value(c[0], d.get(c[1]))
		}
		p.close()
	})
	t.frames(locationOf, feed.TopicPosition, "Position", "Timestamp", "Entries", func(p *payload, d *document) {
		p.text("Status", "OnTrack").value("X", d.get("x")).value("Y", d.get("y")).value("Z", d.get("z"))
	})
}

func (t *turner) frames(c, topic, list, moment, cars string, say func(p *payload, d *document)) {
	all := t.byDate(c)
	var frames [][]byte
	var last time.Time
	flush := func() {
		if len(frames) > 0 {
			t.out = append(t.out, feed.Message{Topic: topic, Time: last, Payload: packed(list, frames)})
		}
		frames = frames[:0]
	}
	for from := 0; from < len(all); {
		last = all[from].date("date")
		p := newPayload().text(moment, utcText(last)).open(cars)
		for ; from < len(all) && all[from].date("date").Equal(last); from++ {
			d := all[from]
			number := strconv.FormatInt(d.get("driver_number").n, 10)
			if !last.After(t.sampled[c+number]) {
				continue // twice in one answer
			}
			t.sampled[c+number] = last
			p.open(number)
			say(p, d)
			p.close()
		}
		frames = append(frames, []byte(p.close().String()))
		if len(frames) == framesTogether {
			flush()
		}
	}
	flush()
}

// packed is the payload of a compressed topic.
func packed(list string, frames [][]byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is one there is
	}
	plain := slices.Concat([]byte(`{"`+list+`":[`), bytes.Join(frames, []byte{','}), []byte(`]}`))
	_, _ = w.Write(plain) // a buffer takes everything
	_ = w.Close()
	return []byte(`"` + base64.StdEncoding.EncodeToString(b.Bytes()) + `"`)
}
