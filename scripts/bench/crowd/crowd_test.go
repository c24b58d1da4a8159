package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const atStart = "2025-05-04T15:00:00.000Z"

func start(t *testing.T) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, atStart)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func lap(seq, lap int) string {
	return fmt.Sprintf(`{"v":1,"seq":%d,"t":"2025-05-04T15:00:00.%03dZ","offset":%d,"src_t":"2025-05-04T14:00:0%d.5Z","type":"TimingData","data":{"Lines":{"1":{"NumberOfLaps":%d,"GapToLeader":"LAP %d","LastLapTime":{"Value":"1:30.000"}}}}}`,
		seq, 10*seq, 100+seq, seq, lap, lap)
}

// call is what the hub says of lap.
func call(seq, lap int) []byte {
	return fmt.Appendf(nil, `["TimingData",{"Lines":{"1":{"NumberOfLaps":%d,"GapToLeader":"LAP %d","LastLapTime":{"Value":"1:30.000"}}}},"2025-05-04T14:00:0%d.5Z"]`, lap, lap, seq)
}

// A viewer of envelopes knows what is missing, and its lag is that of the oldest message in a frame.
func TestEnvelopes(t *testing.T) {
	v := &viewer{begun: make(chan struct{})}
	at := start(t)
	v.envelope([]byte(`{"v":1,"seq":2,"t":"`+atStart+`","src_t":null,"type":"snapshot","data":{}}`), at)
	v.envelope([]byte(lap(3, 1)), at.Add(40*time.Millisecond))
	v.envelope([]byte(`{"v":1,"seq_from":6,"seq":7,"t":"2025-05-04T15:00:00.090Z","src_t":null,"type":"batch","data":[`+lap(6, 2)+","+lap(7, 3)+"]}"), at.Add(100*time.Millisecond))
	if v.messages != 3 || v.lost != 2 || v.last != 7 || len(v.reads) != 2 {
		t.Errorf("%d messages, %d lost, the last is %d, %d frames", v.messages, v.lost, v.last, len(v.reads))
	}
	for i, want := range []float64{10, 40} {
		if lag, known := ofEnvelope(nil, v.reads[i]); !known || lag != want {
			t.Errorf("frame %d is %v ms behind, not %v", i, lag, want)
		}
	}
}

// What the witness has seen judges the others.
func TestWitness(t *testing.T) {
	w := &witness{}
	for seq := 1; seq <= 5; seq++ {
		if err := w.keep([]byte(lap(seq, seq))); err != nil {
			t.Fatal(err)
		}
	}
	w.finish()
	at := start(t)
	hub := &viewer{}
	hub.calls([][]byte{call(2, 2), call(3, 3)}, at.Add(70*time.Millisecond))
	hub.calls([][]byte{call(5, 5)}, at.Add(80*time.Millisecond))
	if lost, newest := endOfCalls(w, hub); lost != 1 || !newest {
		t.Errorf("%d calls are lost, newest: %v", lost, newest)
	}
	if lag, known := ofCall(w, hub.reads[0]); !known || lag != 50 {
		t.Errorf("the first frame is %v ms behind, %v", lag, known)
	}
	w.rows = w.gapTimes
	push := &viewer{}
	for _, n := range []int{1, 2, 4} {
		push.document("v1/intervals", fmt.Appendf(nil, `{"date":"2025-05-04T14:00:0%d.500000+00:00","driver_number":1,"_id":%d}`, n, n), at.Add(60*time.Millisecond))
	}
	if lost, newest := endOfDocuments(w, push); lost != 2 || newest {
		t.Errorf("%d documents are lost, newest: %v", lost, newest)
	}
	if lag, known := ofDocument(w, push.reads[1]); !known || lag != 40 {
		t.Errorf("the second document is %v ms behind, %v", lag, known)
	}
	answered := at.Add(45 * time.Millisecond).UnixMicro()
	for lap, want := range map[int64]float64{2: 15, 3: 5, 4: 0, 5: 0} {
		if lag, _ := ofLaps(w, read{answered, lap}); lag != want {
			t.Errorf("an answer with lap %d is %v ms behind, not %v", lap, lag, want)
		}
		if lag, _ := ofRows(w, read{answered, w.gapTimes[lap-1]}); lag != want {
			t.Errorf("an answer with the gap of message %d is %v ms behind, not %v", lap, lag, want)
		}
		if lag, known := ofPage(w, read{answered, int64(w.messages[lap-1].payload)}); !known || lag != want {
			t.Errorf("a page with message %d is %v ms behind, not %v", lap, lag, want)
		}
	}
	if !strings.Contains(w.subscribed(), `"TimingData"`) {
		t.Error("the hub's clients do not ask for TimingData")
	}
}

// Of viewers of one group each has to have what another one has.
func TestMissing(t *testing.T) {
	g := &group{viewers: []*viewer{{ids: []int64{1, 2, 3, 4}}, {ids: []int64{3, 4}}, {ids: []int64{2, 4}}}}
	if n := g.missing(); n != 1 {
		t.Errorf("%d documents are missing", n)
	}
}
