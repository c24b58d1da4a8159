package events

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/timing"
)

// Records of sector times.
const (
	SectorOverall  = f1.EventKind("sector.record.overall")
	SectorPersonal = f1.EventKind("sector.record.personal")
)

// SectorRecordParams are the thresholds of records of sector times.
type SectorRecordParams struct {
	Again Seconds `json:"again_s"` // a time said anew within it corrects the one before
}

var defaultSectorRecord = SectorRecordParams{Again: 10}

var sectorRecordDetector = detector{
	name: "sectorrecord",
	kinds: []definition{
		{SectorOverall, f1.P2, "A new sector time beats those of all cars before it, in the session or in the part of qualifying. The car is not in the pit lane nor on a lap out of it, and it is not the first lap of a race. The first time of all is of little weight, and none when the race was neutralised. A time that is corrected within {sectorrecord.again_s} s is taken back; those of a deleted lap stand, as they do in timing's own table."},
		{SectorPersonal, f1.P3, "A new sector time beats all before it of the same car, in the session or in the part of qualifying."},
	},
	on:    NewsSector,
	start: func(w *World) func() { return (&sectorRecords{w: w, own: map[*Car]*sectorTable{}}).step },
	holds: sectorHolds,
}

// sectorBest is the best time of a sector so far.
type sectorBest struct {
	time time.Duration // 0 none
	car  *Car
	at   time.Time
	by   uint64
}

// sectorTable has the bests of each part of qualifying, index 0 elsewhere, and each sector; and those before them,
// for a time that is corrected.
type sectorTable struct {
	best, before [4][3]sectorBest
	told         [4][3]string // event of the best
}

// sectorRecords keeps the tables of the session and of each car.
type sectorRecords struct {
	w   *World
	all sectorTable
	own map[*Car]*sectorTable
}

func (r *sectorRecords) step() {
	w := r.w
	if w.Message.Snapshot || w.Session.IsRace() && !w.begun() && w.Status.By != 0 {
		return
	}
	part := 0
	if w.Session.Info.Type.IsQualifying() {
		part = min(max(w.Part.Is, 0), 3)
	}
	for _, c := range w.Touched {
		if c.News&NewsSector == 0 {
			continue
		}
		for i := range c.Sector {
			if f := &c.Sector[i]; f.By == w.Message.Offset && f.Is.Known && !c.Pit.Is && w.atPace(c, lapRun(w, c, i == 2)) {
				r.time(c, part, i)
			}
		}
	}
}

// atPace reports whether a car may be as fast as it can on a lap: it began neither in the pits nor on the grid.
func (w *World) atPace(c *Car, lap int) bool {
	return !(w.Session.IsRace() && lap <= 1) && !w.latest(c).FromPit(lap)
}

// time takes in a sector time.
func (r *sectorRecords) time(c *Car, part, i int) {
	w := r.w
	own := r.own[c]
	if own == nil {
		own = &sectorTable{}
		r.own[c] = own
	}
	f := &c.Sector[i]
	if f.Was.Known && f.Is.Value > f.Was.Value && f.Since.Sub(f.Until) <= w.Params.SectorRecord.Again.D() {
		r.corrected(own, c, part, i)
		r.corrected(&r.all, c, part, i)
	}
	// Where laps were not heard the feed must agree; its word alone never makes a record.
	says := c.Sectors[i].Best
	r.beats(own, SectorPersonal, c, part, i, !r.w.Unheard(c) || says != timing.NoBest)
	r.beats(&r.all, SectorOverall, c, part, i, !r.w.Unheard(c) || says == timing.OverallBest)
}

