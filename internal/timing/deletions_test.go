package timing

import (
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/racecontrol"
)

func TestDeletionOf(t *testing.T) {
	f := func(msg string, want deletion, ok bool) {
		t.Helper()
		said := racecontrol.Parse(&f1.RaceControlRow{Message: msg})
		if got, gotOK := deletionOf(&said); gotOK != ok || ok && got != want {
			t.Errorf("%q: %+v %v, want %+v", msg, got, gotOK, want)
		}
	}
	clock := func(h, m, s int32) int32 { return h*3600 + m*60 + s }
	f("CAR 3 (VER) TIME 1:39.582 DELETED - TRACK LIMITS AT TURN 2 LAP 5 15:10:57",
		deletion{car: 3, lapTime: 99582, lap: 5, clock: clock(15, 10, 57), reason: "TRACK LIMITS AT TURN 2"}, true)
	f("CAR 43 (COL) LAP DELETED - TRACK LIMITS AT TURN 3 LAP 9 15:16:30 (PIT)",
		deletion{car: 43, lap: 9, clock: clock(15, 16, 30), reason: "TRACK LIMITS AT TURN 3"}, true)
	f("CAR 23 (ALB) TIME 1:20.456 DELETED - TRACK LIMITS AT TURN 11",
		deletion{car: 23, lapTime: 80456, clock: -1, reason: "TRACK LIMITS AT TURN 11"}, true)
	f("CORRECTION: CAR 55 (SAI) TIME 16:05.442 DELETED - TRACK LIMITS AT TURN 11 LAP 8 16:50:42",
		deletion{car: 55, lapTime: 965442, lap: 8, clock: clock(16, 50, 42), reason: "TRACK LIMITS AT TURN 11"}, true)
	f("CAR 4 (NOR) TIME 1:26.721 REINSTATED", deletion{car: 4, lapTime: 86721, clock: -1, reinstated: true}, true)
	f("CAR 44 TIME 1:26.721 DELETED", deletion{car: 44, lapTime: 86721, clock: -1}, true)
	f("BLACK AND WHITE FLAG FOR CAR 4 (NOR) - TRACK LIMITS", deletion{}, false)
	f("CAR FOUR TIME DELETED", deletion{}, false)
	f("DELETED CAR 4", deletion{}, false)
	f("", deletion{}, false)
}

// TestDeletedLapAmongEqualOnes: of laps with one time the deletion means the one of the offence, also when
// the feed did not repeat the time.
func TestDeletedLapAmongEqualOnes(t *testing.T) {
	const second = int64(1e9)
	begin := int64(1_750_000_000) * second
	lapFrom := func(from int64, time millis) lap {
		return lap{start: begin + from*second, end: begin + (from+68)*second, closed: true, time: time, sectors: [3]millis{17000, 30000, 21000}}
	}
	c := &Car{Number: 27}
	c.laps = []lap{lapFrom(0, 68000), lapFrom(68, 0), lapFrom(136, 69000)}
	s := &Session{Cars: map[int]*Car{27: c}}
	s.raceHint = true
	clock := func(at int64) int32 { return int32((begin/second + at) % 86400) }
	f := func(at int64, want int) {
		t.Helper()
		d := deletion{car: 27, lapTime: 68000, clock: clock(at), at: begin + 300*second, heard: begin + 300*second}
		if got := s.deletedLap(c, &d); got != want {
			t.Errorf("offence at %d s: lap %d, want %d", at, got, want)
		}
	}
	f(20, 0)
	f(100, 1)
	f(-500, 1) // nobody knows when: the newest
}

func FuzzDeletionOf(f *testing.F) {
	f.Add("CAR 3 (VER) TIME 1:39.582 DELETED - TRACK LIMITS AT TURN 2 LAP 5 15:10:57")
	f.Add("CAR 43 (COL) LAP DELETED - TRACK LIMITS AT TURN 3 LAP 9 15:16:30 (PIT)")
	f.Add("CAR 4 LAP REINSTATED - LAP")
	f.Fuzz(func(t *testing.T, msg string) {
		said := racecontrol.Parse(&f1.RaceControlRow{Message: msg})
		d, ok := deletionOf(&said)
		if ok && (d.car < 1 || d.car > maxCarNumber || d.lap < 0 || d.lapTime < 0 || d.clock >= 24*3600) {
			t.Fatalf("%q: %+v", msg, d)
		}
	})
}
