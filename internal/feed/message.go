// Package feed is live timing as it arrives: the canonical message every source is turned into, the
// topic names, the inflation of compressed topics, the merge of deltas into state trees, and the line
// in which messages are kept on disk. It is pure: no clock, no network, no files.
package feed

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// Message is one message of the official feed, the only currency between sources and the core.
type Message struct {
	// Topic as the feed spells it: "TimingData", "CarData.z". Unknown topics are carried all the same.
	Topic string
	// Payload is the JSON value as it arrived, untouched: an object or array, or for ".z" topics a JSON
	// string that holds base64 of a raw deflate stream. A reader may reuse its memory after the next
	// message unless it promises otherwise.
	Payload []byte
	// Time is the source's own time of the message (third argument of the hub's feed call, or the
	// archive's offset made absolute), UTC. It is not monotonic across topics.
	Time time.Time
	// Received is when ingest took the message in; zero in recordings that do not keep it.
	Received time.Time
	// Offset is the message's position in its session's log, from 1; 0 before it was appended.
	Offset uint64
	// Occurrence counts equal messages (topic, payload, time) within one source, from 0. Together they
	// are the message's identity.
	Occurrence uint32
	// Snapshot is true when Payload is the topic's whole state (a subscribe reply), which replaces what
	// was known, and false when it is a patch.
	Snapshot bool
	// Gap is true for the first messages of a new connection, its snapshot included: what the source sent between
	// the message before them and them was never seen, and only what still holds is in the snapshot.
	Gap bool
}

// Said is what the message says, topic, payload and time, as one number: two with the same are the same to whoever
// compares what connections or sources have given.
func (m *Message) Said() uint64 {
	h := xxhash.Sum64(m.Payload)*0x9e3779b97f4a7c15 ^ xxhash.Sum64String(m.Topic)
	return h*0x9e3779b97f4a7c15 ^ uint64(m.Time.Unix())*1_000_000_007 ^ uint64(m.Time.Nanosecond())<<20
}

// SessionKey is the key of the session that a payload of SessionInfo names; "" if it names none.
func SessionKey(payload []byte) string {
	var info struct{ Key json.RawMessage }
	if json.Unmarshal(payload, &info) != nil {
		return ""
	}
	key := strings.Trim(string(info.Key), `"`)
	if n, err := strconv.ParseInt(key, 10, 64); err != nil || n <= 0 {
		return ""
	}
	return key
}

// The topics of the feed that we decode. Any other topic is kept and passed on.
const (
	TopicArchiveStatus          = "ArchiveStatus"
	TopicAudioStreams           = "AudioStreams"
	TopicCarData                = "CarData.z"
	TopicChampionshipPrediction = "ChampionshipPrediction"
	TopicContentStreams         = "ContentStreams"
	TopicCurrentTyres           = "CurrentTyres"
	TopicDriverList             = "DriverList"
	TopicDriverRaceInfo         = "DriverRaceInfo"
	TopicDriverTracker          = "DriverTracker"
	TopicExtrapolatedClock      = "ExtrapolatedClock"
	TopicHeartbeat              = "Heartbeat"
	TopicLapCount               = "LapCount"
	TopicLapSeries              = "LapSeries"
	TopicOvertakeSeries         = "OvertakeSeries"
	TopicPitLaneTimeCollection  = "PitLaneTimeCollection"
	TopicPitStop                = "PitStop"
	TopicPitStopSeries          = "PitStopSeries"
	TopicPosition               = "Position.z"
	TopicRaceControlMessages    = "RaceControlMessages"
	TopicSessionData            = "SessionData"
	TopicSessionInfo            = "SessionInfo"
	TopicSessionStatus          = "SessionStatus"
	TopicTeamRadio              = "TeamRadio"
	TopicTimingAppData          = "TimingAppData"
	TopicTimingData             = "TimingData"
	TopicTimingDataF1           = "TimingDataF1"
	TopicTimingStats            = "TimingStats"
	TopicTlaRcm                 = "TlaRcm"
	TopicTopThree               = "TopThree"
	TopicTrackStatus            = "TrackStatus"
	TopicTyreStintSeries        = "TyreStintSeries"
	TopicWeatherData            = "WeatherData"
	TopicWeatherDataSeries      = "WeatherDataSeries"
)
