package openf1

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	wanted   func(collection string) bool // somebody gets what comes with every sample; not asked for the others
}

func newPushing(session int64, wanted func(collection string) bool) *pushing {
	return &pushing{Derivation: NewDerivation(session), wanted: wanted}
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
	case feed.TopicTimingData:
		p.parsed(m, p.intervals)
	case feed.TopicDriverRaceInfo:
		p.parsed(m, p.overtaken)
	case feed.TopicTeamRadio:
		p.parsed(m, p.teamRadio)
	case feed.TopicPitLaneTimeCollection:
		p.parsed(m, p.pitLane)
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
		doc := p.pass(locationCollection, c.Time, int64(c.Number))
		doc.set("x", integerOf(int64(c.X)))
		doc.set("y", integerOf(int64(c.Y)))
		doc.set("z", integerOf(int64(c.Z)))
	}
}

// intervals are those of TimingData: DriverRaceInfo, which OpenF1 takes them from, needs an account.
func (p *pushing) intervals(m *feed.Message, v *fastjson.Value) {
	if !p.race {
		return
	}
	each(v.Get("Lines"), func(key string, line *fastjson.Value) {
		car, ok := carNumber(key)
		gap, interval := line.Get("GapToLeader"), line.Get("IntervalToPositionAhead", "Value")
		if !ok || gap == nil && interval == nil {
			return
		}
		doc := p.pass(intervalsCollection, m.Time, car)
		doc.set("gap_to_leader", gapOf(plain(gap)))
		doc.set("interval", gapOf(plain(interval)))
	})
}

// gapOf is a gap as OpenF1 writes it: seconds, or a text of laps; the leader's is 0.
func gapOf(written string) value {
	trimmed := strings.TrimPrefix(strings.TrimSpace(written), "+")
	upper := strings.ToUpper(trimmed)
	switch {
	case strings.HasPrefix(upper, "LAP"):
		return numberOf(0)
	case strings.HasSuffix(upper, "L"): // 1L, 2 L
		n := strings.TrimSpace(strings.TrimSuffix(upper, "L"))
		if n == "1" {
			return textOf("+1 LAP")
		}
		return textOf("+" + n + " LAPS")
	case strings.Contains(upper, "LAP"):
		return textOf(written)
	}
	total := 0.0
	for part := range strings.SplitSeq(trimmed, ":") {
		f, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return value{}
		}
		total = total*60 + f
	}
	return numberOf(milli(total))
}

// The states of a car in a change of order, as DriverRaceInfo has them.
const gainedPlace = 2

// overtaken are the cars that a message has behind the one that gained a place in it.
func (p *pushing) overtaken(m *feed.Message, v *fastjson.Value) {
	var gained int64
	type loser struct{ car, position int64 }
	var lost []loser
	each(v, func(key string, e *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok {
			return
		}
		state, _ := wholeOf(e.Get("OvertakeState"))
		position, placed := wholeOf(e.Get("Position"))
		switch {
		case state == gainedPlace && gained == 0:
			gained = car
		case state != gainedPlace && placed:
			lost = append(lost, loser{car, position})
		}
	})
	if gained == 0 {
		return
	}
	slices.SortFunc(lost, func(a, b loser) int { return cmp.Compare(b.position, a.position) })
	for _, l := range lost {
		doc := newDocument(overtakesCollection)
		doc.key = fmt.Sprintf("%d_%d_%d", m.Time.UnixMilli(), gained, l.car)
		doc.set("meeting_key", p.meeting)
		doc.set("session_key", integerOf(p.session))
		doc.set("date", dateOf(m.Time))
		doc.set("overtaking_driver_number", integerOf(gained))
		doc.set("overtaken_driver_number", integerOf(l.car))
		doc.set("position", integerOf(l.position-1))
		p.passing = append(p.passing, doc)
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

func (p *pushing) pitLane(m *feed.Message, v *fastjson.Value) {
	each(v.Get("PitTimes"), func(key string, e *fastjson.Value) {
		car, ok := carNumber(key)
		lap, told := wholeOf(e.Get("Lap"))
		if !ok || !told {
			return
		}
		doc := p.pass(pitCollection, m.Time, car)
		doc.key = fmt.Sprintf("%d_%d_%d", p.session, lap, car)
		lane := decimal(e.Get("Duration"))
		doc.set("lap_number", integerOf(lap))
		doc.set("lane_duration", lane)
		doc.set("pit_duration", lane)
	})
}
