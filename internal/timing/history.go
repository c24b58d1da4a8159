package timing

import (
	"time"

	"pitwall.live/internal/f1"
)

// history is what the tables are made of beyond the state that holds now. Journals only ever grow, so
// that a clone shares what was written before it.
type history struct {
	raceHint       bool // what the topics seen say about a session whose SessionInfo is missing
	appLines       bool // TimingAppData gives the order, for want of TimingData
	timingDataSeen bool // TimingData has come: TimingDataF1, its slower copy, is then not used

	startedAt  int64 // first Started; 0 before
	finishedAt int64 // chequered flag of the race, or of the current part

	positions []positionMark
	intervals []intervalMark
	// Digests of the two long journals, kept up with them: hashing tens of thousands of marks anew for
	// every Hash would cost more than the rest of the state.
	positionsSum, intervalsSum hasher

	track       []trackMark
	trackBefore []trackMark // before the recording began, as SessionData tells
	statuses    []statusMark
	weatherAt   []f1.WeatherRow
	lanes       []laneMark // PitLaneTimeCollection, every insert
	stops       []stopMark // PitStopSeries and PitStop
	lastStop    stopMark   // newest PitStop
	deletions   []deletion // race control's deleted and reinstated laps
	parts       []partMark // when each qualifying part became the current one
}

// millis is a duration as timing prints it, in milliseconds; 0 is unknown, for nothing timed takes no
// time.
type millis int32

func toMillis(d time.Duration) millis { return millis(d / time.Millisecond) }

func (m millis) opt() f1.Opt[time.Duration] {
	if m == 0 {
		return f1.Opt[time.Duration]{}
	}
	return f1.Some(time.Duration(m) * time.Millisecond)
}

// gapMillis is a gap in milliseconds, where 0 is a gap and noGap is unknown.
type gapMillis int32

const noGap gapMillis = -1

func toGap(d f1.Opt[time.Duration]) gapMillis {
	if !d.Known {
		return noGap
	}
	return gapMillis(d.Value / time.Millisecond)
}

func (g gapMillis) opt() f1.Opt[time.Duration] {
	if g < 0 {
		return f1.Opt[time.Duration]{}
	}
	return f1.Some(time.Duration(g) * time.Millisecond)
}

type positionMark struct {
	at       int64
	car      int16
	position int16
}

type intervalMark struct {
	at            int64
	car           int16
	down          int16 // laps down, -1 unknown
	gap, interval gapMillis
}

func (h *history) addPosition(m positionMark) {
	h.positions = append(h.positions, m)
	h.positionsSum.word(uint64(m.at))
	h.positionsSum.word(uint64(m.car)<<16 | uint64(uint16(m.position)))
}

func (h *history) addInterval(m intervalMark) {
	h.intervals = append(h.intervals, m)
	h.intervalsSum.word(uint64(m.at))
	h.intervalsSum.word(uint64(m.car)<<16 | uint64(uint16(m.down)))
	h.intervalsSum.word(uint64(uint32(m.gap))<<32 | uint64(uint32(m.interval)))
}

type trackMark struct {
	at      int64
	code    byte // the feed's digit, 0 for a word or a longer code
	status  f1.TrackStatus
	message string
}

type statusMark struct {
	at     int64
	status f1.SessionStatus
}

type partMark struct {
	at   int64
	part int
}

type laneMark struct {
	at       int64
	car, lap int16 // lap 0 unknown
	lane     millis
}

type stopMark struct {
	at               int64
	car, lap         int16
	lane, stationary millis
}
