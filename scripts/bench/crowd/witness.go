package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// witness keeps what was published on the raw channel, in its order.
type witness struct {
	messages []published
	topics   []string          // that the snapshot has
	calls    map[uint64]int    // index of a message by the hash of the hub's call
	pages    map[uint64]int    // and by that of its payload
	gaps     map[int64]gapsAt  // messages with gaps, by the time of the source in µs
	gapTimes []int64           // these times, rising
	rows     []int64           // those of them that are rows of intervals
	samples  []int             // indices of the messages with telemetry
	laps     []told            // when a lap was known that nobody had driven before
	told     map[string]*lapOf // of a car
	lapCount int
}

// published is one message.
type published struct {
	seq, offset uint64
	topic       string
	source      time.Time
	at          int64 // µs, on the wall
	payload     uint64
}

// gapsAt are the cars of which messages of one time told a gap.
type gapsAt struct {
	at   int64 // µs, on the wall, of the first of them
	cars int
}

// told is when the first car had ended a lap and its time was known.
type told struct {
	lap int
	at  int64
}

type lapOf struct{ ended, timed int }

// raw is an envelope of the raw channel, a lone message's or a batch's.
type raw struct {
	Seq    uint64          `json:"seq"`
	Time   time.Time       `json:"t"`
	Offset uint64          `json:"offset"`
	Source string          `json:"src_t"`
	Type   string          `json:"type"`
	Data   json.RawMessage `json:"data"`
}

// watch is how the witness follows.
func (c *crowd) watch(ctx context.Context, v *viewer) error {
	return c.gateway(ctx, v, c.witness.keep)
}

// keep takes an envelope; a snapshot tells the topics.
func (w *witness) keep(envelope []byte) error {
	var e raw
	if err := json.Unmarshal(envelope, &e); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	all := []raw{e}
	switch e.Type {
	case "snapshot":
		var topics map[string]json.RawMessage
		if err := json.Unmarshal(e.Data, &topics); err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		for topic := range topics {
			w.topics = append(w.topics, topic)
		}
		return nil
	case "batch":
		if err := json.Unmarshal(e.Data, &all); err != nil {
			return fmt.Errorf("witness: %w", err)
		}
	}
	for i := range all {
		w.add(&all[i])
	}
	return nil
}

func (w *witness) add(e *raw) {
	if w.calls == nil {
		w.calls, w.pages, w.gaps, w.told = map[uint64]int{}, map[uint64]int{}, map[int64]gapsAt{}, map[string]*lapOf{}
	}
	source, _ := f1.ParseUTC(e.Source)
	m := published{e.Seq, e.Offset, e.Type, source, e.Time.UnixMicro(), xxhash.Sum64(e.Data)}
	i := len(w.messages)
	w.messages = append(w.messages, m)
	w.calls[callOf(e.Type, e.Data, source)] = i
	w.pages[m.payload] = i
	switch e.Type {
	case feed.TopicTimingData:
		w.timing(e.Data, &m)
	case feed.TopicCarData:
		w.samples = append(w.samples, i)
	}
}

// callOf is the hash of what the hub's call of a message carries: topic, payload and time.
func callOf(topic string, data []byte, source time.Time) uint64 {
	at := ""
	if !source.IsZero() {
		at = source.Format("2006-01-02T15:04:05.999999999Z")
	}
	h := xxhash.New()
	for _, part := range []string{`["`, topic, `",`, string(data), `,"`, at, `"]`} {
		h.WriteString(part) //nolint:errcheck // a hash takes everything
	}
	return h.Sum64()
}

// timing keeps what rows follow from a message.
func (w *witness) timing(data []byte, m *published) {
	var t struct {
		Lines map[string]struct {
			GapToLeader             *string
			IntervalToPositionAhead struct{ Value *string }
			NumberOfLaps            int
			LastLapTime             struct{ Value string }
		}
	}
	if json.Unmarshal(data, &t) != nil {
		return // of what has another form no rows are expected here
	}
	cars := 0
	for number, line := range t.Lines {
		if line.GapToLeader != nil || line.IntervalToPositionAhead.Value != nil {
			cars++
		}
		l := w.told[number]
		if l == nil {
			l = &lapOf{}
			w.told[number] = l
		}
		l.ended = max(l.ended, line.NumberOfLaps)
		if line.LastLapTime.Value != "" {
			l.timed = l.ended
		}
		if l.timed > w.lapCount {
			w.lapCount = l.timed
			w.laps = append(w.laps, told{l.timed, m.at})
		}
	}
	if cars > 0 {
		g, known := w.gaps[m.source.UnixMicro()]
		if !known {
			g.at = m.at
			w.gapTimes = append(w.gapTimes, m.source.UnixMicro())
		}
		g.cars += cars
		w.gaps[m.source.UnixMicro()] = g
	}
}

