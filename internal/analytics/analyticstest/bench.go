package analyticstest

import (
	"os"
	"strings"
	"testing"

	"pitwall.live/internal/analytics"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/store"
)

// simulatedRaces is how many full races with samples the benchmark asks about.
const simulatedRaces = 20

// Fill writes what the benchmark asks about: the laps of all published tables, the samples that there are of real
// sessions, and simulated races, of which there are two with PITWALL_BENCH_QUICK in the environment.
func Fill(b *testing.B, to store.Writer) {
	b.Helper()
	laps, races, samples := 0, 0, 0
	put := func(s *Session) {
		laps, samples = laps+len(s.Laps), samples+len(s.Telemetry)+len(s.Locations)
		if s.Type == f1.Race && !s.Simulated {
			races++
		}
		s.Put(b, to)
	}
	put(Recorded(b, "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", true))
	australia := Recorded(b, "reconstructed/2025-03-16_Australian_Grand_Prix_Race", true)
	put(australia)
	for _, s := range Imported(b, true) {
		if s.SessionKey != australia.SessionKey {
			put(s)
		}
	}
	n := simulatedRaces
	if os.Getenv("PITWALL_BENCH_QUICK") != "" {
		n = 2
	}
	circuits := []string{"monza", "baku", "silverstone", "spa", "suzuka"}
	for i := range n {
		put(Simulated(b, sim.Config{Session: f1.Race, Circuit: circuits[i%len(circuits)], Seed: uint64(100 + i), Season: 2020 + i%5}))
	}
	b.Logf("%d laps of %d real and %d simulated races and other sessions, %d samples", laps, races, n, samples)
}

// benchCircuit is where four of the simulated races are driven, of several seasons.
const benchCircuit = "monza"

// Bench asks each question about all real sessions, and those about how cars were driven also about simulated ones, of
// which there are more samples. Each is to be answered within a second.
func Bench(b *testing.B, e analytics.Engine) {
	for _, q := range analytics.All() {
		switch q.Name {
		case "telemetry_overlay":
			benchQuestion(b, e, &q, q.Name, args{"laps": SomeLaps(b, e, benchCircuit, 4)})
		case "telemetry_by_driver":
			benchQuestion(b, e, &q, q.Name, nil)
			benchQuestion(b, e, &q, q.Name+"_simulated", args{"simulated": "1"})
		case "corner_speeds", "straight_speeds":
			benchQuestion(b, e, &q, q.Name, nil)
			benchQuestion(b, e, &q, q.Name+"_simulated", args{"simulated": "1", "circuit_id": benchCircuit})
		default:
			benchQuestion(b, e, &q, q.Name, nil)
		}
	}
}

func benchQuestion(b *testing.B, e analytics.Engine, q *analytics.Question, name string, wish args) {
	b.Run(name, func(b *testing.B) {
		rows := 0
		for b.Loop() {
			rows = len(Ask(b, e, q, wish))
		}
		if rows == 0 {
			b.Fatal("no answer")
		}
		b.ReportMetric(float64(rows), "rows")
		b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/answer")
	})
}

// SomeLaps are the laps of up to so many drivers in races at a circuit, as argument laps names them: their eighth ones.
func SomeLaps(t testing.TB, e analytics.Engine, circuit string, drivers int) string {
	t.Helper()
	d := e.Dialect()
	sql := "SELECT s.session_key, t.driver_number, t.lap_number FROM " + d.Table("lap_telemetry") + " AS t JOIN " + d.Table("sessions") + " AS s ON s." + d.Session + " = t." + d.Session +
		" WHERE s.circuit_id = " + d.Argument("circuit", "String") + " AND s.type = 'race' AND t.lap_number = 8 ORDER BY s.session_key, t.driver_number LIMIT " + d.Argument("drivers", "Int64")
	var all []string
	for row, err := range e.Query(t.Context(), sql, map[string]any{"circuit": circuit, "drivers": int64(drivers)}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Selector(row[0], row[1], row[2]))
	}
	if len(all) == 0 {
		t.Fatalf("there is no lap of a race at %s", circuit)
	}
	return strings.Join(all, ",")
}
