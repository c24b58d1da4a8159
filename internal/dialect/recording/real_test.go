package recording

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/feed"
)

// sessions lists every archive session folder.
func sessions(t *testing.T, root string) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(root, "archive", "*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	rebuilt, err := filepath.Glob(filepath.Join(root, "reconstructed", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return append(folders, rebuilt...)
}

func inspect(t *testing.T, path string) *Report {
	t.Helper()
	rep, err := Inspect(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func (r *Report) topic(name string) Topic {
	for _, t := range r.Topics {
		if t.Name == name {
			return t
		}
	}
	return Topic{}
}

// TestArchiveSessions holds the topics and counts of every archive session against the manifest's line
// counts.
func TestArchiveSessions(t *testing.T) {
	root := liveTiming(t)
	lines := manifestLines(t, root)
	folders := sessions(t, root)
	if len(folders) != 17 {
		t.Fatalf("%d archive sessions, the data folder has 17", len(folders))
	}
	checked := 0
	for _, folder := range folders {
		rep := inspect(t, folder)
		if rep.Format != FormatArchive || rep.Compression != "gzip" || rep.Damaged() || rep.Snapshots != 0 || rep.Base == nil {
			t.Errorf("%s: format %s, %s, %d unusable, %d bad times, %d snapshots", folder, rep.Format, rep.Compression, rep.Malformed, rep.BadTimes, rep.Snapshots)
		}
		rel, err := filepath.Rel(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		files := 0
		for path, n := range lines {
			if filepath.ToSlash(rel) != filepath.ToSlash(filepath.Dir(path)) {
				continue
			}
			files++
			if got := rep.topic(stem(path)).Messages; got != n {
				t.Errorf("%s: %d messages, the manifest has %d lines", path, got, n)
			}
		}
		if files == 0 || files != len(rep.Topics) || files != len(rep.Files) {
			t.Errorf("%s: %d topics in %d files, the manifest has %d", rel, len(rep.Topics), len(rep.Files), files)
		}
		checked += rep.Messages
	}
	// The README counts the lines of the archive folders alone; the reconstructed race has 38,693.
	if checked != 137_918+38_693 {
		t.Errorf("%d messages in all sessions", checked)
	}
}

func TestArchiveSessionKeys(t *testing.T) {
	root := liveTiming(t)
	f := func(folder, key, base string, tolerance time.Duration) {
		t.Helper()
		rep := inspect(t, filepath.Join(root, folder))
		want, err := time.Parse(time.RFC3339, base)
		if err != nil {
			t.Fatal(err)
		}
		if key != "" && rep.SessionKey != key {
			t.Errorf("%s: session %s, want %s", folder, rep.SessionKey, key)
		}
		if d := rep.Base.Sub(want).Abs(); d > tolerance {
			t.Errorf("%s: offset zero %v (%s), want %v", folder, rep.Base, rep.BaseFrom, want)
		}
	}
	// The README states the time zero of the reconstructed race.
	f("reconstructed/2025-03-16_Australian_Grand_Prix_Race", "9693", "2025-03-16T03:07:22.618Z", 0)
	// Every telemetry sample of the session says 23.899 as well.
	f("archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", "9873", "2025-10-25T20:46:23.899Z", time.Millisecond)
	// Without SessionInfo and race control only the folder's name is left.
	f("archive/2020/2020-08-09_70th_Anniversary_Grand_Prix/2020-08-07_Practice_2", "", "2020-08-07T00:00:00Z", 0)
}

func TestRecordings(t *testing.T) {
	root := filepath.Join(liveTiming(t), "recordings")
	f := func(name string, format, lines Format, messages, snapshots int, topics map[string]int) {
		t.Helper()
		rep := inspect(t, filepath.Join(root, name))
		if rep.Format != format || rep.Lines != lines || rep.Messages != messages || rep.Snapshots != snapshots {
			t.Errorf("%s: %s (%s), %d messages, %d snapshots", name, rep.Format, rep.Lines, rep.Messages, rep.Snapshots)
		}
		if rep.Damaged() || rep.NewestFirst {
			t.Errorf("%s: %d unusable, %d bad times, newest first %v", name, rep.Malformed, rep.BadTimes, rep.NewestFirst)
		}
		for topic, n := range topics {
			if got := rep.topic(topic); got.Messages-got.Snapshots != n {
				t.Errorf("%s: %s has %d messages, want %d", name, topic, got.Messages-got.Snapshots, n)
			}
		}
	}
	// Counts are the README's and the manifest's line counts; by topic, of the raw lines.
	f("2024-07-05_silverstone_fp1_jsonl", FormatUndercut, FormatTyped, 11438+13, 13, map[string]int{
		"TimingData": 10329, "TimingAppData": 415, "TimingStats": 309, "Heartbeat": 203, "DriverList": 47, "WeatherData": 46,
		"TeamRadio": 36, "TopThree": 36, "RaceControlMessages": 10, "SessionData": 4, "TrackStatus": 2, "ExtrapolatedClock": 1})
	f("2024-05-18_imola_qualifying_hubframes", FormatUndercut, FormatSignalR, 9991+12, 12, map[string]int{
		"TimingData": 8159, "TimingAppData": 571, "TimingStats": 567, "Heartbeat": 260, "DriverList": 161, "TopThree": 155,
		"WeatherData": 64, "RaceControlMessages": 27, "SessionData": 15, "ExtrapolatedClock": 8, "TrackStatus": 4})
	f("2024-05-19_imola_race_snapshots", FormatSnapshots, "", 30, 30, nil)
	f("2025-12-07_abudhabi_race_last12min_pyrepr", FormatPython, "", 12235, 0, map[string]int{
		"TimingData": 11283, "TopThree": 525, "TimingAppData": 145, "Heartbeat": 110, "TimingStats": 89, "WeatherData": 24,
		"RaceControlMessages": 23, "DriverList": 15, "SessionData": 11, "LapCount": 9, "SessionInfo": 1})
	f("2024-10-26_mexico_fp3_cardata_position_pyrepr", FormatPython, "", 2116, 0, map[string]int{
		"CarData.z": 952, "Position.z": 952, "TimingData": 83, "Heartbeat": 64})
	f("2025-03-16_australia_race_final_snapshot", FormatStates, "", 15, 15, nil)
	// A single file of a folder opens as well.
	f("2024-05-19_imola_race_snapshots/subscribe_end.json.gz", FormatSnapshots, "", 15, 15, nil)
	f("2024-05-18_imola_qualifying_hubframes/live.jsonl.gz", FormatSignalR, "", 9991, 0, nil)
	f("2025-03-16_australia_race_final_snapshot/CarData.z.json.gz", FormatStates, "", 1, 1, nil)
}

// TestDamagedRecording names the lines that the protocol document names.
func TestDamagedRecording(t *testing.T) {
	rep := inspect(t, filepath.Join(liveTiming(t), "recordings", "2021-03-28_bahrain_with_errors_pyrepr"))
	var malformed, badTime, literal, short, cut []int
	for _, p := range rep.Problems {
		if p.File != "with_errors.txt.gz" || p.Raw == "" {
			t.Errorf("problem without its file or text: %+v", p)
		}
		switch {
		case p.Kind == BadTime:
			badTime = append(badTime, p.Line)
			continue
		case strings.HasPrefix(p.Reason, "not a Python literal"):
			literal = append(literal, p.Line)
		case strings.HasPrefix(p.Reason, "a bare string"), strings.Contains(p.Reason, "of the three items"):
			short = append(short, p.Line)
		case strings.Contains(p.Reason, "inflate"):
			cut = append(cut, p.Line)
		}
		malformed = append(malformed, p.Line)
	}
	f := func(what string, got []int, want ...int) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: lines %v, want %v", what, got, want)
		}
	}
	f("not literals", literal, 10, 21, 29, 48)
	f("bare or short", short, 2, 3, 5, 6, 7, 11, 12, 14, 16, 17, 18, 24, 25, 30, 31, 32, 37, 38, 44, 45, 50, 51)
	f("cut", cut, 1, 4)
	f("bad time", badTime, 27, 34, 40, 47)
	if len(malformed) != 28 || rep.Malformed != 28 || rep.BadTimes != 4 || !rep.Damaged() {
		t.Errorf("%d unusable (%d counted), %d bad times", len(malformed), rep.Malformed, rep.BadTimes)
	}
	// 51 lines: 19 good ones, and the four with a bad time are used as well.
	if rep.Messages != 19+4 || rep.Format != FormatPython {
		t.Errorf("%d messages of %s", rep.Messages, rep.Format)
	}
}

// TestTwoDialects compares the recording of a practice session with the archive's files of the same
// session: in the span of the recording they hold the same messages in the same order.
func TestTwoDialects(t *testing.T) {
	root := liveTiming(t)
	live, _ := readAll(t, filepath.Join(root, "recordings", "2024-07-05_silverstone_fp1_jsonl"))
	archive, r := readAll(t, filepath.Join(root, "archive", "2024", "2024-07-07_British_Grand_Prix", "2024-07-05_Practice_1"))
	for _, topic := range []string{feed.TopicTimingData, feed.TopicTimingAppData, feed.TopicDriverList, feed.TopicRaceControlMessages} {
		a, b := deltas(t, live, topic), deltas(t, archive, topic)
		at := align(a, b)
		if at < 0 {
			t.Errorf("%s: the recording's first message is not in the archive", topic)
			continue
		}
		n := min(len(a), len(b)-at)
		for i := range n {
			if !reflect.DeepEqual(a[i].tree, b[at+i].tree) {
				t.Fatalf("%s: message %d of the recording differs from line %d of the archive:\n%s\n%s", topic, i, at+i+1, a[i].payload, b[at+i].payload)
			}
		}
		if n != len(a) {
			t.Errorf("%s: the archive ends %d messages before the recording", topic, len(a)-n)
		}
		// The same message tells how far the archive's estimated time is off.
		var off []time.Duration
		for i := range n {
			off = append(off, b[at+i].Time.Sub(a[i].Time))
		}
		slices.Sort(off)
		if d := off[len(off)/2]; d.Abs() > time.Second {
			t.Errorf("%s: archive times (%s) are %v off", topic, r.Info().BaseFrom, d)
		}
		t.Logf("%s: %d messages equal, archive time off by %v (%v to %v)", topic, n, off[len(off)/2], off[0], off[len(off)-1])
	}
}

type parsed struct {
	message
	tree any
}

// deltas are the patches of one topic, parsed, without the keyframe mark that only live messages have.
func deltas(t *testing.T, all []message, topic string) []parsed {
	t.Helper()
	var out []parsed
	for _, m := range all {
		if m.Topic != topic || m.Snapshot {
			continue
		}
		var tree map[string]any
		if err := json.Unmarshal([]byte(m.payload), &tree); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", topic, err))
		}
		delete(tree, "_kf")
		out = append(out, parsed{m, tree})
	}
	return out
}

// align finds where in b the messages of a begin: three in a row have to agree.
func align(a, b []parsed) int {
	n := min(3, len(a))
	for i := 0; i+n <= len(b); i++ {
		if n > 0 && slices.EqualFunc(a[:n], b[i:i+n], func(x, y parsed) bool { return reflect.DeepEqual(x.tree, y.tree) }) {
			return i
		}
	}
	return -1
}
