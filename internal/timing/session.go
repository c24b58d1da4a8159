package timing

import (
	"errors"
	"fmt"
	"iter"
	"math/bits"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// maxSkips is how many unusable messages are kept with their reason; all are counted.
const maxSkips = 100

// decoder is the scratch memory of Apply.
type decoder struct {
	json    fastjson.Parser
	change  Change
	touched []touch
	order   []*Car // by Line; nil when it has to be made anew
}

// handler applies one decoded message. An error means that the message, or a part of it, could not be
// used; what could be used has been.
type handler func(s *Session, v *fastjson.Value, m *feed.Message, ch *Change) error

// handlers is the list of topics that are decoded. Others are only counted.
var handlers = map[string]handler{
	feed.TopicArchiveStatus:          (*Session).archiveStatus,
	feed.TopicAudioStreams:           (*Session).streams,
	feed.TopicChampionshipPrediction: (*Session).championship,
	feed.TopicContentStreams:         (*Session).streams,
	feed.TopicCurrentTyres:           (*Session).currentTyres,
	feed.TopicDriverList:             (*Session).driverList,
	feed.TopicDriverRaceInfo:         (*Session).driverRaceInfo,
	feed.TopicDriverTracker:          (*Session).driverTracker,
	feed.TopicExtrapolatedClock:      (*Session).extrapolatedClock,
	feed.TopicHeartbeat:              (*Session).heartbeat,
	feed.TopicLapCount:               (*Session).lapCount,
	feed.TopicLapSeries:              (*Session).lapSeries,
	feed.TopicOvertakeSeries:         (*Session).overtakeSeries,
	feed.TopicPitLaneTimeCollection:  (*Session).pitLaneTimes,
	feed.TopicPitStop:                (*Session).pitStop,
	feed.TopicPitStopSeries:          (*Session).pitStopSeries,
	feed.TopicRaceControlMessages:    (*Session).raceControl,
	feed.TopicSessionData:            (*Session).sessionData,
	feed.TopicSessionInfo:            (*Session).sessionInfo,
	feed.TopicSessionStatus:          (*Session).sessionStatus,
	feed.TopicTeamRadio:              (*Session).teamRadio,
	feed.TopicTimingAppData:          (*Session).timingAppData,
	feed.TopicTimingData:             (*Session).timingData,
	feed.TopicTimingDataF1:           (*Session).timingDataF1,
	feed.TopicTimingStats:            (*Session).timingStats,
	feed.TopicTlaRcm:                 (*Session).tlaRcm,
	feed.TopicTopThree:               (*Session).topThree,
	feed.TopicTrackStatus:            (*Session).trackStatus,
	feed.TopicTyreStintSeries:        (*Session).tyreStintSeries,
	feed.TopicWeatherData:            (*Session).weather,
	feed.TopicWeatherDataSeries:      (*Session).weatherSeries,
}

// New returns a session of which nothing is known yet.
func New() *Session {
	s := &Session{scratch: &decoder{}}
	s.clear()
	return s
}

// clear forgets everything but the count of messages and the clock.
func (s *Session) clear() {
	s.scratch.order = nil
	*s = Session{
		Cars: map[int]*Car{}, Topics: map[string]*Topic{}, Track: Track{Sectors: map[int]string{}},
		Applied: s.Applied, Now: s.Now, nowBy: s.nowBy, found: s.found, AltKey: s.AltKey, scratch: s.scratch,
	}
}

var (
	errNotObject = errors.New("payload is not an object")
	errTopics    = errors.New("too many topics")
)

// Apply takes one message into the state and tells what it touched. It never fails: a message that
// cannot be used is counted in Skipped with the reason. The payload is not kept.
func (s *Session) Apply(m *feed.Message) Change {
	if s.scratch == nil {
		s.scratch = &decoder{}
	}
	ch := &s.scratch.change // not a local one: handlers would move it to the heap
	*ch = Change{}
	s.Applied++
	s.miss(m)
	if m.Time.After(s.Now) {
		s.Now, s.nowBy = m.Time, m.Offset
	}
	topic := s.Topics[m.Topic]
	if topic == nil {
		if topic = s.newTopic(m.Topic); topic == nil {
			s.skip(m, errTopics)
			return *ch
		}
	}
	topic.Messages++
	topic.By = m.Offset
	if m.Time.After(topic.Last) {
		topic.Last = m.Time
	}
	if err := s.take(m, ch); err != nil {
		s.skip(m, err)
	}
	return *ch
}

// take decodes a message and hands it to its topic. Topics without a handler are only counted.
func (s *Session) take(m *feed.Message, ch *Change) error {
	if m.Topic == feed.TopicCarData || m.Topic == feed.TopicPosition {
		s.newest(m, ch)
		return nil
	}
	apply := handlers[m.Topic]
	if apply == nil {
		return nil
	}
	v, err := s.scratch.json.ParseBytes(m.Payload)
	if err != nil {
		return fmt.Errorf("bad JSON: %w", err)
	}
	if v.Type() != fastjson.TypeObject {
		return errNotObject
	}
	return apply(s, v, m, ch)
}

// maxTopics bounds the table of topics; the feed has about 35.
const maxTopics = 256

func (s *Session) newTopic(name string) *Topic {
	if len(s.Topics) >= maxTopics {
		return nil
	}
	t := &Topic{}
	s.Topics[name] = t
	return t
}

func (s *Session) skip(m *feed.Message, err error) {
	s.SkippedTotal++
	if len(s.Skipped) < maxSkips {
		s.Skipped = append(s.Skipped[:len(s.Skipped):len(s.Skipped)],
			Skip{Offset: m.Offset, Topic: m.Topic, Time: m.Time, Reason: err.Error()})
	}
}

// Key is the session's key for rows: the feed's, or AltKey while the feed has not said one.
func (s *Session) Key() string {
	if s.Info.Key != "" {
		return s.Info.Key
	}
	return s.AltKey
}

// IsRace reports whether cars race for order. Without SessionInfo it goes by what only races send.
func (s *Session) IsRace() bool {
	if s.Info.Type != "" {
		return s.Info.Type.IsRace()
	}
	return s.raceHint
}

// maxCarNumber is the highest car number of a change set; the sport uses 1 to 99, its safety cars up
// to 247.
const maxCarNumber = 255

// car returns the car with the number that a map key spells, created when it is new, or nil when the
// key is no car number.
func (s *Session) car(key []byte) *Car {
	n, ok := atoi(key)
	if !ok || n < 0 || n > maxCarNumber {
		return nil
	}
	c := s.Cars[n]
	if c == nil {
		c = &Car{Number: n}
		s.Cars[n] = c
	}
	return c
}

// lines visits the cars of a map keyed by racing number. A value that is no object, as in
// {"_kf": true}, is passed over.
func (s *Session) lines(v *fastjson.Value, ch *Change, f func(c *Car, v *fastjson.Value)) {
	fields(v, func(key []byte, line *fastjson.Value) {
		if line.Type() != fastjson.TypeObject && line.Type() != fastjson.TypeArray {
			return
		}
		if c := s.car(key); c != nil {
			ch.touch(c.Number)
			f(c, line)
		}
	})
}

func (ch *Change) touch(car int) { ch.Cars[car>>6] |= 1 << (car & 63) }

// Each gives the number of every car that the change touched, rising.
func (ch *Change) Each() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, set := range ch.Cars {
			for ; set != 0; set &= set - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(set)) {
					return
				}
			}
		}
	}
}

// Has reports whether the change touched the car.
func (ch *Change) Has(car int) bool {
	return car >= 0 && car <= maxCarNumber && ch.Cars[car>>6]&(1<<(car&63)) != 0
}

func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(n int64) f1.Opt[time.Time] {
	if n == 0 {
		return f1.Opt[time.Time]{}
	}
	return f1.Some(time.Unix(0, n).UTC())
}
