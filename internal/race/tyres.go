package race

// Compound is a kind of tyre.
type Compound uint8

// The compounds, softest first, then the wet-weather ones.
const (
	Soft Compound = iota
	Medium
	Hard
	Intermediate
	Wet
	compounds
)

// String returns the feed's word.
func (c Compound) String() string {
	return [...]string{"SOFT", "MEDIUM", "HARD", "INTERMEDIATE", "WET"}[c]
}

// Dry reports whether the compound counts towards the duty of two dry compounds.
func (c Compound) Dry() bool { return c <= Hard }

// Set is one set of tyres on a car.
type Set struct {
	Compound Compound
	Start    int // laps on it when fitted
	Age      int // laps on it now
}

// Fresh reports whether the set had not been run when it was fitted.
func (s Set) Fresh() bool { return s.Start == 0 }

// rubber is a compound's behaviour in shares of the lap time; life in laps of a 300 km race.
var rubber = [compounds]struct {
	offset float64 // slower than a new soft
	wear   float64 // per lap of age
	life   float64 // laps until the cliff
	warm   float64 // lost on the lap out of the pits
}{
	Soft:         {0, .0011, 17, .006},
	Medium:       {.0055, .0007, 28, .010},
	Hard:         {.0105, .00045, 42, .016},
	Intermediate: {.05, .0006, 40, .012},
	Wet:          {.085, .0006, 45, .012},
}

// cost returns the share of the lap time a set loses on a track of the given wetness (0 dry, 1 flooded).
func (s Set) cost(wetness, distance float64, firstLap bool) float64 {
	r := rubber[s.Compound]
	t := r.offset + s.Compound.Worn(s.Age, distance)
	if firstLap {
		t += r.warm
	}
	switch {
	case s.Compound.Dry():
		t += .32 * wetness * wetness
		if wetness > .08 {
			t += .02
		}
	case s.Compound == Intermediate:
		d := wetness - .42
		t += .22 * d * d
		if wetness < .18 {
			t += (.18 - wetness) * .18
		}
	default:
		d := wetness - .85
		t += .16 * d * d
	}
	return t
}

// Worn returns the share of the lap time that a set of an age is slower than a new one, in a session over the
// given share of a 300 km race.
func (c Compound) Worn(age int, distance float64) float64 {
	r := rubber[c]
	t := r.wear * float64(age) / distance
	if over := float64(age) - r.life*distance; over > 0 {
		t += .0035 * over
	}
	return t
}

// best returns the compound to fit for a wetness; dry is what to use when it is dry.
func best(wetness float64, dry Compound) Compound {
	switch {
	case wetness > .85:
		return Wet
	case wetness > .17:
		return Intermediate
	}
	return dry
}
