package history

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// CarLap is the telemetry of one lap of one car. A sample has both kinds of rows: the source has put the samples of
// car and position together and interpolated the missing side.
type CarLap struct {
	SessionKey   string
	ID           string // of the session
	DriverNumber int
	TLA          string
	Lap          int
	Start        time.Time // when the lap began: of the lap table where there is one
	Telemetry    []f1.TelemetryRow
	Locations    []f1.LocationRow
	Defects      []Defect
}

// Samples and laps agree to this: the source ends a lap with the sample after the line.
const lapLengthIn = time.Second

var sessionInName = regexp.MustCompile(`^(\d{4})_(.+)_(practice_[123]|qualifying|sprint_qualifying|sprint|race)$`)

// Telemetry yields the laps of every telemetry folder, car by car, and adds them to the report. The folder's name
// says the session ("2025_chinese_race"), the files' names the drivers. Laps begin when the session's lap table says
// so, and the samples of a lap whose start is not known are kept out; where there is no table at all, each lap begins
// with the last sample of the one before, and the first with session time 0. It may be called before Sessions.
func (im *Import) Telemetry() iter.Seq2[*CarLap, error] {
	return func(yield func(*CarLap, error) bool) {
		im.report.Telemetry = nil
		for i := range im.telemetry {
			if !im.folder(&im.telemetry[i], yield) {
				return
			}
		}
	}
}

// folder reads one folder. It reports whether to go on.
func (im *Import) folder(dir *folder, yield func(*CarLap, error) bool) bool {
	s, err := im.sessionOf(dir)
	if err != nil {
		yield(nil, err)
		return false
	}
	name := filepath.Base(dir.path)
	im.report.Telemetry = append(im.report.Telemetry, TelemetryPart{Folder: name, Session: s.ID})
	part := &im.report.Telemetry[len(im.report.Telemetry)-1]
	for _, file := range dir.files {
		car := carFile{session: s, part: part, source: Source{TelemetryFolder, name + "/" + file}, yield: yield}
		car.tla, _, _ = strings.Cut(file, ".")
		if !car.known(im.Reference) {
			count(&part.Findings, Defect{Source: car.source, Session: s.ID, Kind: DriverUnknown, Rows: 1, Detail: "no car number is known of " + car.tla})
			continue
		}
		part.Cars++
		if err := car.read(filepath.Join(dir.path, file)); err != nil {
			yield(nil, err)
			return false
		}
		if car.stopped {
			return false
		}
	}
	return true
}

// sessionOf is the session of a folder as the best lap table tells it, without laps where there is none.
func (im *Import) sessionOf(dir *folder) (*Session, error) {
	name := filepath.Base(dir.path)
	m := sessionInName.FindStringSubmatch(name)
	if m == nil {
		s := &Session{ID: f1.Slug(name)}
		s.placeAtStart(Race{}, f1.Opt[time.Time]{})
		s.name(Key(s.ID))
		return s, nil
	}
	id := m[2] + "_" + m[1] + "_" + m[3]
	for i := range im.tables {
		t := &im.tables[i]
		if t.source.Format != im.best[id] || !slices.ContainsFunc(t.groups, func(g group) bool { return SessionID(g.event, g.season, g.kind) == id }) {
			continue
		}
		for s, err := range im.read(t, func(Defect) {}) {
			if err != nil || s.ID == id {
				return s, err
			}
		}
	}
	season, _ := whole(m[1], 0, 9999)
	g := group{event: m[2], season: season, kind: f1.SessionType(m[3])}
	for _, race := range im.Reference.Races {
		if race.Season == season && SessionID(race.Event, season, g.kind) == id {
			g.round, g.event = race.Round, race.Event
		}
	}
	s := &Session{}
	im.identify(s, &g)
	return s, nil
}

// carFile is the telemetry of one car being read.
type carFile struct {
	session *Session
	part    *TelemetryPart
	source  Source
	tla     string
	number  int
	lap     *CarLap
	timed   bool // the start of the lap is known
	end     time.Time
	yield   func(*CarLap, error) bool
	stopped bool
}

// known finds the car's number by its driver.
func (c *carFile) known(r *Reference) bool {
	for _, d := range c.session.Drivers {
		if d.TLA == c.tla {
			c.number = d.DriverNumber
			return true
		}
	}
	for _, res := range r.results[sessionAt{c.session.Season.Value, c.session.Round.Value, c.session.Type}] {
		if d, ok := r.driver(res.driver); ok && d.Code == c.tla {
			c.number = res.car
			return true
		}
	}
	return false
}

