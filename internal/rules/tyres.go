package rules

import (
	"cmp"
	"slices"
	"strings"

	"pitwall.live/internal/f1"
)

// Duty is what a driver must do with his tyres in a race.
type Duty struct {
	Compounds   int // different dry compounds to use, unless intermediates or wets were; 0: no such duty
	Sets        int // sets of any kind to use; 0: no such duty
	MaxLaps     int // that a set may cover, those before the race included; 0: no limit
	UsedMaxLaps int // of a set that was used before the race, where that is another number; else 0
}

// TyreDuty is the duty of a session at a circuit, which goes by the slug of the feed's name ("monte_carlo") or
// another usual name. Sprints have none.
func (b Book) TyreDuty(t f1.SessionType, circuit string) Duty {
	if t != f1.Race {
		return Duty{}
	}
	id := f1.Slug(circuit)
	if same, ok := alsoKnownAs[id]; ok {
		id = same
	}
	if d, ok := b.TyresAt[id]; ok {
		return d
	}
	return b.Tyres
}

// alsoKnownAs are other names of the circuits in Book.TyresAt.
var alsoKnownAs = map[string]string{
	"monaco": "monte_carlo", "circuit_de_monaco": "monte_carlo",
	"losail": "lusail", "losail_international_circuit": "lusail", "lusail_international_circuit": "lusail",
}

// Used is what a driver has done with his tyres so far in a race.
type Used struct {
	Compounds []string     // of every set fitted, in order, the current one last, in the feed's words; "" or UNKNOWN: not known
	Age       f1.Opt[int]  // laps on the current set
	Fresh     f1.Opt[bool] // the current set was new when it was fitted
	LapsToGo  f1.Opt[int]  // laps still to complete
}

// Obligation is what a driver still has to do with his tyres.
type Obligation struct {
	Compounds int         // different dry compounds he still has to use
	Sets      int         // sets he still has to use
	Stops     int         // fewest stops that fulfil all of it, with new sets
	LapsOnSet f1.Opt[int] // laps that the current set may still do, below 0 where it did too many; unknown: no limit or age unknown
	// Unsure: a set of unknown compound may have fulfilled some of it. The numbers hold if it did not.
	Unsure bool
}

// Done reports that nothing is left to do.
func (o Obligation) Done() bool { return o.Stops == 0 }

// Left is what remains of the duty. What relieves a driver of two dry compounds is that he used
// intermediates or wets himself (30.5 m); that the track was declared wet, or that others did, does not.
// Who ends a race without having done it is disqualified or, where the race could not be resumed, gets 30 s.
func (d Duty) Left(u Used) Obligation {
	var o Obligation
	dry, wet, unknown := compounds(u.Compounds)
	if !wet {
		o.Compounds = max(d.Compounds-dry, 0)
	}
	o.Sets = max(d.Sets-len(u.Compounds), 0)
	o.Unsure = o.Compounds > 0 && unknown
	o.Stops = max(o.Compounds, o.Sets)
	if len(u.Compounds) == 0 && o.Stops > 0 {
		o.Stops-- // he starts on one of them
	}
	if d.MaxLaps > 0 && u.Age.Known {
		limit := d.MaxLaps
		if u.Fresh.Known && !u.Fresh.Value {
			limit = cmp.Or(d.UsedMaxLaps, limit)
		}
		o.LapsOnSet = f1.Some(limit - u.Age.Value)
		if beyond := u.LapsToGo.Value - max(o.LapsOnSet.Value, 0); u.LapsToGo.Known && beyond > 0 {
			o.Stops = max(o.Stops, (beyond+d.MaxLaps-1)/d.MaxLaps)
		}
	}
	return o
}

// compounds counts the different dry compounds and tells whether there were wet or unknown ones.
func compounds(sets []string) (dry int, wet, unknown bool) {
	var seen []string
	for _, c := range sets {
		c = strings.ToUpper(c)
		switch {
		case c == "INTERMEDIATE" || c == "WET":
			wet = true
		case !slices.Contains(dryCompounds, c):
			unknown = true
		case !slices.Contains(seen, c):
			seen = append(seen, c)
		}
	}
	return len(seen), wet, unknown
}

// dryCompounds in the feed's words; the first four are of 2018.
var dryCompounds = []string{"HYPERSOFT", "ULTRASOFT", "SUPERSOFT", "SUPERHARD", "SOFT", "MEDIUM", "HARD"}
