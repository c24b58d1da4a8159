// Package race is a model of a Formula 1 session: how lap times come about and what happens between the
// cars, officials and weather. It knows no feed and no clock. The simulator turns its events into timing
// messages; predictions run it many times from a known state.
//
// A session is a sequence of crossings: every car is always on its way to the end of a mini-sector, and
// the model takes the earliest arrival, applies its consequences and decides the car's next arrival from
// its pace, the cars ahead and the flags. All times are whole milliseconds. A model is deterministic: the
// same Config gives the same events, whatever else the program does. It is owned by one goroutine.
package race

import (
	"fmt"
	"math/rand/v2"
	"time"

	"pitwall.live/internal/f1"
)

// Config says what to run.
type Config struct {
	Circuit *Circuit
	Session f1.SessionType // zero is a race
	Laps    int            // race and sprint; 0 is the usual distance
	Length  time.Duration  // practice; 0 is an hour
	Seed    uint64
	Season  int     // decides the field and the rules: 0 is 2026
	Cars    []Entry // 0 cars is the season's field; in grid order when Gridded
	Gridded bool
	Rain    Rain
	Calm    bool // no incidents, for baselines
}

// Rain says whether it may rain.
type Rain uint8

// The choices.
const (
	RainByChance Rain = iota
	RainNever
	RainSome
)

// where a car is.
type place uint8

const (
	onGrid place = iota
	onTrack
	inLane
	inGarage
	stopped // on the track for good
	gone    // out of the session
)

// startKind is how a car comes into a race.
type startKind uint8

const (
	fromGrid startKind = iota
	fromLane           // from the end of the pit lane, behind everybody
	noStart            // it stopped on the formation lap
)

// Car is the state of one car.
type Car struct {
	Entry    *Entry
	Tyres    Set
	Lap      int // being run, from 1; 0 before the first
	Seg      int // mini-sector being run
	Progress int // mini-sector ends passed since the start
	Place    int // from 1

	where                     place
	at, next                  time.Duration // last and next arrival
	lapStart, sectorStart     time.Duration
	lapTimed, sectorTimed     bool
	noise, form               float64 // slow drift of the pace, and the day's form
	outLap                    bool
	finished, wantPit, retire bool
	dry                       [3]bool // dry compounds used
	stints                    []Set   // planned, next first
	changeAt                  int     // lap after which the next planned stop is due
	stops                     int
	penalty                   time.Duration // to serve or to add
	driveThrough              bool
	penaltyReason             Reason
	strikes                   int
	yield                     time.Duration // given to a car that laps this one
	blueAt                    time.Duration
	unlap                     bool
	flagAt                    time.Duration // crossing that ended the race for it
	passed                    []time.Duration
	outTime                   int           // order of going out, 0 running
	lost                      time.Duration // to an incident or to dirty air, taken in the next mini-sector
	keepTyres                 bool          // a drive-through
	gridLap                   int           // lap begun from a grid slot
	start                     startKind
	redLap                    int  // at whose end it comes in after a red flag
	waiting                   bool // in the lane while the race is suspended
	laps                      int  // completed
	out                       bool // not racing any more and not home
	run                       outing
	best                      time.Duration // best counted lap of the part or session, 0 none
	times                     []counted
	knocked                   bool
}

// Model is a session under way.
type Model struct {
	cfg   Config
	c     *Circuit
	n     int // mini-sectors of a lap
	base  float64
	scale float64 // lap count in units of a 57-lap race: tyres last as long as the race asks
	cars  []Car
	order []int // car indexes by place
	now   time.Duration

	tasks  tasks
	recent [][]arrival // by mini-sector: latest arrivals, in order
	events []Event
	read   int

	seq uint32

	rngPace, rngPass, rngStop, rngRisk, rngRace, rngSky, rngGrid *rand.Rand

	laps      int
	status    Status
	track     int
	sector    []sectorFlag
	sc        safety
	vsc       bool
	red       bool
	redWait   time.Duration
	gridUntil time.Duration // cars still come off the grid of a standing restart
	flagged   bool
	running   int
	drsAt     int // leader's lap from which it is enabled
	drs       bool
	sky       sky
	boxFree   map[string]time.Duration
	outCount  int
	session   timed
	inquiries []inquiry
	pending   []pending
	ended     bool
}

// New prepares a session. The first event of Next is its first message-worthy moment.
func New(cfg Config) (*Model, error) {
	if cfg.Circuit == nil {
		return nil, fmt.Errorf("race: no circuit")
	}
	if cfg.Session == "" {
		cfg.Session = f1.Race
	}
	if cfg.Season == 0 {
		cfg.Season = 2026
	}
	if len(cfg.Cars) == 0 {
		cfg.Cars = Grid(cfg.Season)
	}
	if len(cfg.Cars) > 64 {
		return nil, fmt.Errorf("race: %d cars, at most 64", len(cfg.Cars))
	}
	if cfg.Laps < 0 || cfg.Laps > 200 {
		return nil, fmt.Errorf("race: %d laps, want 1 to 200", cfg.Laps)
	}
	if cfg.Laps == 0 {
		cfg.Laps = cfg.Circuit.Laps
		if cfg.Session == f1.Sprint {
			cfg.Laps = (100_000 + cfg.Circuit.Length - 1) / cfg.Circuit.Length
		}
	}
	if cfg.Length == 0 {
		cfg.Length = time.Hour
	}
	if _, err := shapes(); err != nil {
		return nil, err
	}
	cfg.Circuit.Track()
	m := &Model{cfg: cfg, c: cfg.Circuit, n: cfg.Circuit.MiniCount(), laps: cfg.Laps, boxFree: map[string]time.Duration{}, drsAt: 2, track: 1}
	stream := func(purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(cfg.Seed, purpose)) }
	m.rngPace, m.rngPass, m.rngStop = stream(1), stream(2), stream(3)
	m.rngRisk, m.rngRace, m.rngSky, m.rngGrid = stream(4), stream(5), stream(6), stream(7)
	m.base = cfg.Circuit.Pole.Seconds()
	m.scale = float64(cfg.Circuit.Laps) / 57
	m.recent = make([][]arrival, m.n)
	m.sector = make([]sectorFlag, cfg.Circuit.Marshals+1)
	m.newSky()
	m.field()
	if cfg.Session.IsRace() {
		m.startRace()
	} else {
		m.startTimed()
	}
	return m, nil
}

