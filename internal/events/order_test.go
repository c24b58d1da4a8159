package events_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// swapKinds are the kinds that a change of order may have.
var swapKinds = []f1.EventKind{events.OvertakeOnTrack, events.OrderPit, events.OrderIncident, events.OrderPenalty, events.OrderLapping,
	events.OrderNeutral, events.OrderTiming, events.OrderOther}

// swapKey names an observed swap: when it was shown, the car that is now ahead, the one behind.
type swapKey struct {
	at         int64
	car, other int
}

// observed finds every pair of cars that a message turned round once the session had started, without the
// detectors: by sorting the places anew after each message.
func observed(messages []feed.Message) map[swapKey]bool {
	swaps := map[swapKey]bool{}
	s := timing.New()
	var order []int
	begun := false
	for i := range messages {
		ch := s.Apply(&messages[i])
		if !s.IsRace() {
			continue
		}
		if ch.Parts&timing.PartRollOver != 0 {
			order, begun = nil, false
		}
		was := slices.Clone(order)
		order = order[:0]
		for n, c := range s.Cars {
			if c.Position > 0 {
				order = append(order, n)
			}
		}
		rank := func(n int) int {
			if k := slices.Index(was, n); k >= 0 {
				return k
			}
			return len(was) + n
		}
		sort.Slice(order, func(i, j int) bool {
			a, b := s.Cars[order[i]], s.Cars[order[j]]
			if a.Position != b.Position {
				return a.Position < b.Position
			}
			return rank(a.Number) < rank(b.Number)
		})
		begun = begun || s.Status != "" && s.Status != f1.StatusInactive
		if !begun || messages[i].Snapshot {
			continue
		}
		for k, ahead := range order {
			for _, behind := range order[k+1:] {
				a, b := slices.Index(was, ahead), slices.Index(was, behind)
				if a >= 0 && b >= 0 && b < a {
					swaps[swapKey{messages[i].Time.UnixNano(), ahead, behind}] = true
				}
			}
		}
	}
	return swaps
}

// swapsTold are the changes of order told at the end of a journal, and how often each.
func swapsTold(journal []f1.Event) (map[swapKey]f1.EventKind, []string) {
	told, problems := map[swapKey]f1.EventKind{}, []string{}
	for _, e := range events.Newest(journal) {
		if !slices.Contains(swapKinds, e.Kind) || e.Status == f1.Retracted {
			continue
		}
		k := swapKey{e.Time.UnixNano(), e.Car.Value, e.Other.Value}
		if old, twice := told[k]; twice {
			problems = append(problems, fmt.Sprintf("%v is both %s and %s", k, old, e.Kind))
		}
		told[k] = e.Kind
	}
	return told, problems
}

// TestEverySwapHasOneKind: each change of order that any recording shows is told exactly once, at most 5 % as
// other.
func TestEverySwapHasOneKind(t *testing.T) {
	total, other := 0, 0
	for _, path := range recordings(t) {
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		swaps := observed(messages)
		if len(swaps) == 0 {
			continue
		}
		d, _ := detect(messages)
		told, problems := swapsTold(d.Journal())
		for _, p := range problems {
			t.Errorf("%s: %s", path, p)
		}
		n := map[f1.EventKind]int{}
		for k := range swaps {
			kind, ok := told[k]
			if !ok {
				t.Errorf("%s: swap %v is not told", path, k)
			}
			n[kind]++
			delete(told, k)
		}
		for k, kind := range told {
			t.Errorf("%s: %s %v was told and not seen", path, kind, k)
		}
		t.Logf("%s: %d swaps: %v", path, len(swaps), n)
		if n[events.OrderOther]*20 > len(swaps) {
			t.Errorf("%s: %d of %d swaps are other", path, n[events.OrderOther], len(swaps))
		}
		total, other = total+len(swaps), other+n[events.OrderOther]
	}
	t.Logf("%d swaps, %d other", total, other)
	if total < 500 {
		t.Errorf("%d swaps in all recordings, there are more", total)
	}
}

// label is one swap labelled by hand; testdata/swaps/README.md says how.
type label struct {
	offset        uint64
	car, other    int
	kind, subtype string
	sure          bool
}

func labels(t *testing.T, recording string) []label {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "swaps", recording+"_*.csv"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no labels of %s (%v)", recording, err)
	}
	var all []label
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			offset, err1 := strconv.ParseUint(r[0], 10, 64)
			car, err2 := strconv.Atoi(r[3])
			other, err3 := strconv.Atoi(r[4])
			if err1 != nil || err2 != nil || err3 != nil {
				t.Fatalf("%s: %v", path, r)
			}
			all = append(all, label{offset, car, other, r[5], r[6], r[7] == "1"})
		}
	}
	return all
}

// TestLabelledSwaps judges the passes on the track by the swaps labelled by hand.
func TestLabelledSwaps(t *testing.T) {
	f := func(name, path string) {
		t.Helper()
		messages := reference.Messages(t, reference.Path(t, "live-timing", path))
		d, _ := detect(messages)
		told, _ := swapsTold(d.Journal())
		all := labels(t, name)
		confusion := map[string]int{}
		right, wrong, missed := 0, 0, 0
		for _, l := range all {
			kind, ok := told[swapKey{messages[l.offset-1].Time.UnixNano(), l.car, l.other}]
			if !ok {
				t.Errorf("%s: %v is labelled and not told", name, l)
			}
			word := strings.TrimPrefix(strings.TrimPrefix(string(kind), "order.changed."), "overtake.")
			confusion[l.kind+" as "+word]++
			if (l.kind == "on_track") != (kind == events.OvertakeOnTrack) {
				t.Logf("%s: %+v told as %s", name, l, word)
			}
			switch {
			case l.kind == "on_track" && kind == events.OvertakeOnTrack:
				right++
			case l.kind == "on_track":
				missed++
			case kind == events.OvertakeOnTrack:
				wrong++
			}
		}
		precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(right+missed)
		t.Logf("%s: %d swaps, passes on the track: precision %.1f %%, recall %.1f %%; %v", name, len(all), 100*precision, 100*recall, confusion)
		if precision < .9 || recall < .9 {
			t.Errorf("%s: precision %.3f and recall %.3f, both must be .9", name, precision, recall)
		}
	}
	f("azerbaijan_2018", azerbaijan2018)
	f("miami_2025_sprint", miami2025)
}
