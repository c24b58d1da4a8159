package analyticstest

import (
	"context"
	"os"
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

// Bench asks each question about everything there is, and those over samples also about a lap or two. Each is to
// be answered within a second.
func Bench(b *testing.B, e analytics.Engine) {
	for _, q := range analytics.All() {
		wish := map[string]string{}
		switch q.Name {
		case "corner_speeds", "straight_speeds":
			wish["circuit_id"] = "monza" // of all seasons
		case "telemetry_overlay":
			wish["laps"] = FourLaps(b, e)
		}
		b.Run(q.Name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows = len(Ask(b, e, &q, wish))
			}
			if rows == 0 {
				b.Fatal("no answer")
			}
			b.ReportMetric(float64(rows), "rows")
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/answer")
		})
	}
}

// FourLaps are the best laps of four drivers at a circuit.
func FourLaps(b testing.TB, e analytics.Engine) string {
	b.Helper()
	text, d := "", e.Dialect()
	sql := "SELECT s.session_key, t.driver_number, t.lap_number FROM " + d.Table("lap_telemetry") + " AS t JOIN " + d.Table("sessions") + " AS s ON s." + d.Session + " = t." + d.Session +
		" WHERE s.circuit_id = 'monza' AND s.type = 'race' AND t.lap_number = 8 ORDER BY s.session_key, t.driver_number LIMIT 4"
	for row, err := range e.Query(context.Background(), sql, nil) {
		if err != nil {
			b.Fatal(err)
		}
		if text != "" {
			text += ","
		}
		text += Selector(row[0], row[1], row[2])
	}
	return text
}
