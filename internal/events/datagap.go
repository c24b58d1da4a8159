package events

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// What is wrong with the data.
const (
	DataGap       = f1.EventKind("data.gap")
	DataRecovered = f1.EventKind("data.recovered")
	DataDisagree  = f1.EventKind("data.disagree")
)

// DataGapParams are the thresholds of missing and contradicting data.
type DataGapParams struct {
	Periods float64 `json:"periods"`   // a topic silent for so many of its periods is missing
	Longest float64 `json:"longest"`   // ... and for so many times its longest silence before
	Every   Seconds `json:"every_s"`   // a topic that comes more seldom than this has no rhythm to miss
	Differ  Seconds `json:"differ_s"`  // two topics that differ for so long disagree
	Grid    Seconds `json:"grid_s"`    // so long after the word of a restart the cars may stand on the grid
	Warm    Seconds `json:"warm_up_s"` // so long after the session began to run, or to run again, nothing is missed
}

var defaultDataGap = DataGapParams{Periods: 3, Longest: 1.5, Every: 90, Differ: 15, Grid: 120, Warm: 60}

var datagapDetector = detector{
	name: "datagap",
	kinds: []definition{
		{DataGap, f1.P2, "While other topics come, one that the feed sends by the clock, or the timing while the session runs and cars are on the track, but not in the {datagap.grid_s} s in which they may stand on the grid for a restart, is silent, the session not being over, for more than {datagap.periods} of its periods and {datagap.longest} times its longest silence before. The period is the median time between its newest messages, counted once a second. The value is how long it had been silent. Also: the source of all topics was lost and found again; the value is the time between the newest message before and the first after, of which only what still held is known."},
		{DataRecovered, f1.P2, "A topic that was missing comes again; the value is how long it was silent. It supersedes the gap."},
		{DataDisagree, f1.P2, "For {datagap.differ_s} s the feed's own top three names another car for a place (the value) than the tower."},
	},
	on:    NewsSecond | NewsStatus | NewsTrack | NewsControl | NewsTop | NewsPosition,
	start: func(w *World) func() { return (&datagap{w: w}).step },
	holds: datagapHolds,
}

// rhythm is how a topic comes, looked at once a second.
type rhythm struct {
	name    string
	topic   *timing.Topic
	seen    uint64                    // messages counted
	at      [rhythmMemory]beat        // newest times at which it came, at least a second apart, as a ring
	n       int                       // of them, ever
	longest [longMemory]time.Duration // newest silences, as a ring
	live    time.Duration             // the live clock when it came last
	quiet   int                       // seconds since it came in which others did
	last    time.Time                 // and the message time
	judged  int                       // beats when every and limit were found
	every   time.Duration             // period
	limit   time.Duration             // silence that is too long, 0: it has no rhythm
	gap     string                    // ID of the gap it is in
	due     time.Time
}

// beat is a moment at which a topic came.
type beat struct {
	at time.Time
	by uint64
}

// clocked are the topics that the feed sends by the clock, whatever happens. The timing comes when a car passes
// something: steadily as long as cars run.
var clocked = []string{feed.TopicHeartbeat, feed.TopicWeatherData, feed.TopicCarData, feed.TopicPosition}

// lull is the longest time between two messages of a feed that lives: its heartbeat's. What is longer does not
// count as silence of one topic.
const lull = 15 * time.Second

const (
	quietSeconds = 3  // others come in so many seconds before one is missed
	rhythmMemory = 16 // beats, the median of 15 silences
	longMemory   = 128
	ragged       = 4 // a topic whose longest silence is so many medians keeps no time
)

// datagap watches the topics.
type datagap struct {
	w       *World
	topics  []*rhythm // by name
	known   int       // topics that there are
	of      *timing.Session
	live    time.Duration // session time during which anything came
	now     time.Time
	grid    time.Time // when a restart was announced last
	running time.Time // since when the session runs, zero: it does not
	apart   [3]Fact[bool]
	told    [3]string
	lost    uint64 // the message with which the source was back when it was last told that it had been lost
}

func (d *datagap) step() {
	w := d.w
	if w.News&(NewsStatus|NewsTrack) != 0 {
		runs := w.Status.Is == f1.StatusStarted && w.Track.Is != f1.TrackRed && w.Session.Flag.IsZero() ||
			w.Status.Is == f1.StatusStarted && w.Track.Is != f1.TrackRed && !w.Session.IsRace()
		switch {
		case !runs:
			d.running = time.Time{}
		case d.running.IsZero():
			d.running = w.Now()
			for _, r := range d.topics {
				if r.name == feed.TopicTimingData {
					r.n, r.longest = 0, [longMemory]time.Duration{} // it came otherwise while nothing ran
				}
			}
		}
	}
	for i := range w.Control {
		switch w.Control[i].Says.Kind {
		case racecontrol.SafetyCarInThisLap, racecontrol.StandingStart, racecontrol.RollingStart:
			d.grid = w.Now()
		}
	}
	if w.News&NewsSecond != 0 {
		d.second()
	}
	d.missed()
	if w.News&(NewsTop|NewsPosition|NewsSecond) != 0 {
		d.compare()
	}
}