func (c *carFile) bad(d Defect) {
	d.Source, d.Session, d.Driver, d.Rows = c.source, c.session.ID, c.number, max(d.Rows, 1)
	count(&c.part.Findings, d)
	if c.lap != nil {
		c.lap.Defects = append(c.lap.Defects, d)
	}
}

func (c *carFile) read(path string) (err error) {
	from, err := open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	t, err := newSheet(from, c.bad)
	if err != nil {
		return fmt.Errorf("history: %s: %w", path, err)
	}
	c.end = c.session.Zero
	for !c.stopped {
		err := t.next()
		if errors.Is(err, io.EOF) {
			c.flush()
			return nil
		}
		if err != nil {
			return fmt.Errorf("history: %s: after line %d: %w", path, t.line, err)
		}
		c.take(t)
	}
	return nil
}

// take reads one sample.
func (c *carFile) take(t *sheet) {
	n, ok := whole(t.cell("lap"), 1, maxLap)
	since, ok2 := span(t.cell("t"))
	if !ok || !ok2 {
		c.bad(Defect{Kind: RowUnreadable, Line: t.line, Detail: fmt.Sprintf("lap %.20q, t %.20q", t.cell("lap"), t.cell("t"))})
		return
	}
	if c.lap == nil || c.lap.Lap != n {
		if c.flush(); c.stopped {
			return
		}
		c.begin(n)
	}
	at := c.lap.Start.Add(since)
	if k := len(c.lap.Telemetry); k > 0 && at.Before(c.lap.Telemetry[k-1].Time) {
		c.bad(Defect{Kind: SampleBack, Lap: n, Line: t.line})
	}
	row := f1.TelemetryRow{SessionKey: c.session.SessionKey, DriverNumber: c.number, Time: at, Speed: t.channel("speed", maxSpeed),
		RPM: t.channel("rpm", 20000), Gear: t.channel("gear", 9), Throttle: t.channel("throttle", 100), Brake: t.channel("brake", 1), DRS: t.channel("drs", 20)}
	row.Brake.Value *= 100
	c.lap.Telemetry = append(c.lap.Telemetry, row)
	if x, y, z := t.decimal("x"), t.decimal("y"), t.decimal("z"); x.Known && y.Known && z.Known {
		c.lap.Locations = append(c.lap.Locations, f1.LocationRow{SessionKey: c.session.SessionKey, DriverNumber: c.number, Time: at,
			X: x.Value / 10, Y: y.Value / 10, Z: z.Value / 10})
	}
}

func (c *carFile) begin(n int) {
	c.lap = &CarLap{SessionKey: c.session.SessionKey, ID: c.session.ID, DriverNumber: c.number, TLA: c.tla, Lap: n, Start: c.end}
	c.timed = len(c.session.Laps) == 0
	if l, ok := c.session.lap(c.number, n); ok && l.DateStart.Known {
		c.lap.Start, c.timed = l.DateStart.Value, true
	}
}

// flush yields the lap that is complete.
func (c *carFile) flush() {
	lap := c.lap
	if lap == nil || len(lap.Telemetry) == 0 {
		return
	}
	last := lap.Telemetry[len(lap.Telemetry)-1].Time
	c.end = last
	if !c.timed {
		c.bad(Defect{Kind: LapUnknown, Lap: lap.Lap, Rows: len(lap.Telemetry), Detail: "the lap table does not say when it began"})
		c.lap = nil
		return
	}
	if l, ok := c.session.lap(c.number, lap.Lap); ok && l.LapTime.Known {
		if by := last.Sub(lap.Start) - l.LapTime.Value; by.Abs() > lapLengthIn {
			c.bad(Defect{Kind: LapLength, Lap: lap.Lap, Detail: fmt.Sprintf("the samples end %+.3f s from the lap", by.Seconds())})
		}
	}
	c.part.Laps++
	c.part.Samples += len(lap.Telemetry)
	c.lap = nil
	c.stopped = !c.yield(lap, nil)
}

// channel reads a car channel, also as "12.0", rounded to a whole number.
func (t *sheet) channel(name string, most float64) f1.Opt[int16] {
	v := t.decimal(name)
	if !v.Known {
		return f1.Opt[int16]{}
	}
	if v.Value < 0 || v.Value > most {
		t.unreadable(name)
		return f1.Opt[int16]{}
	}
	return f1.Some(int16(v.Value + .5))
}
