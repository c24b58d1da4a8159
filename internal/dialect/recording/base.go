package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// Archive files tell offsets only. The absolute time of offset 0 has to be estimated from times inside
// the payloads; a sample is one such time minus the offset of its line. See archiveBase.

const (
	// telemetryLines is how many lines of CarData.z and Position.z are looked at: about two minutes.
	telemetryLines = 128
	// baseLines bounds the lines of any other topic.
	baseLines = 4096
	// heartbeatAhead is how much later Heartbeat's own Utc is than the time at which the feed sends it
	// (median of 2024 Imola qualifying; 2.0 s in a 2025 archive).
	heartbeatAhead = 2040 * time.Millisecond
)

// baseSamples are the samples of one topic.
func baseSamples(path string, limit int, telemetry bool) ([]time.Time, error) {
	in, err := openInput(path, path, nil)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // only read
	var inflater feed.Inflater
	var samples []time.Time
	lines := newLineReader(in.r)
	for n := 0; n < limit; n++ {
		t, err := lines.next()
		if errors.Is(err, io.EOF) || isBroken(err) {
			break
		} else if err != nil {
			continue
		}
		offset, payload, ok := splitArchiveLine(t.b)
		if !ok {
			continue
		}
		if telemetry {
			if payload, err = inflater.Inflate(payload); err != nil {
				continue // reported when the line is read in its turn
			}
		}
		if utc := latestUTC(payload); !utc.IsZero() {
			samples = append(samples, utc.Add(-offset))
		}
	}
	return samples, nil
}

// latestUTC is the latest value of a member Utc or Timestamp anywhere in a payload, zero if there is none.
func latestUTC(payload []byte) time.Time {
	var latest time.Time
	for _, key := range []string{`"Utc"`, `"Timestamp"`} {
		for b := payload; ; {
			i := bytes.Index(b, []byte(key))
			if i < 0 {
				break
			}
			b = bytes.TrimLeft(b[i+len(key):], " \t\r\n:")
			if len(b) == 0 || b[0] != '"' {
				continue
			}
			end := bytes.IndexByte(b[1:], '"')
			if end < 0 {
				break
			}
			if t, err := ParseTime(b[1 : 1+end]); err == nil && t.After(latest) {
				latest = t
			}
		}
	}
	return latest
}

// archiveBase estimates the time of offset 0 of an archive folder; files maps topic to path. In order of
// preference:
//
//  1. the median sample of ExtrapolatedClock and SessionData, if most samples agree: the feed stamps
//     these messages with the very time they hold (to the digit in all recordings of 2021 to 2025 that
//     we have), so offsets are exact;
//  2. the largest sample of the first lines of CarData.z and Position.z: a line cannot be sent before
//     its newest reading was taken, so each sample is early by the delay of the feed and the largest is
//     nearest (FastF1 and OpenF1 do the same over the whole file). Equal to 1 in 2025 Mexico City
//     qualifying, 80 ms early in the reconstructed 2025 Australian race;
//  3. the median sample of RaceControlMessages, whose times have whole seconds: within ± 0.7 s, and
//     single messages that come minutes late do not matter;
//  4. the median sample of Heartbeat less the two seconds that its time is ahead;
//  5. SessionInfo's StartDate in UTC less the offset at which SessionStatus first says Started;
//  6. midnight UTC of the date in the folder's name.
func archiveBase(folder string, files map[string]string) (base time.Time, from string, err error) {
	clock, err := topicSamples(files, baseLines, feed.TopicExtrapolatedClock, feed.TopicSessionData)
	if err != nil {
		return base, "", err
	}
	if t := median(clock); near(clock, t) >= 3 && 2*near(clock, t) > len(clock) {
		return tidy(t), "median of ExtrapolatedClock and SessionData times minus offset", nil
	}
	telemetry, err := topicSamples(files, telemetryLines, feed.TopicCarData, feed.TopicPosition)
	if err != nil {
		return base, "", err
	}
	if len(telemetry) > 0 {
		return tidy(latestOf(telemetry)), "largest sample time minus offset in CarData.z and Position.z", nil
	}
	for _, topic := range []string{feed.TopicRaceControlMessages, feed.TopicHeartbeat} {
		samples, err := topicSamples(files, baseLines, topic)
		if err != nil {
			return base, "", err
		}
		if len(samples) == 0 {
			continue
		}
		t := median(samples)
		if topic == feed.TopicHeartbeat {
			t = t.Add(-heartbeatAhead)
		}
		return tidy(t), "median of " + topic + " time minus offset", nil
	}
	if base, from, err = baseFromSchedule(files); err != nil || !base.IsZero() {
		return base, from, err
	}
	if t, ok := dateOfFolder(folder); ok {
		return t, "date in the folder's name only: times of day are unknown", nil
	}
	return time.Unix(0, 0).UTC(), "nothing: no time in any file nor in the folder's name", nil
}

