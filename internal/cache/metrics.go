package cache

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// Result is what became of one question to a layer.
type Result uint8

// The results. A hit of L3 is an answer 304, a miss one with a body.
const (
	Hit      Result = iota
	Miss            // the layer had nothing
	Stale           // L1: served within the grace while a load renews it
	Load            // origin: the value was made
	NotFound        // the origin says that there is no such thing
	Failed          // the layer or the load failed
	Eviction        // L1: dropped for want of room before its time
	TooLarge        // the value is above the limit of the layer and was not kept
	results
)

var resultNames = [results]string{Hit: "hit", Miss: "miss", Stale: "stale", Load: "load", NotFound: "not_found",
	Failed: "error", Eviction: "eviction", TooLarge: "too_large"}

func (r Result) String() string { return resultNames[r] }

// figures counts by class, layer and result. Every class has its place from the start, so that counting is one
// atomic addition and a rate over a figure exists before its first event.
type figures struct {
	byClass map[string]*[L3 + 1][results]atomic.Uint64
	bumps   atomic.Uint64
	size    func() (bytes uint64, entries int)
	redis   func() (up, configured bool)
}

func newFigures() *figures {
	f := &figures{byClass: make(map[string]*[L3 + 1][results]atomic.Uint64, len(Classes))}
	for _, c := range Classes {
		f.byClass[c.Name] = new([L3 + 1][results]atomic.Uint64)
	}
	return f
}

// count ignores classes that are not in the table, whose entries [Cache.Get] refuses anyway.
func (f *figures) count(class string, l Layer, r Result) {
	if c := f.byClass[class]; c != nil {
		c[l][r].Add(1)
	}
}

// Told counts an answer of the class: 304, which a browser or CDN keeps, or one with a body.
func (c *Cache) Told(class Class, unchanged bool) {
	result := Miss
	if unchanged {
		result = Hit
	}
	c.figures.count(class.Name, L3, result)
}

// Count is how often a class met a result in a layer since the start.
func (c *Cache) Count(class Class, l Layer, r Result) uint64 {
	counts := c.figures.byClass[class.Name]
	if counts == nil {
		return 0
	}
	return counts[l][r].Load()
}

var (
	operations = prometheus.NewDesc("pitwall_cache_operations_total",
		"Questions to the cache by class, layer (l1 memory, l2 Redis, l3 conditional requests, origin) and result.",
		[]string{"class", "layer", "result"}, nil)
	bumped  = prometheus.NewDesc("pitwall_cache_bumps_total", "Versions raised by this process.", nil, nil)
	memory  = prometheus.NewDesc("pitwall_cache_memory_bytes", "Bytes that the entries in memory may take.", nil, nil)
	entries = prometheus.NewDesc("pitwall_cache_memory_entries", "Entries in memory.", nil, nil)
	redisUp = prometheus.NewDesc("pitwall_cache_redis_up",
		"1 while Redis answers, 0 while the cache does without it; absent if none is configured.", nil, nil)
)

// Describe and Collect make the figures a collector of Prometheus.
func (f *figures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{operations, bumped, memory, entries, redisUp} {
		out <- d
	}
}

// possible are the results that a layer can have; the others would be lines that are always zero.
var possible = map[Layer][]Result{
	Origin: {Load, NotFound, Failed},
	L1:     {Hit, Miss, Stale, Eviction, TooLarge},
	L2:     {Hit, Miss, Failed, TooLarge},
	L3:     {Hit, Miss},
}

func (f *figures) Collect(out chan<- prometheus.Metric) {
	for name, counts := range f.byClass {
		for l, list := range possible {
			for _, r := range list {
				out <- prometheus.MustNewConstMetric(operations, prometheus.CounterValue, float64(counts[l][r].Load()),
					name, l.String(), r.String())
			}
		}
	}
	bytes, n := f.size()
	out <- prometheus.MustNewConstMetric(bumped, prometheus.CounterValue, float64(f.bumps.Load()))
	out <- prometheus.MustNewConstMetric(memory, prometheus.GaugeValue, float64(bytes))
	out <- prometheus.MustNewConstMetric(entries, prometheus.GaugeValue, float64(n))
	if up, configured := f.redis(); configured {
		value := 0.0
		if up {
			value = 1
		}
		out <- prometheus.MustNewConstMetric(redisUp, prometheus.GaugeValue, value)
	}
}
