package openf1

import (
	"fmt"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/telemetry"
)

// pushing derives all that is pushed: what a [Derivation] keeps, and the rows that come so often, or once only, that
// nobody keeps them here.
type pushing struct {
	*Derivation
	inflater feed.Inflater
	decoder  telemetry.Decoder
	cars     []telemetry.CarSample
	places   []telemetry.PositionSample
	passing  []*document
	of       string                       // our key of the session
	wanted   func(collection string) bool // somebody gets what comes with every sample; not asked for the others
}

func newPushing(key string, wanted func(collection string) bool) *pushing {
	return &pushing{Derivation: NewDerivation(numberOfKey(key)), of: key, wanted: wanted}
}

var (
	carDataCollection   = find(carData)
	locationCollection  = find(locationOf)
	intervalsCollection = find(intervalsOf)
	teamRadioCollection = find(teamRadioOf)
	pitCollection       = find(pitOf)
	overtakesCollection = find(overtakesOf)
)

// take gives the documents that a message makes or changes; they are only good until the next.
func (p *pushing) take(m *feed.Message) []*document {
	p.passing = append(p.passing[:0], p.Take(m)...)
	switch m.Topic {
	case feed.TopicCarData:
		if p.wanted(carData) {
			p.carData(m)
		}
	case feed.TopicPosition:
		if p.wanted(locationOf) {
			p.location(m)
		}
	case feed.TopicTeamRadio:
		p.parsed(m, p.teamRadio)
	}
	return p.passing
}

// parsed gives a rule the payload; what can not be read the state has counted.
func (p *pushing) parsed(m *feed.Message, rule func(*feed.Message, *fastjson.Value)) {
	if v, err := p.parser.ParseBytes(m.Payload); err == nil {
		rule(m, v)
	}
}

// pass makes a document that is not kept.
func (p *pushing) pass(c *collection, at time.Time, car int64) *document {
	doc := newDocument(c)
	doc.key = fmt.Sprintf("%d_%d", at.UnixMilli(), car)
	doc.set("meeting_key", p.meeting)
	doc.set("session_key", integerOf(p.session))
	doc.set("date", dateOf(at))
	doc.set("driver_number", integerOf(car))
	p.passing = append(p.passing, doc)
	return doc
}

func opt16(o f1.Opt[int16]) value {
	if !o.Known {
		return value{}
	}
	return integerOf(o.Value)
}

// Of a damaged message the frames before the damage are good.
func (p *pushing) carData(m *feed.Message) {
	plain, err := p.inflater.Inflate(m.Payload)
	if err != nil {
		return
	}
	p.cars, _ = p.decoder.Car(p.cars[:0], plain)
	for i := range p.cars {
		c := &p.cars[i]
		doc := p.pass(carDataCollection, c.Time, int64(c.Number))
		doc.set("rpm", opt16(c.RPM))
		doc.set("speed", opt16(c.Speed))
		doc.set("n_gear", opt16(c.Gear))
		doc.set("throttle", opt16(c.Throttle))
		doc.set("brake", opt16(c.Brake))
		doc.set("drs", opt16(c.DRS))
	}
}

// As above.
func (p *pushing) location(m *feed.Message) {
	plain, err := p.inflater.Inflate(m.Payload)
	if err != nil {
		return
	}
	p.places, _ = p.decoder.Position(p.places[:0], plain)
	for i := range p.places {
		c := &p.places[i]
		if !c.Located {
			continue // a place that nobody knows is none, as in REST
		}
		doc := p.pass(locationCollection, c.Time, int64(c.Number))
		doc.set("x", integerOf(int64(c.X)))
		doc.set("y", integerOf(int64(c.Y)))
		doc.set("z", integerOf(int64(c.Z)))
	}
}

func (p *pushing) teamRadio(_ *feed.Message, v *fastjson.Value) {
	items(v.Get("Captures"), func(_ int, e *fastjson.Value) {
		car, ok := wholeOf(e.Get("RacingNumber"))
		at, path := utc(e.Get("Utc")), plain(e.Get("Path"))
		if !ok || path == "" || at.IsZero() {
			return
		}
		p.pass(teamRadioCollection, at, car).set("recording_url", textOf(archive+p.path+path))
	})
}
