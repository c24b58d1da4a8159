package events

import (
	"slices"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/timing"
)

// News says what a message changed. A detector is called only when something it asked for is among it.
type News uint32

// The kinds of news. Those from NewsPosition on are of cars: World.Touched says which.
const (
	NewsInfo       News = 1 << iota // SessionInfo
	NewsStatus                      // session status
	NewsTrack                       // track status
	NewsPart                        // qualifying part, or its number of entries
	NewsLapCount                    // race lap of the leader, or the number of laps
	NewsControl                     // race control messages: World.Control
	NewsWeather                     // weather report
	NewsPoints                      // championship prediction
	NewsSecond                      // a whole second of session time has begun: for what waits
	NewsPosition                    // a car's place; World.Order and World.OrderWas differ in it
	NewsPit                         // InPit
	NewsPitOut                      // PitOut
	NewsStopped                     // Stopped
	NewsRetired                     // Retired
	NewsKnocked                     // KnockedOut
	NewsChequered                   // the car took the flag
	NewsLaps                        // NumberOfLaps: in a race the car has completed a lap
	NewsLapTime                     // a lap has its time
	NewsBest                        // the feed's best lap of the car, or of a part
	NewsSector                      // a sector time
	NewsMini                        // the car has passed the end of a mini-sector
	NewsSpeed                       // a speed trap
	NewsGap                         // gap to the leader
	NewsInterval                    // interval to the car ahead
	NewsStint                       // the list of stints
	NewsStationary                  // a stationary time was published
	NewsTop                         // the feed's own top three: World.Top
	NewsClock                       // the session clock: World.Clock
)

// Fact is a value with the message that said it, and what held before.
type Fact[T comparable] struct {
	Is    T
	By    uint64    // offset of the message that said it, 0: nobody has
	Since time.Time // time of that message
	Was   T
	WasBy uint64
	Until time.Time // since when Was held
	Found bool      // a snapshot said it: it holds, but nobody knows since when
}

// say notes a value and reports whether it is another than before.
func (f *Fact[T]) say(v T, w *World) bool {
	if f.Is == v && (f.By != 0 || v == *new(T)) {
		return false
	}
	f.Was, f.WasBy, f.Until = f.Is, f.By, f.Since
	f.Is, f.By, f.Since, f.Found = v, w.Message.Offset, w.Message.Time, w.Message.Snapshot
	return true
}

// Control is one message of race control, new, corrected or taken back.
type Control struct {
	Row    f1.RaceControlRow
	Was    f1.RaceControlRow // as it was before a correction under the same index
	Change bool              // it replaces Was
	Gone   bool              // a snapshot does not know Was any more; Row is empty
	By     uint64
	WasBy  uint64              // the message that said Was
	Says   racecontrol.Message // what Row means
	Said   racecontrol.Message // what Was meant
}

// World is what detectors see: the state after a message, what the message changed, and where each value
// was said. The state may be another copy of the session after each message: what a detector keeps must not
// point into it.
type World struct {
	Session *timing.Session
	Message *feed.Message
	Params  Params
	News    News
	Touched []*Car    // cars with news
	Control []Control // with NewsControl

	Status  Fact[f1.SessionStatus]
	Track   Fact[f1.TrackStatus]
	Neutral Fact[bool] // safety car, virtual or not, or red flag
	Part    Fact[int]
	Lap     Fact[int]    // race lap of the leader
	Total   Fact[int]    // scheduled laps
	Info    uint64       // the message that told which session this is
	Top     [3]Fact[int] // cars of the feed's own top three, a topic beside the tower
	Flag    Fact[bool]   // the chequered flag has fallen; in qualifying in the newest part
	Clock   uint64       // the message that set the session clock last
	StopsBy uint64       // the newest message that published times of stops
	Start   bool         // the session's start was heard

	Started   int    // the lap that began with the race's start: 1, or a later one after laps behind the safety car; 0 not yet, or unheard
	StartedBy uint64 // the message that told so: the session's start, or race control's word of how it will be
	behind    uint64 // race control's word that the formation lap is behind the safety car

	Cars     []*Car // all of whom anything was said, in the order in which that was
	Order    []*Car // by place; cars without one are not in it
	OrderWas []*Car

	*book
	number [256]*Car
	began  time.Time // of the first message
	second int64
	stops  int // lane and standing times published
	told   []f1.RaceControlRow
	byID   map[int]uint64 // offset of the newest message of each race control index
}

