package timing

import "testing"

// TestTimedLikeTheLapBefore: a lap whose time and one sector equal those of the lap before has neither in the
// feed; what was sent tells that it was so. Where the sum is another, nothing is concluded.
func TestTimedLikeTheLapBefore(t *testing.T) {
	f := func(sectors [3]millis, number int32, want millis, wantSector millis) {
		t.Helper()
		c := &Car{}
		c.laps = []lap{{number: 24, closed: true, time: 67172, sectors: [3]millis{17172, 29543, 20457}}, {number: number, closed: true, sectors: sectors}}
		got, all := c.timed(true, 1)
		if got != want || all[0] != wantSector {
			t.Errorf("%v: %d, sector 1 %d, want %d, %d", sectors, got, all[0], want, wantSector)
		}
	}
	f([3]millis{0, 29570, 20430}, 25, 67172, 17172)
	f([3]millis{0, 29570, 20431}, 25, 0, 0)
	f([3]millis{0, 29570, 20430}, 26, 0, 0)
	f([3]millis{0, 0, 20430}, 25, 0, 0)
	f([3]millis{17100, 29570, 20430}, 25, 67100, 17100)
}