// beats tells a time that beats a table's best.
func (r *sectorRecords) beats(t *sectorTable, kind f1.EventKind, c *Car, part, i int, tell bool) {
	w, f, best := r.w, &c.Sector[i], &t.best[part][i]
	if best.time != 0 && f.Is.Value >= best.time {
		return
	}
	if (best.time == 0 || w.Unheard(c)) && w.Session.IsRace() && w.Neutralised(f.Since.Add(-f.Is.Value)) {
		return
	}
	t.before[part][i] = *best
	*best = sectorBest{f.Is.Value, c, f.Since, f.By}
	t.told[part][i] = ""
	if !tell {
		return
	}
	before := t.before[part][i]
	id := w.ID(kind, strconv.Itoa(c.Number), strconv.Itoa(part), strconv.Itoa(i+1), strconv.FormatInt(f.Is.Value.Milliseconds(), 10))
	e := f1.Event{ID: id, Kind: kind, Car: f1.Some(c.Number), Lap: f1.Some(lapRun(w, c, i == 2)), Value: f1.Some(inSeconds(f.Is.Value)), Detail: "sector " + strconv.Itoa(i+1)}
	if part > 0 {
		e.Detail += "; Q" + strconv.Itoa(part)
	}
	by := uint64(0)
	if before.time != 0 && !r.w.Unheard(c) {
		e.Detail += "; before " + lapTimeWord(before.time)
		if before.car != c {
			e.Other = f1.Some(before.car.Number)
		}
		by = before.by
	}
	if before.time == 0 {
		e.Priority = f1.P3
	}
	t.told[part][i] = id
	w.Tell(e, by, f.By, w.Info, w.Neutral.By, w.Neutral.WasBy)
}

// lineLate is how long after a lap has been counted a value taken at the line may come.
const lineLate = 5 * time.Second

// lapRun is the lap that a value of a car belongs to: in a race one more than it has completed, elsewhere the newest
// begun; for a value taken at the line, the one that has just ended.
func lapRun(w *World, c *Car, line bool) int {
	n := c.Laps.Is
	if w.Session.IsRace() {
		n++
	}
	if line && n > 1 && w.Message.Time.Sub(c.Laps.Since) < lineLate {
		n--
	}
	return n
}

// corrected takes a record back whose time the feed has said anew.
func (r *sectorRecords) corrected(t *sectorTable, c *Car, part, i int) {
	best := &t.best[part][i]
	if best.car != c || best.time != c.Sector[i].Was.Value {
		return
	}
	r.w.Retract(t.told[part][i], "the time is "+lapTimeWord(c.Sector[i].Is.Value), c.Sector[i].By)
	*best = t.before[part][i]
}

var errSector = errors.New("the cited messages do not show the record of the sector")

// sectorHolds checks that the time was said and, where it beat one, that this was said before and is slower.
func sectorHolds(e *f1.Event, p *Proof) error {
	word, rest, _ := strings.Cut(strings.TrimPrefix(e.Detail, "sector "), ";")
	i, err := strconv.Atoi(word)
	if err != nil || i < 1 || i > 3 {
		return errSector
	}
	shows := func(n f1.Opt[int], value float64) func(*timing.Session) bool {
		return func(s *timing.Session) bool {
			return isSeconds(car(s, n).Sectors[i-1].Time, value)
		}
	}
	if !p.Some(shows(e.Car, e.Value.Value)) {
		return errSector
	}
	took := time.Duration(e.Value.Value * float64(time.Second))
	if p.Last().IsRace() && (e.Lap.Value <= 1 || !strings.Contains(rest, "before ") && p.neutralised(e.Time.Add(-took), e.Time)) {
		return errSector
	}
	if _, before, beats := strings.Cut(rest, "before "); beats {
		before, _, _ = strings.Cut(before, ";")
		d, ok := f1.ParseLapTime(before)
		holder := e.Car
		if e.Other.Known {
			holder = e.Other
		}
		if !ok || inSeconds(d) <= e.Value.Value || !p.Some(shows(holder, inSeconds(d))) {
			return errSector
		}
	}
	if e.Status == f1.Retracted && shows(e.Car, e.Value.Value)(p.Last()) {
		return errSector
	}
	return nil
}
