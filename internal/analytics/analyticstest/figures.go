package analyticstest

import (
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
)

func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(o f1.Opt[int]) any {
	if !o.Known {
		return nil
	}
	return float64(o.Value)
}

func float(o f1.Opt[float64]) any {
	if !o.Known {
		return nil
	}
	return o.Value
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ms is a duration as the tables have it: in whole milliseconds.
func ms(d time.Duration) float64 { return float64(d.Milliseconds()) }

// lower is the lower of a and a sector in milliseconds.
func lower(a any, sector f1.Opt[time.Duration]) any {
	if !sector.Known || a != nil && a.(float64) <= ms(sector.Value) {
		return a
	}
	return ms(sector.Value)
}

func atof(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err) // the arguments are those of our own tests
	}
	return f
}

func least(v []float64) any {
	if len(v) == 0 {
		return nil
	}
	return slices.Min(v)
}

func most(v []float64) any {
	if len(v) == 0 {
		return nil
	}
	return slices.Max(v)
}

func middle(v []float64) any { return quantile(v, .5) }

// quantile is where the share p of the values lies below, between the two next to it in proportion.
func quantile(v []float64, p float64) any {
	if len(v) == 0 {
		return nil
	}
	v = slices.Clone(v)
	slices.Sort(v)
	at := p * float64(len(v)-1)
	low := int(at)
	high := min(low+1, len(v)-1)
	return v[low]*(1-(at-float64(low))) + v[high]*(at-float64(low))
}
