package wire_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"pitwall.live/internal/wire"
)

// mergePatch is RFC 7396, written from its text, as a client has it.
func mergePatch(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	t, ok := target.(map[string]any)
	if !ok {
		t = map[string]any{}
	}
	for k, v := range p {
		if v == nil {
			delete(t, k)
		} else {
			t[k] = mergePatch(t[k], v)
		}
	}
	return t
}

// dropNulls removes null members: a merge patch can not tell null from absent, and neither can a client.
func dropNulls(v any) any {
	if m, ok := v.(map[string]any); ok {
		for k, e := range m {
			if e == nil {
				delete(m, k)
			} else {
				m[k] = dropNulls(e)
			}
		}
	}
	return v
}

func decode(t *rapid.T, v any) any {
	j, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(j, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The patch of any two boards, merged into the first as a client does it, gives the second.
func TestPatchTurnsOldIntoNew(t *testing.T) {
	board := rapid.Custom(func(t *rapid.T) wire.Board {
		ptr := func(name string) *int64 {
			if rapid.Bool().Draw(t, name+"?") {
				return nil
			}
			v := rapid.Int64Range(0, 3).Draw(t, name)
			return &v
		}
		b := wire.Board{
			Status: wire.Text(rapid.SampledFrom([]string{"", "started"}).Draw(t, "status")),
			Track:  wire.Track{Status: wire.Text(rapid.SampledFrom([]string{"clear", "red"}).Draw(t, "track"))},
			Cars:   map[string]wire.Car{},
		}
		if rapid.Bool().Draw(t, "clock") {
			b.Clock = &wire.Clock{RemainingMS: rapid.Int64Range(0, 2).Draw(t, "rem")}
		}
		for _, n := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"1", "4", "44", "81"}), rapid.ID[string]).Draw(t, "cars") {
			b.Cars[n] = wire.Car{
				TLA:     wire.Text(rapid.SampledFrom([]string{"HAM", `"`}).Draw(t, "tla")),
				Gap:     wire.Gap{MS: ptr("gap")},
				Sectors: []wire.Sector{{MS: ptr("s1"), Segments: rapid.SampledFrom([]string{"", "yg."}).Draw(t, "seg")}},
			}
		}
		return b
	})
	rapid.Check(t, func(t *rapid.T) {
		old, new := board.Draw(t, "old"), board.Draw(t, "new")
		patch, err := wire.Patch(&old, &new)
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, old)
		if patch != nil {
			var p any
			if err := json.Unmarshal(patch, &p); err != nil {
				t.Fatalf("patch %s: %v", patch, err)
			}
			got = mergePatch(got, p)
		} else if !reflect.DeepEqual(old, new) {
			t.Fatal("no patch for different boards")
		}
		if want := decode(t, new); !reflect.DeepEqual(dropNulls(got), dropNulls(want)) {
			t.Fatalf("patch %s\n gives %v\n want %v", patch, got, want)
		}
	})
}

// A board that is the same but for one lap time costs no more than finding it.
func BenchmarkPatch(b *testing.B) {
	board := func() wire.Board {
		w := wire.Board{Cars: map[string]wire.Car{}, RaceControl: map[string]wire.RCM{}}
		for i := range 20 {
			w.Cars[string(rune('a'+i))] = wire.Car{}
		}
		for i := range 100 {
			w.RaceControl[string(rune('0'+i))] = wire.RCM{Message: "TRACK CLEAR"}
		}
		return w
	}
	old, new := board(), board()
	new.RaceControl["0"] = wire.RCM{Message: "YELLOW"}
	b.ReportAllocs()
	for b.Loop() {
		patch, err := wire.Patch(&old, &new)
		if err != nil || len(patch) == 0 {
			b.Fatal(err, len(patch))
		}
	}
}
