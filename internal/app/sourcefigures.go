package app

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"pitwall.live/internal/ingest"
)

// sourceFigures are what /metrics says of the sources, asked for when somebody asks.
type sourceFigures struct{ status func() []ingest.Status }

var (
	sourceWorking  = sourceDesc("working", "1 while the source has a session and tells about it.")
	sourceRuns     = sourceDesc("runs_total", "How often the source was run.")
	sourceMessages = sourceDesc("messages_total", "Messages that the source gave.")
	sourceDead     = sourceDesc("dead_letters_total", "Messages of the source that could not be used.")
	sourceFailures = sourceDesc("failures_total", "Runs of the source that failed, by what the failure says of the other side.", "kind")
	sourceInRow    = sourceDesc("failures_in_row", "Failed runs since the last good minute.")
	sourceOpened   = sourceDesc("circuit_opened_total", "How often the source's circuit breaker opened.")
	sourceCircuit  = sourceDesc("circuit_state", "1 for the state of the source's circuit breaker, 0 for the others.", "state")
)

func sourceDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("pitwall_source_"+name, help, append([]string{"source"}, labels...), nil)
}

// Describe implements prometheus.Collector.
func (sourceFigures) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{sourceWorking, sourceRuns, sourceMessages, sourceDead, sourceFailures, sourceInRow, sourceOpened, sourceCircuit} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. Sources whose names differ only in what is not shown are numbered.
func (f sourceFigures) Collect(ch chan<- prometheus.Metric) {
	seen := map[string]int{}
	for _, st := range f.status() {
		name := masked(st.Source)
		if seen[name]++; seen[name] > 1 {
			name += " (" + strconv.Itoa(seen[name]) + ")"
		}
		gauge := func(d *prometheus.Desc, v float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{name}, labels...)...)
		}
		count := func(d *prometheus.Desc, v uint64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), append([]string{name}, labels...)...)
		}
		gauge(sourceWorking, oneIf(st.Working()))
		count(sourceRuns, st.Runs)
		count(sourceMessages, st.Received)
		count(sourceDead, st.DeadLetters)
		for kind, n := range st.Circuit.Total {
			count(sourceFailures, n, string(kind))
		}
		gauge(sourceInRow, float64(st.Circuit.Failures))
		count(sourceOpened, st.Circuit.Opened)
		for _, state := range []ingest.CircuitState{ingest.CircuitClosed, ingest.CircuitOpen, ingest.CircuitHalfOpen} {
			gauge(sourceCircuit, oneIf(st.Circuit.State == state), string(state))
		}
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
