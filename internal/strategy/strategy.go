// Package strategy makes the strategy picture of a session at any moment: the history of gaps, the pace of
// each stint freed of fuel and tyre age, the wear of each compound, what a stop costs here, where each car
// would come out, pit windows, who is in whose undercut range, the ledger of under- and overcuts, ideal laps
// and consistency. It is computed from a [timing.Session] alone, so that live, replay and the tables are the
// same code; the live loop, export and events call it.
//
// It does not hold the rules of the sport (whoever asks passes the duty in, see [Config]), predictions of
// results, or anything that needs telemetry. What it assumes before a session has told is in [Priors], learned
// offline from lap tables of past seasons.
package strategy

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Race is what the picture is made of: one session's laps and stops as the derived tables have them, at any
// moment of it. Rows are ordered by car and lap as package timing orders them.
type Race struct {
	Session f1.SessionRow
	Laps    []f1.LapRow
	Stops   []f1.PitStopRow
	Now     time.Time // the session's own clock; zero is after everything
	Track   f1.TrackStatus
	Out     map[int]bool // cars that will not come round again: retired, stopped, or flagged
}

// Config is what the picture needs besides the session.
type Config struct {
	Priors *Priors // nil is what this package has learned
	Duty   Duty    // nil leaves the obligations unknown
}

// Duty tells whether a car still owes a change of tyres by the rules of the session, given the compounds it
// has raced on so far, in order and with repetitions.
type Duty func(compounds []string) bool

func (c Config) priors() *Priors {
	if c.Priors != nil {
		return c.Priors
	}
	return Learned()
}

// Picture is the strategy picture at one moment. Outside races only Ideal and Consistency are filled.
type Picture struct {
	SessionKey  string
	Lap         int           // last lap the leader completed, 0 none
	TotalLaps   f1.Opt[int]   // of the race
	Fuel        f1.Opt[Value] // seconds a lap gets quicker by for each lap driven: fuel burnt, and the track's own change
	Following   f1.Opt[Value] // seconds a lap costs within FollowWithin of a car ahead
	Cars        []Car         // by number
	Degradation []Degradation // by compound
	PitLoss     []PitLoss     // green, vsc, sc
	StopLosses  []StopLoss    // what each stop of this session cost, in order of time
	Ledger      []Undercut    // pairs of stops that are through, in order of the first stop
	Ideal       []Ideal
	Consistency []Consistency
}

// Value is an estimate in seconds with one standard deviation.
type Value struct{ Seconds, Spread float64 }

// Car is one car's part of the picture in a race.
type Car struct {
	Number  int
	Lap     int    // last lap completed
	Running bool   // it will come round again
	Stints  []Pace // in order
	Rejoin  f1.Opt[Rejoin]
	Window  f1.Opt[Window]
	Threats []Threat // cars behind in undercut range of this one, nearest first
	Owes    f1.Opt[bool]
}

// Of makes the picture of a session as it stands.
func Of(s *timing.Session, c Config) Picture {
	r := RaceOf(s)
	return r.Picture(c)
}

// RaceOf takes out of a session what the picture is made of.
func RaceOf(s *timing.Session) *Race {
	r := &Race{Session: s.SessionRow(), Laps: s.Laps(), Stops: s.PitStops(), Now: s.Now, Track: s.Track.Status, Out: map[int]bool{}}
	for n, car := range s.Cars {
		if car.Retired || car.Stopped || car.Chequered {
			r.Out[n] = true
		}
	}
	return r
}

// Picture makes the picture of a race at its moment.
func (r *Race) Picture(c Config) Picture {
	p := Picture{SessionKey: r.Session.SessionKey, TotalLaps: r.Session.TotalLaps}
	p.Ideal = ideals(r)
	if !r.Session.Type.IsRace() {
		p.Consistency = flyingConsistency(r.Laps)
		return p
	}
	f := newField(r)
	priors := c.priors()
	m := f.fit(priors)
	losses := f.losses()
	p.Lap = f.leaderLap()
	p.Fuel, p.Following = m.fuelValue(), m.followingValue()
	p.Degradation = m.degradations()
	p.PitLoss = priors.inSession(r.Session.CircuitID, losses, f.now)
	p.StopLosses = losses
	p.Consistency = m.consistency()
	p.Ledger = f.ledger(m, losses)
	at := f.moment(f.now, priors, p.PitLoss)
	for _, car := range f.cars {
		p.Cars = append(p.Cars, f.carOf(car, m, at, c.Duty))
	}
	f.threats(p.Cars, m, at)
	return p
}

func (f *field) carOf(car *entry, m *model, at *moment, duty Duty) Car {
	out := Car{Number: car.number, Lap: car.last(), Running: at.running(car), Stints: m.stints(car)}
	compounds := car.compounds()
	if duty != nil && len(compounds) > 0 && !slices.Contains(compounds, "") {
		out.Owes = f1.Some(duty(compounds))
	}
	if out.Running {
		out.Rejoin = at.rejoin(car)
		out.Window = f.window(car, m, out.Owes)
	}
	return out
}
