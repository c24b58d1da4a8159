package live

import (
	"fmt"
	"math"
	"sync"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/whereabouts"
	"pitwall.live/internal/wire"
)

// Places are estimated where the feed sends none, and only for who asked for them.
const (
	placesEvery = 500 * time.Millisecond // of session time
	placesStale = 10 * time.Second       // without a message of Position.z, which comes several times a second
	// placesAwaited is how long after a session's first message the first Position.z may come.
	placesAwaited = 30 * time.Second
	// placesMemory is how much of the session is read again to know the pace of the laps and where the cars
	// were last seen, when somebody asks for places first or a clock has jumped. It takes some 30 ms.
	placesMemory = 15 * time.Minute
)

// ground is a circuit as far as places need it.
type ground struct {
	circuit *race.Circuit
	before  float64 // metres from the timing line to the outline's first point
	course  *whereabouts.Course
}

var grounds struct {
	sync.Mutex
	of map[groundKey]*ground
}

type groundKey struct {
	circuit   string
	simulated bool
}

// groundOf is the ground of a session, nil where its circuit is not known. It is made once.
func groundOf(i *timing.Info) (*ground, error) {
	circuit := circuitOf(i)
	if circuit == nil {
		return nil, nil
	}
	key := groundKey{circuit.ID, i.Simulated}
	grounds.Lock()
	defer grounds.Unlock()
	if g := grounds.of[key]; g != nil {
		return g, nil
	}
	track := circuit.Track()
	o := whereabouts.Outline{Length: float64(circuit.Length), Lap: circuit.Pole, Sectors: circuit.Sectors}
	for n := range track.X {
		o.X, o.Y = append(o.X, float64(track.X[n])), append(o.Y, float64(track.Y[n]))
	}
	if !i.Simulated { // the simulator times laps where the outline begins
		o.Before, o.LineDoubt = float64(circuit.Timing), float64(circuit.TimingDoubt)
	}
	course, err := whereabouts.NewCourse(o)
	if err != nil {
		return nil, fmt.Errorf("live: circuit %s: %w", circuit.ID, err)
	}
	g := &ground{circuit: circuit, before: o.Before, course: course}
	if grounds.of == nil {
		grounds.of = map[groundKey]*ground{}
	}
	grounds.of[key] = g
	return g, nil
}

// circuitOf finds the circuit by the feed's key, else by its name.
func circuitOf(i *timing.Info) *race.Circuit {
	for _, c := range race.Circuits() {
		if c.Key != 0 && c.Key == i.CircuitKey {
			return c
		}
	}
	if c, err := race.FindCircuit(i.Circuit); err == nil && i.Circuit != "" {
		return c
	}
	return nil
}

// point is where a share of the lap lies on the outline, in metres.
func (g *ground) point(share float64) (x, y float64) {
	track := g.circuit.Track()
	from := share - g.before/float64(g.circuit.Length)
	px, py, _ := track.Point(float32((from - math.Floor(from)) * float64(len(track.X))))
	return float64(px), float64(py)
}

// outlinePoints is how many points of a circuit a client gets.
const outlinePoints = 150

// Circuit is the outline on which estimated places lie.
func (s *Service) Circuit(session string) (wire.Circuit, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Circuit{}, err
	}
	at, err := held.stateAt(held.log.Len())
	if err != nil {
		return wire.Circuit{}, err
	}
	g, err := groundOf(&at.timing.Info)
	if err != nil {
		return wire.Circuit{}, err
	}
	if g == nil {
		return wire.Circuit{}, fmt.Errorf("the circuit of session %s: %w", held.about.Key, wire.ErrNotFound)
	}
	c := wire.Circuit{ID: g.circuit.ID, LengthM: float64(g.circuit.Length), Outline: make([]wire.CircuitPoint, outlinePoints)}
	for i := range c.Outline {
		share := float64(i) / outlinePoints
		x, y := g.point(share)
		c.Outline[i] = wire.CircuitPoint{Share: math.Round(share*1e4) / 1e4, X: math.Round(x*10) / 10, Y: math.Round(y*10) / 10}
	}
	return c, nil
}

// spotter follows the cars of one clock's session whose places are not sent.
type spotter struct {
	ground    *ground
	estimator *whereabouts.Estimator
}

