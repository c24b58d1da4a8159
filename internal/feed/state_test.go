package feed

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

func apply(tb testing.TB, s *State, topic, payload string, snapshot bool) {
	tb.Helper()
	if err := s.Apply(&Message{Topic: topic, Payload: []byte(payload), Snapshot: snapshot}); err != nil {
		tb.Fatal(err)
	}
}

func TestState(t *testing.T) {
	var s State
	f := func(topic, payload string, snapshot bool, want string) {
		t.Helper()
		apply(t, &s, topic, payload, snapshot)
		if got := string(s.AppendSnapshot(nil)); got != want {
			t.Errorf("after %s %s:\n got %s\nwant %s", topic, payload, got, want)
		}
	}
	f("LapCount", `{"CurrentLap":1,"TotalLaps":56}`, true, `{"LapCount":{"CurrentLap":1,"TotalLaps":56}}`)
	f("LapCount", `{"CurrentLap":2}`, false, `{"LapCount":{"CurrentLap":2,"TotalLaps":56}}`)
	f("LapCount", `{"CurrentLap":3}`, true, `{"LapCount":{"CurrentLap":3}}`)
	f("CarData.z", `"7ZSx"`, false, `{"CarData.z":"7ZSx","LapCount":{"CurrentLap":3}}`)
	f("CarData.z", `7ZSy`, false, `{"CarData.z":"7ZSy","LapCount":{"CurrentLap":3}}`)
	f("Heartbeat", `{"Utc":"1","_kf":true}`, true, `{"CarData.z":"7ZSy","Heartbeat":{"Utc":"1"},"LapCount":{"CurrentLap":3}}`)
	f("Heartbeat", `{"Other":1}`, false, `{"CarData.z":"7ZSy","Heartbeat":{"Other":1},"LapCount":{"CurrentLap":3}}`)
	f("SessionInfo", `{"Key":1}`, false, `{"CarData.z":"7ZSy","Heartbeat":{"Other":1},"LapCount":{"CurrentLap":3},"SessionInfo":{"Key":1}}`)
	f("SessionInfo", `{"SessionStatus":"Started"}`, false, `{"CarData.z":"7ZSy","Heartbeat":{"Other":1},"LapCount":{"CurrentLap":3},"SessionInfo":{"Key":1,"SessionStatus":"Started"}}`)
	f("SessionInfo", `{"Key":2}`, true, `{"SessionInfo":{"Key":2}}`)
	f("BrandNew", `{"x":{"0":1}}`, false, `{"BrandNew":{"x":{"0":1}},"SessionInfo":{"Key":2}}`)

	refuse := func(topic, payload string, want error) {
		t.Helper()
		hash := s.Hash()
		err := s.Apply(&Message{Topic: topic, Payload: []byte(payload)})
		if !errors.Is(err, want) || s.Hash() != hash {
			t.Errorf("%s %.30s: %v, want %v and no change", topic, payload, err, want)
		}
	}
	refuse("", `{}`, ErrTopic)
	refuse("a\xff", `{}`, ErrTopic)
	refuse(strings.Repeat("a", 200), `{}`, ErrTopic)
	refuse("LapCount", ``, ErrSyntax)
	refuse("BrandNew", `"bare"`, ErrShape)
	refuse("BrandNew", `[1]`, ErrShape)
	refuse("BrandNew", `{"Sectors":{"1000000000":1}}`, ErrIndex)
}

func TestStateClone(t *testing.T) {
	var s State
	apply(t, &s, "LapCount", `{"CurrentLap":1}`, true)
	c := s.Clone()
	if c.Hash() != s.Hash() {
		t.Error("a clone has another hash")
	}
	apply(t, c, "LapCount", `{"CurrentLap":2}`, false)
	if text, _ := s.Topic("LapCount").Get("CurrentLap").Text(); text != "1" || c.Hash() == s.Hash() {
		t.Errorf("the clone is not independent: %s", text)
	}
	var empty State
	if got := string(empty.AppendSnapshot(nil)); got != "{}" || len(empty.Topics()) != 0 || empty.Clone().Hash() != empty.Hash() {
		t.Errorf("empty state: %s", got)
	}
}

