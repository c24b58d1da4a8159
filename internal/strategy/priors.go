package strategy

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"math"
	"slices"
	"sync"
	"time"
)

// Priors are what is assumed before a session has told: learned by [Learn] from lap tables of past seasons.
type Priors struct {
	Seasons  []int                      `json:"seasons"`
	Circuits map[string]map[string]Loss `json:"circuits"` // by circuit id and condition
	All      map[string]Loss            `json:"all"`      // of a circuit nobody knows
	// Between is the standard deviation of a circuit's median from season to season, Elsewhere that from
	// circuit to circuit, by condition.
	Between   map[string]int  `json:"between_ms"`
	Elsewhere map[string]int  `json:"elsewhere_ms"`
	Tyres     map[string]Tyre `json:"tyres"`     // by compound; "" is any other
	Fuel      Share           `json:"fuel"`      // seconds a lap per lap driven, divided by the square of the lap time in seconds
	Following Share           `json:"following"` // share of the lap time that a lap in another's wake costs
	// Answers are the chances that, when one car stops, another ahead within a stop's loss comes in before the
	// first one's out-lap is over, by the age of its set in quarters of its life, the last one for all older.
	Answers []float64 `json:"answers"`
}

// Loss is what stops cost: the weighted middle, what one in ten is below, one in ten above, and of how many.
type Loss struct {
	MedianMS int `json:"median_ms"`
	LowMS    int `json:"low_ms"`
	HighMS   int `json:"high_ms"`
	Stops    int `json:"stops"`
}

func (l Loss) median() time.Duration { return time.Duration(l.MedianMS) * time.Millisecond }

// leastSpread is what stops differ by at the least, in seconds: the work on the wheels alone does.
const leastSpread = .4

// spread is one standard deviation in seconds.
func (l Loss) spread() float64 {
	return max(leastSpread, float64(l.HighMS-l.LowMS)/1000/(2*tenth))
}

// Share is an estimate as a share, with the standard deviation of single races and their number.
type Share struct {
	Median float64 `json:"median"`
	Spread float64 `json:"spread"`
	Races  int     `json:"races"`
}

// Tyre is a compound's behaviour: Wear a lap of age and Offset against a new medium set as shares of the lap
// time; Life is the age as a share of a full race's laps that one stint in ten exceeds.
type Tyre struct {
	Wear   Share   `json:"wear"`
	Offset Share   `json:"offset"`
	Life   float64 `json:"life"`
}

//go:generate go run ./gen -out priors.json

//go:embed priors.json
var learned []byte

// Learned returns what this package has learned; the caller must not change it.
var Learned = sync.OnceValue(func() *Priors {
	var p Priors
	if err := json.Unmarshal(learned, &p); err != nil {
		panic("strategy: priors.json: " + err.Error()) // part of the program, tested
	}
	return &p
})

// fade is what a season counts against the one after it: lanes, limits and the work change.
const fade = .75

// Learn makes priors of races, each with its circuit and season in Session. The losses of a circuit are
// weighted by season; conditions with few stops lean on the circuit's green loss and the ratio elsewhere.
func Learn(races []*Race) *Priors {
	p := &Priors{Circuits: map[string]map[string]Loss{}, All: map[string]Loss{}, Between: map[string]int{}, Elsewhere: map[string]int{}}
	newest := 0
	for _, r := range races {
		if s := r.Session.Season.Or(0); !slices.Contains(p.Seasons, s) {
			p.Seasons, newest = append(p.Seasons, s), max(newest, s)
		}
	}
	slices.Sort(p.Seasons)
	fields := make([]*field, len(races))
	all := map[string][]sample{}
	for i, r := range races {
		fields[i] = newField(r)
		for _, l := range fields[i].losses() {
			s := r.Session.Season.Or(0)
			all[l.Under] = append(all[l.Under], sample{r.Session.CircuitID, s, l.Loss.Seconds(), math.Pow(fade, float64(newest-s))})
		}
	}
	for _, under := range []string{Green, VSC, SC} {
		p.learnLosses(under, all[under])
	}
	p.learnPace(fields)
	p.learnAnswers(fields)
	return p
}

// sample is a stop in a circuit's history.
type sample struct {
	circuit string
	season  int
	loss    float64 // seconds
	weight  float64
}

// enough is how many weighted stops in a condition make a circuit's own figure; with fewer it leans on others.
const enough = 6