// sourceLost is the detail of a gap in everything.
const sourceLost = "source lost"

// missed tells of a stretch during which the source was lost, once it is over.
func (d *datagap) missed() {
	w := d.w
	n := len(w.Session.Lost)
	if n == 0 {
		return
	}
	l := w.Session.Lost[n-1]
	if l.Next == 0 || l.Next == d.lost {
		return
	}
	d.lost = l.Next
	e := f1.Event{ID: w.ID(DataGap, sourceLost, l.From.UTC().Format(time.RFC3339Nano)), Kind: DataGap, Time: l.To, Value: f1.Some(seconds(l.To.Sub(l.From))), Detail: sourceLost}
	w.Tell(e, l.Last, l.Found, l.Next)
}

// sourceLostHolds measures the stretch from the messages around it.
func sourceLostHolds(e *f1.Event, p *Proof) error {
	if len(p.Steps) != 3 || !p.Steps[1].Message.Gap || p.Steps[2].Message.Gap {
		return errDataGap
	}
	from, to := p.Steps[0].Message.Time, p.Steps[1].Message.Time
	if after := p.Steps[2].Message.Time; after.After(to) {
		to = after
	}
	if to.Before(from) {
		to = from
	}
	if seconds(to.Sub(from)) != e.Value.Value {
		return errDataGap
	}
	return nil
}

// second looks at every topic.
func (d *datagap) second() {
	w := d.w
	if passed := w.Now().Sub(d.now); !d.now.IsZero() {
		d.live += min(passed, lull)
	}
	d.now = w.Now()
	if len(w.Session.Topics) != d.known || w.Session != d.of {
		d.known, d.of = len(w.Session.Topics), w.Session
		d.meet()
	}
	for _, r := range d.topics {
		switch {
		case r.topic.Messages != r.seen:
			d.came(r)
		case r.gap == "":
			d.silent(r)
		}
	}
}

// meet takes in topics that came for the first time, and the counts of another instance of the session.
func (d *datagap) meet() {
	for name, t := range d.w.Session.Topics {
		if !slices.Contains(clocked, name) && name != feed.TopicTimingData {
			continue
		}
		if k := slices.IndexFunc(d.topics, func(r *rhythm) bool { return r.name == name }); k >= 0 {
			d.topics[k].topic = t
		} else {
			d.topics = append(d.topics, &rhythm{name: name, topic: t, live: d.live})
		}
	}
	slices.SortFunc(d.topics, func(a, b *rhythm) int { return cmp.Compare(a.name, b.name) })
}

// came counts a topic that has come since the second before.
func (d *datagap) came(r *rhythm) {
	r.seen = r.topic.Messages
	missed := r.gap != ""
	if missed {
		d.recovered(r)
	}
	if r.n > 0 && !missed {
		r.longest[r.n%longMemory] = r.topic.Last.Sub(r.last)
	}
	r.at[r.n%rhythmMemory] = beat{r.topic.Last, r.topic.By}
	r.n++
	r.quiet, r.live, r.last = 0, d.live, r.topic.Last
}

// silent tells that a topic is missing when it is overdue.
func (d *datagap) silent(r *rhythm) {
	w, p := d.w, &d.w.Params.DataGap
	silence := d.live - r.live
	if r.quiet++; r.n <= rhythmMemory || r.quiet < quietSeconds || silence <= quietSeconds*time.Second {
		return // while nothing came at all, no topic was silent
	}
	if r.judged != r.n { // once for each beat
		r.judged, r.every, r.limit = r.n, r.period(), 0
		longest := slices.Max(r.longest[:])
		if r.every > 0 && r.every <= p.Every.D() && longest <= ragged*r.every {
			r.limit = time.Duration(max(p.Periods*float64(r.every), p.Longest*float64(longest)))
		}
	}
	if r.limit == 0 || silence <= r.limit || w.over() {
		return // after the end topics stop one by one
	}
	if r.name == feed.TopicTimingData && (d.running.IsZero() || w.Now().Sub(d.grid) < p.Grid.D() || w.Now().Sub(d.running) < p.Warm.D() || !w.carsRun()) {
		return
	}
	r.gap = w.ID(DataGap, r.name, r.topic.Last.UTC().Format(time.RFC3339Nano))
	r.due = w.Message.Time
	e := f1.Event{ID: r.gap, Kind: DataGap, Value: f1.Some(seconds(w.Message.Time.Sub(r.topic.Last))), Detail: rhythmWord(r.name, r.every)}
	w.Tell(e, append(r.cites(), w.Message.Offset)...)
}

// over reports whether the session has ended.
func (w *World) over() bool {
	return w.closed() || w.Status.Is == f1.StatusFinished && w.lastPart()
}

// fewCars is a field so small that nothing may happen for a while.
const fewCars = 3

// carsRun reports whether enough cars are on the track to make the timing speak all the time.
func (w *World) carsRun() bool {
	n := 0
	for _, c := range w.Order {
		if !c.Pit.Is && !c.Out() && !c.Chequered.Is {
			n++
		}
	}
	return n > fewCars
}