func TestStateTopicsAreBounded(t *testing.T) {
	var s State
	var err error
	for i := 0; err == nil && i < 10*maxTopics; i++ {
		err = s.Apply(&Message{Topic: strings.Repeat("x", i%100) + string(rune('a'+i/100)), Payload: []byte(`{}`)})
	}
	if !errors.Is(err, ErrLimit) || len(s.Topics()) != maxTopics {
		t.Errorf("%d topics, %v", len(s.Topics()), err)
	}
}

// conflicts counts where a delta of the archive does not fit its state in ways the rules only tolerate.
func conflicts(state, delta *Node, path string, report func(path, what string)) {
	if state == nil || delta == nil || state.Kind() == Null {
		return
	}
	scalar := func(n *Node) bool { return n.Kind() < Array }
	switch {
	case scalar(state) != scalar(delta), state.Kind() == Object && delta.Kind() == Array:
		report(path, state.Kind().String()+" meets "+delta.Kind().String())
	case state.Kind() == Array && delta.Kind() == Object:
		next := state.Len()
		for key, v := range delta.Fields() {
			i, ok := listIndex(key)
			switch {
			case !ok:
				report(path, "list has the key "+key)
			case i > next:
				report(path, "index gap before "+key)
			case i == next:
				next++
			default:
				conflicts(state.Get(key), v, path+"."+key, report)
			}
		}
	case delta.Kind() == Object:
		for key, v := range delta.Fields() {
			if key == deletedKey {
				for _, k := range v.Items() {
					name, _ := k.Text()
					if state.Get(name) == nil {
						report(path, "deletes the missing key "+name)
					}
				}
				continue
			}
			conflicts(state.Get(key), v, path+"."+key, report)
		}
	}
}

// Every topic of every archive session merges without a conflict, and the same result comes out as from
// encoding/json's view of the same rules being obeyed: valid JSON without steering keys.
func TestStateArchive(t *testing.T) {
	root := sharedData(t, "live-timing")
	files, messages, deletions := 0, 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".jsonStream.gz") {
			return err
		}
		topic := strings.TrimSuffix(filepath.Base(path), ".jsonStream.gz")
		files++
		var s State
		for i, p := range archivePayloads(t, path) {
			messages++
			if !IsEvent(topic) {
				delta, err := ParseNode(p)
				if err != nil {
					t.Errorf("%s line %d: %v", path, i+1, err)
					continue
				}
				deletions += strings.Count(string(p), deletedKey)
				conflicts(s.Topic(topic), delta, topic, func(place, what string) {
					t.Errorf("%s line %d: %s: %s", path, i+1, place, what)
				})
			}
			if err := s.Apply(&Message{Topic: topic, Payload: p}); err != nil {
				t.Errorf("%s line %d: %v", path, i+1, err)
			}
		}
		snapshot := s.AppendSnapshot(nil)
		if !json.Valid(snapshot) || strings.Contains(string(snapshot), deletedKey) || strings.Contains(string(snapshot), keyframeKey) {
			t.Errorf("%s: the state is not clean JSON", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d messages, %d with deletions", files, messages, deletions)
	if files < 100 || messages < 100_000 || deletions == 0 {
		t.Errorf("only %d files, %d messages, %d deletions were seen", files, messages, deletions)
	}
}

func BenchmarkStateApply(b *testing.B) {
	payloads := archivePayloads(b, filepath.Join(sharedData(b, mexicoQualifying...), "TimingData.jsonStream.gz"))
	b.ReportAllocs()
	for b.Loop() {
		var s State
		for _, p := range payloads {
			if err := s.Apply(&Message{Topic: TopicTimingData, Payload: p}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(payloads)), "ns/message")
}

func BenchmarkParseNode(b *testing.B) {
	payloads := archivePayloads(b, filepath.Join(sharedData(b, mexicoQualifying...), "TimingData.jsonStream.gz"))
	size := 0
	for _, p := range payloads {
		size += len(p)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range payloads {
			if _, err := ParseNode(p); err != nil {
				b.Fatal(err)
			}
		}
	}
}