// field puts the cars in grid order.
func (m *Model) field() {
	type slot struct {
		i int
		t float64
	}
	slots := make([]slot, len(m.cfg.Cars))
	for i, e := range m.cfg.Cars {
		slots[i] = slot{i, e.Pace + m.rngRace.NormFloat64()*.0022}
	}
	if !m.cfg.Gridded {
		for i := 1; i < len(slots); i++ {
			for j := i; j > 0 && slots[j].t < slots[j-1].t; j-- {
				slots[j], slots[j-1] = slots[j-1], slots[j]
			}
		}
	}
	absent, late := m.absentees(len(slots))
	if late >= 0 { // who starts from the lane has the last slot of the list
		k := slots[late]
		slots = append(append(slots[:late:late], slots[late+1:]...), k)
		late = len(slots) - 1
	}
	m.cars = make([]Car, len(slots))
	m.order = make([]int, len(slots))
	for k, s := range slots {
		e := m.cfg.Cars[s.i]
		m.cars[k] = Car{Entry: &e, Place: k + 1, form: m.rngPace.NormFloat64() * .0012, passed: make([]time.Duration, 2*m.n)}
		m.order[k] = k
	}
	if late >= 0 {
		m.cars[late].start = fromLane
	}
	if absent >= 0 && absent != late {
		m.cars[absent].start = noStart
	}
}

// absentees draws the grid slots of a car that will not start and of one that starts from the pit lane; -1
// is nobody.
func (m *Model) absentees(n int) (absent, late int) {
	r := m.rngGrid
	x, y, i, j := r.Float64(), r.Float64(), r.IntN(n), r.IntN(n)
	absent, late = -1, -1
	if m.cfg.Calm || !m.cfg.Session.IsRace() || m.cfg.Gridded {
		return
	}
	if x < .08 {
		absent = i
	}
	if y < .16 {
		late = j
	}
	return absent, late
}

// Started reports whether a car takes part in the race's start: false for one that stopped on the formation
// lap.
func (m *Model) Started(car int) bool { return m.cars[car].start != noStart }

// FromLane reports whether a car starts from the pit lane.
func (m *Model) FromLane(car int) bool { return m.cars[car].start == fromLane }

// Next gives the next event in order of time. It returns false after EvEnd.
func (m *Model) Next(e *Event) bool {
	for m.read == len(m.events) {
		m.events, m.read = m.events[:0], 0
		if m.ended {
			return false
		}
		if len(m.tasks) == 0 {
			m.ended = true
			m.emit(Event{Kind: EvEnd, Car: -1, Other: -1})
			break
		}
		t := m.tasks.pop()
		m.now = t.at
		m.do(t)
	}
	*e = m.events[m.read]
	m.read++
	return true
}

func (m *Model) emit(e Event) {
	if e.At == 0 {
		e.At = m.now
	}
	m.events = append(m.events, e)
}

// Cars returns the field in grid order; events name cars by index in it.
func (m *Model) Cars() []Car { return m.cars }

// Order returns the car indexes by place. It is valid until the next Next.
func (m *Model) Order() []int { return m.order }

// Laps returns the race distance.
func (m *Model) Laps() int { return m.laps }

// Config returns the configuration with its defaults filled in.
func (m *Model) Config() Config { return m.cfg }

// Best returns a car's best counted lap of the part or session, 0 none.
func (m *Model) Best(car int) time.Duration { return m.cars[car].best }

// Gap returns how far car is behind ahead, measured where car passed last: a time when both are on the
// same lap there, else whole laps. It is meant to be asked when car has just passed (EvPoint, EvLap): later
// the car ahead may have got by since. ok is false when it cannot be told.
func (m *Model) Gap(car, ahead int) (gap time.Duration, laps int, ok bool) {
	a, b := &m.cars[ahead], &m.cars[car]
	if b.Progress == 0 || a.Progress < b.Progress {
		return 0, 0, false
	}
	if d := a.Progress - b.Progress; d >= m.n {
		return 0, d / m.n, true
	}
	k := b.Progress % len(b.passed)
	return b.passed[k] - a.passed[k], 0, true
}

// reorder moves a car up past every car it is now ahead of.
func (m *Model) reorder(car int) {
	i := m.cars[car].Place - 1
	moved := false
	for i > 0 {
		o := m.order[i-1]
		if m.cars[o].Progress >= m.cars[car].Progress || m.cars[o].finished && !m.cars[car].finished {
			break
		}
		m.order[i-1], m.order[i] = car, o
		m.cars[o].Place = i + 1
		i--
		moved = true
	}
	if moved {
		m.cars[car].Place = i + 1
		m.emit(Event{Kind: EvOrder, Car: car, Other: -1})
	}
}

func ms(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

func seconds(s float64) time.Duration { return ms(time.Duration(s * float64(time.Second))) }