// finish puts in order what is looked up.
func (w *witness) finish() {
	slices.Sort(w.gapTimes)
	slices.Sort(w.rows)
}

// subscribed are the topics that a client of the hub asks for.
func (w *witness) subscribed() string {
	all := append([]string{
		feed.TopicCarData, feed.TopicPosition, feed.TopicTimingData, feed.TopicTimingAppData, feed.TopicTimingStats, feed.TopicDriverList,
		feed.TopicRaceControlMessages, feed.TopicSessionData, feed.TopicSessionInfo, feed.TopicSessionStatus, feed.TopicTrackStatus,
		feed.TopicWeatherData, feed.TopicLapCount, feed.TopicHeartbeat, feed.TopicExtrapolatedClock, feed.TopicTopThree, feed.TopicTeamRadio,
		feed.TopicPitLaneTimeCollection, feed.TopicPitStop, feed.TopicPitStopSeries, feed.TopicDriverRaceInfo, feed.TopicCurrentTyres,
		feed.TopicTyreStintSeries, feed.TopicLapSeries, feed.TopicChampionshipPrediction, feed.TopicOvertakeSeries, feed.TopicDriverTracker,
		feed.TopicTlaRcm, feed.TopicWeatherDataSeries, feed.TopicContentStreams, feed.TopicAudioStreams, feed.TopicArchiveStatus,
	}, w.topics...)
	slices.Sort(all)
	return `"` + strings.Join(slices.Compact(all), `","`) + `"`
}

// late is by how many ms each message was published after the clock had come to it. Of a clock that runs evenly only
// the speed is asked: the message that was least late counts as in time.
func (w *witness) late(speed float64) []float64 {
	var all []float64
	newest := time.Time{}
	for i := range w.messages {
		m := &w.messages[i]
		if m.source.After(newest) {
			newest = m.source
		}
		all = append(all, float64(m.at)/1000-float64(newest.UnixMicro())/1000/speed)
	}
	if len(all) == 0 {
		return nil
	}
	least := slices.Min(all)
	for i := range all {
		all[i] -= least
	}
	return all
}

func ms(micro int64) float64 { return float64(micro) / 1000 }

// ofEnvelope: the mark is when the message was published.
func ofEnvelope(_ *witness, r read) (float64, bool) { return ms(r.at - r.mark), true }

// ofCall: the mark is the call's hash.
func ofCall(w *witness, r read) (float64, bool) {
	i, known := w.calls[uint64(r.mark)]
	if !known {
		return 0, false
	}
	return ms(r.at - w.messages[i].at), true
}

// ofDocument: the mark is the date of an interval, or, negative, that of a sample, which came with the first message of
// telemetry that is not older.
func ofDocument(w *witness, r read) (float64, bool) {
	if r.mark < 0 {
		i := sort.Search(len(w.samples), func(i int) bool { return w.messages[w.samples[i]].source.UnixMicro() >= -r.mark })
		if i == len(w.samples) || i == 0 {
			return 0, false
		}
		return ms(r.at - w.messages[w.samples[i]].at), true
	}
	g, known := w.gaps[r.mark]
	return ms(r.at - g.at), known
}

// behind is how long a message that an answer does not hold had been published; 0: it was not yet.
func behind(r read, published int64) (float64, bool) { return max(0, ms(r.at-published)), true }

// ofRows: the mark is the date of the newest row of intervals.
func ofRows(w *witness, r read) (float64, bool) {
	i := sort.Search(len(w.rows), func(i int) bool { return w.rows[i] > r.mark })
	if i == len(w.rows) {
		return 0, true
	}
	return behind(r, w.gaps[w.rows[i]].at)
}

// ofLaps: the mark is the newest lap.
func ofLaps(w *witness, r read) (float64, bool) {
	for _, l := range w.laps {
		if l.lap > int(r.mark) {
			return behind(r, l.at)
		}
	}
	return 0, true
}

// ofPage: the mark is the hash of the last line.
func ofPage(w *witness, r read) (float64, bool) {
	i, known := w.pages[uint64(r.mark)]
	if !known {
		return 0, false
	}
	for i++; i < len(w.messages); i++ {
		if w.messages[i].topic == feed.TopicTimingData {
			return behind(r, w.messages[i].at)
		}
	}
	return 0, true
}