func newWorld(p Params, b *book) *World {
	return &World{Params: p, book: b, byID: map[int]uint64{}}
}

// Car returns a car by number, nil when nothing was said of it.
func (w *World) Car(number int) *Car {
	if number < 0 || number >= len(w.number) {
		return nil
	}
	return w.number[number]
}

// Now is the session's own clock.
func (w *World) Now() time.Time { return w.Session.Now }

// ControlBy is the offset of the message that said the race control row with the index last.
func (w *World) ControlBy(index int) uint64 { return w.byID[index] }

// see takes in what a message has changed.
func (w *World) see(s *timing.Session, m *feed.Message, ch timing.Change) {
	if w.Session != s {
		w.rebind(s)
	}
	w.Session, w.Message, w.News = s, m, 0
	for _, c := range w.Touched {
		c.News = 0
	}
	w.Touched, w.Control = w.Touched[:0], w.Control[:0]
	if w.began.IsZero() {
		w.began = m.Time
	}
	if t := s.Now.Unix(); t != w.second {
		w.second = t
		w.News |= NewsSecond
	}
	p := ch.Parts
	if p&timing.PartInfo != 0 {
		w.News |= NewsInfo
		w.Info = m.Offset
	}
	if p&(timing.PartStatus|timing.PartInfo) != 0 && w.Status.say(s.Status, w) {
		w.News |= NewsStatus
		if w.Status.Is == f1.StatusStarted && w.Status.WasBy != 0 && !w.Status.Found && w.Info != 0 && s.Part <= 1 {
			w.Start = true
		}
	}
	if p&timing.PartTrack != 0 && w.Track.say(s.Track.Status, w) {
		w.News |= NewsTrack
		w.Neutral.say(neutral(w.Track.Is), w)
	}
	if p&timing.PartQualifying != 0 {
		w.Part.say(s.Part, w)
		w.News |= NewsPart
	}
	if p&timing.PartLap != 0 {
		if w.Lap.say(s.Lap.Current, w) {
			w.News |= NewsLapCount
		}
		if w.Total.say(s.Lap.Total, w) {
			w.News |= NewsLapCount
		}
	}
	if p&(timing.PartRaceControl|timing.PartStatus) != 0 {
		w.Flag.say(!s.Flag.IsZero(), w)
	}
	if p&timing.PartTopThree != 0 {
		for i := range min(len(s.TopThree), len(w.Top)) {
			if w.Top[i].say(s.TopThree[i].Number, w) {
				w.News |= NewsTop
			}
		}
	}
	if p&timing.PartClock != 0 {
		w.Clock = m.Offset
		w.News |= NewsClock
	}
	if p&timing.PartWeather != 0 {
		w.News |= NewsWeather
	}
	if p&timing.PartChampionship != 0 {
		w.News |= NewsPoints
	}
	if p&timing.PartRaceControl != 0 {
		w.hear()
	}
	if w.Started == 0 && w.News&(NewsStatus|NewsControl) != 0 && s.IsRace() {
		w.seeStart()
	}
	if n := s.PublishedStops(); n != w.stops {
		w.stops, w.StopsBy = n, m.Offset
		w.News |= NewsStationary
	}
	if ch.Cars != [4]uint64{} {
		w.seeCars(&ch)
	}
}

