package strategy

import (
	"time"

	"pitwall.live/internal/f1"
)

// Ideal is a car's ideal lap: its best sectors put together, deleted laps left out; by part in qualifying.
type Ideal struct {
	Number  int
	Part    int              // of qualifying, 0 in other sessions
	Sectors [3]time.Duration // best of each
	Ideal   time.Duration    // their sum
	Best    f1.Opt[time.Duration]
	Laps    int // with at least one sector timed
}

func ideals(r *Race) []Ideal {
	var out []Ideal
	first := 0 // of the car's in out
	for i := range r.Laps {
		row := &r.Laps[i]
		if i > 0 && r.Laps[i-1].DriverNumber != row.DriverNumber {
			first = len(out)
		}
		sectors := [3]f1.Opt[time.Duration]{row.Sector1, row.Sector2, row.Sector3}
		if row.PitIn.Known { // a lane may be shorter than the road
			sectors[2] = f1.Opt[time.Duration]{}
		}
		if row.InPitAtStart || row.PitOut.Known {
			sectors[0] = f1.Opt[time.Duration]{}
		}
		if row.Deleted || !sectors[0].Known && !sectors[1].Known && !sectors[2].Known {
			continue
		}
		at := -1
		for j := first; j < len(out); j++ {
			if out[j].Part == row.Part {
				at = j
			}
		}
		if at < 0 {
			at = len(out)
			out = append(out, Ideal{Number: row.DriverNumber, Part: row.Part})
		}
		out[at].take(sectors, row.LapTime)
	}
	complete := out[:0]
	for _, id := range out {
		if id.Sectors[0] > 0 && id.Sectors[1] > 0 && id.Sectors[2] > 0 {
			id.Ideal = id.Sectors[0] + id.Sectors[1] + id.Sectors[2]
			complete = append(complete, id)
		}
	}
	return complete
}

func (id *Ideal) take(sectors [3]f1.Opt[time.Duration], lap f1.Opt[time.Duration]) {
	id.Laps++
	for s, v := range sectors {
		if v.Known && (id.Sectors[s] == 0 || v.Value < id.Sectors[s]) {
			id.Sectors[s] = v.Value
		}
	}
	if lap.Known && (!id.Best.Known || lap.Value < id.Best.Value) {
		id.Best = lap
	}
}
