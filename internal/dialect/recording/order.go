package recording

import (
	"slices"
	"strings"

	"pitwall.live/internal/feed"
)

// topicOrder decides which topic goes first when several messages belong to one instant: the parts of a
// snapshot, and lines of different archive files with equal offsets. The files do not say what the feed
// did, so the order is the one that needs least knowledge of the future: which session it is and who
// takes part, then what holds for everyone (status, clock, flags, what race control said), then tyres,
// then the cars' times, then what is derived from them, and telemetry last. SessionInfo must lead: a new
// key in it starts a new session and clears what came before.
var topicOrder = []string{
	feed.TopicSessionInfo, feed.TopicArchiveStatus, feed.TopicDriverList, feed.TopicHeartbeat,
	feed.TopicSessionStatus, feed.TopicSessionData, feed.TopicExtrapolatedClock, feed.TopicLapCount,
	feed.TopicTrackStatus, feed.TopicWeatherData, feed.TopicWeatherDataSeries, feed.TopicRaceControlMessages,
	feed.TopicTlaRcm, feed.TopicTimingAppData, feed.TopicTyreStintSeries, feed.TopicCurrentTyres,
	feed.TopicTimingData, feed.TopicTimingDataF1, feed.TopicTimingStats, feed.TopicTopThree,
	feed.TopicDriverTracker, feed.TopicDriverRaceInfo, feed.TopicLapSeries, feed.TopicOvertakeSeries,
	feed.TopicPitLaneTimeCollection, feed.TopicPitStop, feed.TopicPitStopSeries, feed.TopicChampionshipPrediction,
	feed.TopicTeamRadio, feed.TopicAudioStreams, feed.TopicContentStreams, feed.TopicCarData, feed.TopicPosition,
}

var rankOf = func() map[string]int {
	m := make(map[string]int, len(topicOrder))
	for i, t := range topicOrder {
		m[t] = i
	}
	return m
}()

// compareTopics orders topics of one instant: the known ones as in topicOrder, then any other by name.
func compareTopics(a, b string) int {
	ra, oka := rankOf[a]
	rb, okb := rankOf[b]
	switch {
	case oka && okb:
		return ra - rb
	case oka:
		return -1
	case okb:
		return 1
	}
	return strings.Compare(a, b)
}

func knownTopic(t string) bool { _, ok := rankOf[t]; return ok }

// sortSnapshot puts the topics of one snapshot into their order, in place.
func sortSnapshot(ms []decoded) {
	slices.SortStableFunc(ms, func(a, b decoded) int { return compareTopics(a.topic, b.topic) })
}

// maxTopic is the longest topic name taken; the feed's longest has 22 bytes.
const maxTopic = 64

// interner gives equal topic names one string, so that reading allocates none per message. It forgets
// nothing, so what it holds is bounded.
type interner map[string]string

const maxInterned = 1024

func (in interner) topic(b []byte) (string, bool) {
	if s, ok := in[string(b)]; ok {
		return s, true
	}
	if len(b) == 0 || len(b) > maxTopic {
		return "", false
	}
	for _, c := range b {
		if !isWordByte(c) && c != '.' && c != '-' || c >= 0x80 {
			return "", false
		}
	}
	s := string(b)
	if len(in) < maxInterned {
		in[s] = s
	}
	return s, true
}