// seeStart finds out on which lap the race really starts: laps behind the safety car before it count, but are no race.
func (w *World) seeStart() {
	most := 0
	for _, c := range w.Cars {
		most = max(most, c.Laps.Is)
	}
	if w.News&NewsStatus != 0 && w.Status.Is == f1.StatusStarted && !w.Status.Found && most == 0 {
		if w.behind != 0 || w.Track.Is == f1.TrackSC {
			w.behind = max(w.behind, w.Track.By)
		} else {
			w.Started, w.StartedBy = 1, w.Message.Offset
		}
	}
	for i := range w.Control {
		switch c := &w.Control[i]; {
		case c.Gone:
		case c.Says.Kind == racecontrol.FormationBehindSC:
			w.behind = c.By
		case w.behind == 0 || w.Message.Snapshot:
		case w.Status.Is != f1.StatusStarted:
			if c.Says.Kind == racecontrol.StandingStart || c.Says.Kind == racecontrol.RollingStart {
				w.behind = 0 // the formation lap alone was, before the session's start
			}
		case c.Says.Kind == racecontrol.StandingStart, c.Says.Kind == racecontrol.RollingStart, c.Says.Kind == racecontrol.SafetyCarInThisLap:
			w.Started, w.StartedBy = most+2, c.By // the leader ends the lap he is on
		}
	}
}

// hear finds the messages of race control that are new or another than before.
func (w *World) hear() {
	rows := w.Session.RaceControl
	known := 0 // of the rows, from the first one
	for i := range rows {
		if i < len(w.told) && w.told[i] == rows[i] {
			if known == i {
				known++
			}
			continue
		}
		c := Control{Row: rows[i], By: w.Message.Offset}
		if old := rowWithID(w.told, rows[i].MessageID); old >= 0 {
			if w.told[old] == rows[i] {
				continue
			}
			c.Was, c.Change, c.WasBy = w.told[old], true, w.byID[rows[i].MessageID]
			c.Said = racecontrol.Parse(&c.Was)
		}
		c.Says = racecontrol.Parse(&c.Row)
		w.byID[rows[i].MessageID] = w.Message.Offset
		w.Control = append(w.Control, c)
	}
	if w.Message.Snapshot {
		w.miss(rows)
	}
	if len(w.Control) > 0 {
		w.News |= NewsControl
		w.told = append(w.told[:known], rows[known:]...)
	}
}

// ruled reports whether race control's newest messages delete a lap or give one back, or did so before they were corrected.
func (w *World) ruled() bool {
	for i := range w.Control {
		if c := &w.Control[i]; timing.Rules(&c.Says) || timing.Rules(&c.Said) {
			return true
		}
	}
	return false
}

// miss finds the messages of race control that a snapshot no longer has, under whatever index.
func (w *World) miss(rows []f1.RaceControlRow) {
	for i := range w.told {
		was := &w.told[i]
		if rowWithID(rows, was.MessageID) >= 0 || slices.ContainsFunc(rows, func(r f1.RaceControlRow) bool {
			return r.Message == was.Message && r.Time.Equal(was.Time)
		}) {
			continue
		}
		w.Control = append(w.Control, Control{Was: *was, Gone: true, By: w.Message.Offset, WasBy: w.byID[was.MessageID], Said: racecontrol.Parse(was)})
	}
}

func rowWithID(rows []f1.RaceControlRow, id int) int {
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].MessageID == id {
			return i
		}
	}
	return -1
}

// rebind takes the cars of another instance of the session's state: a copy made for a seek or after a restart.
func (w *World) rebind(s *timing.Session) {
	for n, c := range w.number {
		if tc := s.Cars[n]; tc != nil && c != nil {
			c.Car, c.whole = tc, false
		}
	}
}