// unplaced reports whether the feed sends no places, or has stopped to.
func (p *player) unplaced() bool {
	now := p.state.timing.Now
	if t := p.state.timing.Topics[feed.TopicPosition]; t != nil {
		return now.Sub(t.Last) > placesStale
	}
	return now.Sub(p.session.log.Start()) > placesAwaited
}

// spot brings a new spotter to a state: it goes through the messages of the last minutes once more.
func (s *Session) spot(to *state) (*spotter, error) {
	g, err := groundOf(&to.timing.Info)
	if err != nil {
		return nil, err
	}
	sp := &spotter{ground: g, estimator: whereabouts.New(nil)}
	if g != nil {
		sp.estimator = whereabouts.New(g.course)
	}
	past := s.marks.before(min(to.offset, s.log.OffsetAt(to.timing.Now.Add(-placesMemory))))
	at := past.timing
	for offset := past.offset; offset < to.offset; {
		messages, err := s.read(offset+1, int(min(to.offset-offset, 256)))
		if err != nil {
			return nil, err
		}
		if len(messages) == 0 {
			return nil, fmt.Errorf("live: session %s ends at message %d, %d was asked for", s.about.Key, offset, to.offset)
		}
		for i := range messages {
			sp.estimator.Follow(at, &messages[i], at.Apply(&messages[i]))
		}
		offset = messages[len(messages)-1].Offset
	}
	return sp, nil
}

// publishEstimates follows the cars while somebody wants their places and the feed does not send them, and
// tells of them twice a second of session time.
func (p *player) publishEstimates(m *feed.Message, change timing.Change, now time.Time) error {
	if !p.locations.wanted {
		return nil
	}
	s := p.state.timing
	unplaced := p.unplaced()
	if !unplaced || change.Parts&(timing.PartRollOver|timing.PartInfo) != 0 {
		p.spotter = nil // another session, another circuit
	}
	if !unplaced {
		return nil
	}
	if p.spotter == nil {
		sp, err := p.session.spot(p.state)
		if err != nil {
			// The message is in the state already, and what can not be read now may be at the next one.
			p.service.cfg.Log.Error("places are not estimated", "session", p.session.about.Key, "clock", p.name(), "error", err)
			return nil
		}
		p.spotter = sp
	} else {
		p.spotter.estimator.Follow(s, m, change)
	}
	if s.Now.Sub(p.spotted) < placesEvery {
		return nil
	}
	p.spotted = s.Now
	places := p.spotter.locations(s)
	if len(places) == 0 {
		return nil
	}
	return p.locations.publishJSON("locations", now, m.Time, places)
}

// estimates is the newest place of every car for a snapshot.
func (p *player) estimates() ([]wire.Location, error) {
	if p.spotter == nil {
		sp, err := p.session.spot(p.state)
		if err != nil {
			return nil, err
		}
		p.spotter = sp
	}
	return p.spotter.locations(p.state.timing), nil
}

// locations are the cars as they are thought to be by the session's clock.
func (sp *spotter) locations(s *timing.Session) []wire.Location {
	places := sp.estimator.At(s.Now)
	all := make([]wire.Location, 0, len(places))
	for _, p := range places {
		l := wire.Location{Time: wire.Time(s.Now), Driver: p.Car, Estimated: true, State: p.State.String()}
		if p.Seen.Known {
			l.Seen = wire.Time(p.Seen.Value)
		}
		if p.State != whereabouts.Unknown && p.State != whereabouts.Stopped {
			on := p.State != whereabouts.InPit
			l.OnTrack = &on
		}
		if p.Share.Known {
			l.LapShare = rounded(f1.Some(p.Share.Value), 1e4)
			l.BandShare = rounded(f1.Some(p.Band), 1e4)
			l.BandM = rounded(p.BandMetres, 1)
			if sp.ground != nil {
				x, y := sp.ground.point(p.Share.Value)
				l.X, l.Y = rounded(f1.Some(x), 10), rounded(f1.Some(y), 10)
			}
		}
		all = append(all, l)
	}
	return all
}

// rounded is a value to a part of its unit: an estimate is not told to the micrometre.
func rounded(v f1.Opt[float64], part float64) *float64 {
	if !v.Known {
		return nil
	}
	r := math.Round(v.Value*part) / part
	return &r
}