// topicSamples collects the samples of the topics that are there.
func topicSamples(files map[string]string, limit int, topics ...string) ([]time.Time, error) {
	var samples []time.Time
	for _, topic := range topics {
		path, ok := files[topic]
		if !ok {
			continue
		}
		more, err := baseSamples(path, limit, strings.HasSuffix(topic, ".z"))
		if err != nil {
			return nil, err
		}
		samples = append(samples, more...)
	}
	slices.SortFunc(samples, time.Time.Compare)
	return samples, nil
}

// median of sorted samples, zero if there are none.
func median(samples []time.Time) time.Time {
	if len(samples) == 0 {
		return time.Time{}
	}
	return samples[len(samples)/2]
}

// near counts the samples that agree with t.
func near(samples []time.Time, t time.Time) int {
	n := 0
	for _, s := range samples {
		if s.Sub(t).Abs() <= 20*time.Millisecond {
			n++
		}
	}
	return n
}

// latestOf is the largest of sorted samples, leaving out those that no feed's delay explains.
func latestOf(samples []time.Time) time.Time {
	const believable = 5 * time.Second
	m := median(samples)
	for i := len(samples) - 1; i >= 0; i-- {
		if samples[i].Sub(m) < believable {
			return samples[i]
		}
	}
	return m
}

// tidy drops what offsets, which have milliseconds, cannot say.
func tidy(t time.Time) time.Time { return t.Round(time.Millisecond).UTC() }

// baseFromSchedule uses the planned start. Sessions start on time or late, so this is off by the delay.
func baseFromSchedule(files map[string]string) (base time.Time, from string, err error) {
	info, status := files[feed.TopicSessionInfo], files[feed.TopicSessionStatus]
	if info == "" {
		return base, "", nil
	}
	var start time.Time
	err = eachArchiveLine(info, func(_ time.Duration, payload []byte) bool {
		var s sessionInfo
		if json.Unmarshal(payload, &s) == nil {
			start = s.start()
		}
		return start.IsZero()
	})
	base, from = start, "scheduled start taken as offset zero: feeds begin 15 to 60 minutes earlier"
	if err != nil || start.IsZero() || status == "" {
		return base, from, err
	}
	err = eachArchiveLine(status, func(offset time.Duration, payload []byte) bool {
		var s struct{ Status string }
		if json.Unmarshal(payload, &s) == nil && s.Status == "Started" {
			base, from = start.Add(-offset), "scheduled start minus the offset at which the session started"
			return false
		}
		return true
	})
	return base, from, err
}

// eachArchiveLine calls f with the first lines of a topic file until it returns false.
func eachArchiveLine(path string, f func(time.Duration, []byte) bool) error {
	in, err := openInput(path, path, nil)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	l := newLineReader(in.r)
	for range baseLines {
		t, err := l.next()
		if err != nil {
			return nil // the end, or damage that is reported when the file is read in its turn
		}
		if offset, payload, ok := splitArchiveLine(t.b); ok && !f(offset, payload) {
			return nil
		}
	}
	return nil
}

// dateOfFolder finds yyyy-mm-dd at the beginning of a folder's name or of its parents'.
func dateOfFolder(folder string) (time.Time, bool) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		abs = folder
	}
	parts := strings.Split(filepath.ToSlash(abs), "/")
	slices.Reverse(parts)
	for _, p := range parts[:min(2, len(parts))] {
		if len(p) >= 10 {
			if t, err := time.Parse(time.DateOnly, p[:10]); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// sessionInfo is what we need of the topic SessionInfo.
type sessionInfo struct {
	Meeting struct {
		Name string
	}
	Key       json.Number
	Type      string
	Name      string
	StartDate string
	EndDate   string
	GmtOffset string
	Path      string
}

func (s *sessionInfo) start() time.Time { return s.utc(s.StartDate) }
func (s *sessionInfo) end() time.Time   { return s.utc(s.EndDate) }

// utc turns one of the local dates into UTC, zero if that cannot be done.
func (s *sessionInfo) utc(local string) time.Time {
	t, err := ParseTime([]byte(local))
	offset, ok := parseClock(s.GmtOffset)
	if err != nil || !ok {
		return time.Time{}
	}
	return t.Add(-offset)
}

// snapshotTime is when a snapshot was taken, as its own contents tell: Heartbeat first, then the newest
// entry of the topics that have times, then the planned end or start of the session; zero when none has
// any. ExtrapolatedClock comes late in the list because a hub that was restarted stamps it anew, days
// after the session (2025 Australia).
func snapshotTime(ms []held) time.Time {
	for _, topic := range []string{
		feed.TopicHeartbeat, feed.TopicSessionData, feed.TopicRaceControlMessages, feed.TopicTeamRadio, feed.TopicExtrapolatedClock,
	} {
		for i := range ms {
			if ms[i].topic == topic {
				if t := latestUTC(ms[i].payload); !t.IsZero() {
					return t
				}
			}
		}
	}
	for i := range ms {
		var s sessionInfo
		if ms[i].topic == feed.TopicSessionInfo && json.Unmarshal(ms[i].payload, &s) == nil {
			if t := s.end(); !t.IsZero() {
				return t
			}
			return s.start()
		}
	}
	return time.Time{}
}

func errTopicFile(path string) error {
	return fmt.Errorf("%s: the file's name tells no topic; expected <Topic>.jsonStream", path)
}