// recovered tells that a topic comes again, or that it never was missing but late.
func (d *datagap) recovered(r *rhythm) {
	w := d.w
	gap, _ := w.Told(r.gap)
	from := r.at[(r.n-1)%rhythmMemory]
	if r.topic.Last.Before(r.due) {
		w.Retract(r.gap, "it was late", r.topic.By)
	} else {
		w.Tell(f1.Event{ID: w.ID(DataRecovered, r.name, r.topic.Last.UTC().Format(time.RFC3339Nano)), Kind: DataRecovered, Time: r.topic.Last,
			Value: f1.Some(seconds(r.topic.Last.Sub(from.at))), Detail: gap.Detail, Supersedes: r.gap}, append(slices.Clone(gap.Evidence), r.topic.By)...)
	}
	r.gap = ""
}

// period is the median time between the newest beats.
func (r *rhythm) period() time.Duration {
	var times [rhythmMemory]time.Time
	for i := range times {
		times[i] = r.at[(r.n+i)%rhythmMemory].at
	}
	return medianStep(times[:])
}

func (r *rhythm) cites() []uint64 {
	by := make([]uint64, 0, rhythmMemory+1)
	for i := range r.at {
		by = append(by, r.at[i].by)
	}
	return by
}

// medianStep is the median time between one moment and the next.
func medianStep(times []time.Time) time.Duration {
	var steps [rhythmMemory]time.Duration
	n := 0
	for i := 1; i < len(times) && i < rhythmMemory; i++ {
		steps[n] = times[i].Sub(times[i-1])
		n++
	}
	if n == 0 {
		return 0
	}
	slices.Sort(steps[:n])
	return steps[n/2]
}

func rhythmWord(name string, period time.Duration) string {
	return fmt.Sprintf("%s; every %.1f s", name, period.Seconds())
}

// seconds rounds to hundredths, as people read it.
func seconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Millisecond)/(10*time.Millisecond)) / 100
}

// compare holds the feed's own top three against the tower.
func (d *datagap) compare() {
	w := d.w
	for i := range w.Top {
		top := w.Top[i].Is
		c := w.Car(top)
		differ := top != 0 && c != nil && c.Position.Is != 0 && c.Position.Is != i+1 && len(w.Order) > i && w.Order[i].Position.Is == i+1
		a := &d.apart[i]
		if a.Is != differ {
			*a = Fact[bool]{Is: differ, Since: w.Now()}
			d.told[i] = ""
		}
		if !a.Is || d.told[i] != "" || w.Now().Sub(a.Since) < w.Params.DataGap.Differ.D() {
			continue
		}
		tower := w.Order[i]
		d.told[i] = w.ID(DataDisagree, itoa(i+1), itoa(top), itoa(tower.Number), a.Since.UTC().Format(time.RFC3339Nano))
		w.Tell(f1.Event{ID: d.told[i], Kind: DataDisagree, Time: a.Since, Car: f1.Some(top), Other: f1.Some(tower.Number), Value: f1.Some(float64(i + 1)),
			Detail: "TopThree and TimingData"}, w.Top[i].By, c.Position.By, tower.Position.By)
	}
}

var errDataGap = errors.New("the cited messages do not show the gap in the data")

// datagapHolds measures the topic's period and its silence from the cited messages.
func datagapHolds(e *f1.Event, p *Proof) error {
	if e.Kind == DataDisagree {
		s, i := p.Last(), int(e.Value.Value)-1
		if i < 0 || i >= len(s.TopThree) || s.TopThree[i].Number != e.Car.Value || car(s, e.Car).Position == i+1 || car(s, e.Other).Position != i+1 {
			return errDataGap
		}
		return nil
	}
	if e.Detail == sourceLost {
		return sourceLostHolds(e, p)
	}
	var times []time.Time
	var other bool
	for _, step := range p.Steps {
		name := step.Message.Topic
		if e.Detail == name || begins(e.Detail, name) {
			times = append(times, step.Message.Time)
			continue
		}
		other = other || e.Kind == DataRecovered || step.Message.Time.Equal(e.Time)
	}
	came := 0 // messages that came after the silence
	if e.Kind == DataRecovered || e.Status == f1.Retracted {
		came = 1
	}
	if len(times) != rhythmMemory+came || !other {
		return errDataGap
	}
	period, last := medianStep(times[:rhythmMemory]), times[rhythmMemory-1]
	end := e.Time
	if e.Kind == DataRecovered {
		end = times[rhythmMemory]
	}
	topic, _, _ := strings.Cut(e.Detail, ";")
	if !begins(e.Detail, rhythmWord(topic, period)) || end.Sub(last).Seconds() <= p.Params.DataGap.Periods*period.Seconds() || seconds(end.Sub(last)) != e.Value.Value {
		return errDataGap
	}
	if e.Status == f1.Retracted && !times[rhythmMemory].Before(e.Time) {
		return errDataGap
	}
	return nil
}