func (p *Priors) learnLosses(under string, all []sample) {
	circuits := map[string][]sample{}
	for _, s := range all {
		circuits[s.circuit] = append(circuits[s.circuit], s)
	}
	typical := 1.0 // of the circuit's green loss
	if under != Green {
		var ratios []sample
		for id, of := range circuits {
			if green, ok := p.Circuits[id][Green]; ok {
				ratios = append(ratios, sample{loss: quantile(of, .5) / green.median().Seconds(), weight: min(enough, float64(len(of)))})
			}
		}
		typical = quantile(ratios, .5)
	}
	var medians, seasons, inside []sample
	for id, of := range circuits {
		m := quantile(of, .5)
		medians = append(medians, sample{id, 0, m, 1})
		seasons = append(seasons, apart(of, m)...)
		for _, s := range of {
			inside = append(inside, sample{loss: s.loss - m, weight: s.weight})
		}
	}
	low, high := quantile(inside, .1), quantile(inside, .9)
	middle := quantile(medians, .5)
	p.All[under] = Loss{milli(middle), milli(middle + low), milli(middle + high), 0}
	p.Between[under] = milli(max(.3, robust(seasons)))
	p.Elsewhere[under] = milli(robust(deviations(medians, middle)))
	ids := map[string]bool{}
	for id := range p.Circuits {
		ids[id] = true
	}
	for id := range circuits {
		ids[id] = true
	}
	for id := range ids {
		base := middle
		if green, ok := p.Circuits[id][Green]; ok && under != Green {
			base = typical * green.median().Seconds()
		}
		if p.Circuits[id] == nil {
			p.Circuits[id] = map[string]Loss{}
		}
		p.Circuits[id][under] = lean(circuits[id], base, low, high)
	}
}

// lean is a circuit's loss: its own quantiles where there are enough stops, drawn to the base and the usual
// spread where there are few.
func lean(of []sample, base, low, high float64) Loss {
	weight := 0.0
	for _, s := range of {
		weight += s.weight
	}
	own := weight / (weight + enough)
	if len(of) == 0 {
		return Loss{milli(base), milli(base + low), milli(base + high), 0}
	}
	m := quantile(of, .5)
	tails := weight / (weight + 4*enough) // which few stops tell less of
	l, h := tails*(quantile(of, .1)-m)+(1-tails)*low, tails*(quantile(of, .9)-m)+(1-tails)*high
	m = own*m + (1-own)*base
	return Loss{milli(m), milli(m + l), milli(m + h), len(of)}
}

// apart is how far the median of each season with stops enough is from that of all.
func apart(of []sample, m float64) []sample {
	seasons := map[int][]sample{}
	for _, s := range of {
		seasons[s.season] = append(seasons[s.season], sample{loss: s.loss, weight: 1})
	}
	var out []sample
	for _, one := range seasons {
		if len(seasons) > 1 && len(one) >= enough {
			out = append(out, sample{loss: quantile(one, .5) - m, weight: 1})
		}
	}
	return out
}

func deviations(of []sample, m float64) []sample {
	out := make([]sample, len(of))
	for i, s := range of {
		out[i] = sample{loss: s.loss - m, weight: s.weight}
	}
	return out
}

// robust is the standard deviation of deviations from 0, robustly.
func robust(of []sample) float64 {
	out := make([]sample, len(of))
	for i, s := range of {
		out[i] = sample{loss: math.Abs(s.loss), weight: s.weight}
	}
	return 1.4826 * quantile(out, .5)
}

// quantile is the weighted quantile of the losses; 0 of none. It sorts them.
func quantile(of []sample, q float64) float64 {
	slices.SortFunc(of, func(a, b sample) int { return cmp.Compare(a.loss, b.loss) })
	total := 0.0
	for _, s := range of {
		total += s.weight
	}
	sum := 0.0
	for i, s := range of {
		sum += s.weight
		if sum > q*total || i == len(of)-1 {
			return s.loss
		}
	}
	return 0
}

func milli(s float64) int { return int(math.Round(s * 1000)) }

// loss is what is known of a circuit's stops in a condition, and the standard deviation of its median.
func (p *Priors) loss(circuit, under string) (Loss, time.Duration) {
	if l, ok := p.Circuits[circuit][under]; ok && l.Stops > 0 {
		return l, time.Duration(p.Between[under]) * time.Millisecond
	} else if ok { // by the circuit's green loss
		return l, time.Duration(p.Between[under]) * 2 * time.Millisecond
	}
	return p.All[under], time.Duration(p.Elsewhere[under]) * time.Millisecond
}
