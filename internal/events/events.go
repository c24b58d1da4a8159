// Package events finds what is worth telling in a session: overtakes apart from every other change of
// order, stops, flags, records, penalties, and takes back what a later message shows to be wrong.
//
// It is pure: [Detection.Step] sees the typed state after each message and what the message changed, and
// keeps a journal of event versions. The same messages give the same journal. Every event cites the
// messages that justify it, and [Proof] evaluates its definition from them alone. There is one file a
// detector and one table of all of them below. What an event means to a reader, a viewer or a bet is not
// decided here. Package live runs it behind the state; app for the exported table.
package events

import (
	"math/bits"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// definition is what is known of one kind of event.
type definition struct {
	kind     f1.EventKind
	priority f1.Priority
	rule     string // when it is told, for people; {name} stands for a parameter
}

// detector is one file of this package: the kinds it tells, when it is called, how it begins and how what
// it told is checked.
type detector struct {
	name  string
	kinds []definition
	// counts is what From and To of its events count; "" their places in the order of the session.
	counts string
	on     News
	// start makes the detector of a session; what it returns is called after each message that has news
	// it asked for.
	start func(*World) func()
	// holds evaluates the definition of a told event from the cited messages alone: nil when it holds.
	holds func(e *f1.Event, p *Proof) error
}

// detectors are called in this order.
var detectors = []*detector{
	&orderDetector,
	&lapDetector,
	&fastestLapDetector,
	&deletionDetector,
	&trackLimitsDetector,
	&pitDetector,
	&tyreDetector,
	&sessionDetector,
	&partDetector,
	&procedureDetector,
	&flagDetector,
	&safetycarDetector,
	&blueflagDetector,
	&overtakemodeDetector,
	&weatherDetector,
	&investigationDetector,
	&penaltyDetector,
	&stoppedDetector,
	&retirementDetector,
	&startDetector,
	&battleDetector,
	&trainDetector,
	&closingDetector,
	&lappingDetector,
	&undercutDetector,
	&sectorRecordDetector,
	&speedTrapDetector,
	&knockoutDetector,
	&bubbleDetector,
	&chequeredDetector,
	&incidentDetector,
	&datagapDetector,
	&resultDetector,
	&ruleDetector,
	&championshipDetector,
}

var definitions = map[f1.EventKind]*definition{}
var detectorOf = map[f1.EventKind]*detector{}

// askers are the detectors that ask for each kind of news, by its bit: a set of their places in the table, which may
// have 64.
var askers [32]uint64

func init() { // derived from the table above, which can not name itself in an initialiser
	if len(detectors) > 64 {
		panic("events: a set of detectors has 64 at most")
	}
	for at, d := range detectors {
		for news := d.on; news != 0; news &= news - 1 {
			askers[bits.TrailingZeros32(uint32(news))] |= 1 << at
		}
		for i := range d.kinds {
			definitions[d.kinds[i].kind] = &d.kinds[i]
			detectorOf[d.kinds[i].kind] = d
		}
	}
}

// Detectors lists the detectors by name, in the table's order.
func Detectors() []string {
	names := make([]string, len(detectors))
	for i, d := range detectors {
		names[i] = d.name
	}
	return names
}

// KindsOf lists the kinds that a detector tells.
func KindsOf(detector string) []f1.EventKind {
	var kinds []f1.EventKind
	for _, d := range detectors {
		for _, k := range d.kinds {
			if d.name == detector {
				kinds = append(kinds, k.kind)
			}
		}
	}
	return kinds
}

// Row is an event as it leaves the program, its From and To where their meaning belongs.
func Row(e *f1.Event) f1.EventRow {
	r := f1.EventRow{Event: *e}
	if d := detectorOf[e.Kind]; d == nil || d.counts == "" {
		r.PositionFrom, r.PositionTo = e.From, e.To
	} else if e.From.Known || e.To.Known {
		r.CountFrom, r.CountTo, r.CountOf = e.From, e.To, d.counts
	}
	return r
}

// Rows are events as they leave the program.
func Rows(all []f1.Event) []f1.EventRow {
	rows := make([]f1.EventRow, len(all))
	for i := range all {
		rows[i] = Row(&all[i])
	}
	return rows
}

// Detection follows one session. It is owned by one goroutine; Journal may be read by others between steps
// as long as they keep to what was there.
type Detection struct {
	params Params
	world  *World
	book   *book
	steps  []func()
}

// Start begins the detection of a session with its parameters.
func Start(p Params) *Detection {
	d := &Detection{params: p, book: newBook()}
	d.begin()
	return d
}

func (d *Detection) begin() {
	d.world = newWorld(d.params, d.book)
	d.steps = make([]func(), len(detectors))
	for i, det := range detectors {
		d.steps[i] = det.start(d.world)
	}
}

// Step takes in what a message changed. It is called after timing has applied the message.
func (d *Detection) Step(s *timing.Session, m *feed.Message, ch timing.Change) {
	if ch.Parts&timing.PartRollOver != 0 {
		d.begin()
	}
	w := d.world
	w.see(s, m, ch)
	called := uint64(0)
	for news := w.News; news != 0; news &= news - 1 {
		called |= askers[bits.TrailingZeros32(uint32(news))]
	}
	for ; called != 0; called &= called - 1 {
		d.steps[bits.TrailingZeros64(called)]()
	}
}

// Journal is every version of every event in the order in which they became known.
func (d *Detection) Journal() []f1.Event { return d.book.versions }

// Params are the parameters in force.
func (d *Detection) Params() Params { return d.params }

// Newest returns the newest version of each event of a journal, in the order in which the events first
// became known. Retracted ones are among them.
func Newest(journal []f1.Event) []f1.Event {
	events := 0
	for i := range journal {
		if journal[i].Version == 1 {
			events++
		}
	}
	at, all := make(map[string]int, events), make([]f1.Event, 0, events)
	for i := range journal {
		e := &journal[i]
		if k, known := at[e.ID]; known {
			all[k] = *e
			continue
		}
		at[e.ID] = len(all)
		all = append(all, *e)
	}
	return all
}