func (w *World) seeCars(ch *timing.Change) {
	for n := range ch.Each() {
		c := w.number[n]
		if c == nil {
			tc := w.Session.Cars[n]
			if tc == nil {
				continue
			}
			c = &Car{Car: tc, Index: len(w.Cars), rank: -1, rankWas: -1}
			w.number[n] = c
			w.Cars = append(w.Cars, c)
		}
		if c.whole && ch.GapsOnly {
			c.News = c.seeGaps(w)
		} else {
			c.News = c.see(w) | c.seeGaps(w)
			c.whole = true
		}
		if c.News != 0 {
			c.by = w.Message.Offset
			if c.News&(NewsMini|NewsSector|NewsSpeed|NewsLaps) != 0 || c.News&NewsGap != 0 && (c.Gap.Is.Time.Known || c.Gap.Is.Leads) {
				c.SeenBy = w.Message.Offset
			}
			w.News |= c.News
			w.Touched = append(w.Touched, c)
		}
	}
	if w.News&NewsPosition != 0 {
		w.reorder()
	}
}

// reorder sorts the cars by place. Two with one place keep the order they had: the feed shows such for a
// moment while the second half of a swap is on its way.
func (w *World) reorder() {
	w.OrderWas = append(w.OrderWas[:0], w.Order...)
	for _, c := range w.Touched {
		if c.News&NewsPosition != 0 && c.Position.Was == 0 && c.Position.Is != 0 {
			w.Order = append(w.Order, c)
		}
	}
	kept := w.Order[:0]
	for _, c := range w.Order {
		if c.Position.Is != 0 {
			kept = append(kept, c)
		}
	}
	w.Order = kept
	for i := 1; i < len(kept); i++ { // nearly sorted as a rule
		for j := i; j > 0 && kept[j].Position.Is < kept[j-1].Position.Is; j-- {
			kept[j], kept[j-1] = kept[j-1], kept[j]
		}
	}
	for _, c := range w.Cars {
		c.rankWas, c.rank = c.rank, -1
	}
	for i, c := range kept {
		c.rank = i
	}
}

// Ahead is the car one place before c, nil for the leader and where the places are not all known.
func (w *World) Ahead(c *Car) *Car { return w.at(c.Position.Is - 1) }

// Behind is the car one place after c, nil when there is none.
func (w *World) Behind(c *Car) *Car {
	if c.Position.Is == 0 {
		return nil
	}
	return w.at(c.Position.Is + 1)
}

// at is the car at a place. For a moment two may share one; then nobody is at the one that is missing.
func (w *World) at(place int) *Car {
	if place < 1 || place > len(w.Order) || w.Order[place-1].Position.Is != place {
		return nil
	}
	return w.Order[place-1]
}

// Racing reports whether cars race for places now: the session runs and the track is free.
func (w *World) Racing() bool {
	return w.Status.Is == f1.StatusStarted && (w.Track.Is == f1.TrackClear || w.Track.Is == f1.TrackYellow || w.Track.Is == "")
}

// neutral reports whether nobody may race under a track status.
func neutral(t f1.TrackStatus) bool {
	return t != "" && t != f1.TrackClear && t != f1.TrackYellow
}

// Neutralised reports whether the race was neutralised at any time since a moment.
func (w *World) Neutralised(since time.Time) bool {
	return w.Neutral.Is || w.Neutral.By != 0 && w.Neutral.Since.After(since)
}

// flagged reports whether the car's race is over by the flag.
func (w *World) flagged(c *Car) bool {
	switch w.Status.Is {
	case f1.StatusFinished, f1.StatusFinalised, f1.StatusEnds:
		return true
	}
	return c.Chequered.Is
}

// latest is the state's car now: that of a car which the message did not touch may be one of an older copy.
func (w *World) latest(c *Car) *timing.Car {
	if tc := w.Session.Cars[c.Number]; tc != nil {
		return tc
	}
	return c.Car
}

// Unheard reports whether a car may have driven laps that nobody has heard of.
func (w *World) Unheard(c *Car) bool {
	tc := w.latest(c)
	return tc.Joined() || !w.Start && !tc.Counted()
}
