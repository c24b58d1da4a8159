package sim_test

import (
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
)

// TestMessageRates holds the number of messages of each topic against recordings: the figures of the
// protocol document (section 10) and the line counts of the data's README, each for a session like the one
// simulated, with as long a time before the start.
func TestMessageRates(t *testing.T) {
	type rates map[string]float64 // messages a second over the whole recording
	count := func(cfg sim.Config, seeds uint64) rates {
		sum := rates{}
		for seed := range seeds {
			n := map[string]int{}
			var first, last time.Time
			cfg.Seed = 20 + seed
			cfg.Rain = 1
			each(t, cfg, func(m *feed.Message) {
				n[m.Topic]++
				if first.IsZero() {
					first = m.Time
				}
				if m.Time.After(last) {
					last = m.Time
				}
			})
			for topic, k := range n {
				sum[topic] += float64(k) / last.Sub(first).Seconds() / float64(seeds)
			}
		}
		return sum
	}
	check := func(name string, got, want rates) {
		t.Helper()
		for topic, w := range want {
			g := got[topic]
			t.Logf("%-26s %-14s %8.4f /s, recorded %8.4f /s: %+.0f %%", name, topic, g, w, 100*(g/w-1))
			if g < .75*w || g > 1.25*w {
				t.Errorf("%s %s: %.4f messages a second, recorded %.4f", name, topic, g, w)
			}
		}
	}
	const q, r = 78 * 60, 161 * 60
	hungary := count(sim.Config{Session: f1.Race, Circuit: "hungaroring", Before: 56 * time.Minute}, 3)
	for _, topic := range []string{feed.TopicChampionshipPrediction, feed.TopicCurrentTyres, feed.TopicLapSeries, feed.TopicOvertakeSeries, feed.TopicPitLaneTimeCollection,
		feed.TopicPitStop, feed.TopicPitStopSeries, feed.TopicTeamRadio, feed.TopicTlaRcm, feed.TopicTyreStintSeries, feed.TopicWeatherDataSeries} {
		n := hungary[topic] * 10700 // of these is only known that none had more than 1,500 messages
		t.Logf("%-26s %-24s %5.0f in a race", "Hungary race 2026", topic, n)
		if n < 5 || n > 1600 {
			t.Errorf("%s: %.0f messages in a race, want 5 to 1,500", topic, n)
		}
	}
	check("Hungary race 2026", hungary, rates{
		feed.TopicDriverTracker: 32000. / 10700, feed.TopicDriverRaceInfo: 30000. / 10700,
		feed.TopicTimingData: 71000. / 10700, feed.TopicCarData: 9300. / 10700, feed.TopicPosition: 9300. / 10700, feed.TopicTopThree: 3400. / 10700,
		feed.TopicHeartbeat: 1 / 15., feed.TopicWeatherData: 1 / 60.})
	check("Mexico City race 2025", count(sim.Config{Session: f1.Race, Circuit: "mexico_city", Season: 2025, Before: 57 * time.Minute}, 4), rates{
		feed.TopicTimingAppData: 1022. / r, feed.TopicTimingStats: 1076. / r, feed.TopicTopThree: 3419. / r, feed.TopicDriverList: 179. / r,
		feed.TopicLapCount: 71. / r, feed.TopicSessionData: 84. / r, feed.TopicRaceControlMessages: 78. / r, feed.TopicTeamRadio: 27. / r, feed.TopicAudioStreams: 1. / r, feed.TopicContentStreams: 2. / r, feed.TopicHeartbeat: 726. / r, feed.TopicWeatherData: 162. / r})
	check("Mexico City qualifying", count(sim.Config{Session: f1.Qualifying, Circuit: "mexico_city", Season: 2025, Before: 810 * time.Second}, 4), rates{
		feed.TopicTimingData: 9044. / q, feed.TopicCarData: 4644. / q, feed.TopicPosition: 4688. / q, feed.TopicTimingAppData: 625. / q, feed.TopicTimingStats: 603. / q,
		feed.TopicDriverList: 182. / q, feed.TopicTopThree: 227. / q, feed.TopicTeamRadio: 6. / q, feed.TopicAudioStreams: 1. / q, feed.TopicContentStreams: 2. / q, feed.TopicHeartbeat: 394. / q, feed.TopicSessionStatus: 11. / q, feed.TopicSessionData: 17. / q, feed.TopicWeatherData: 78. / q})
	check("Silverstone practice", count(sim.Config{Session: f1.Practice1, Circuit: "silverstone", Season: 2024, Before: 13 * time.Minute}, 3), rates{
		feed.TopicTimingData: 3.0, feed.TopicTimingAppData: 629. / 4800, feed.TopicWeatherData: 81. / 4800})
	check("Miami sprint 2025", count(sim.Config{Session: f1.Sprint, Circuit: "miami", Season: 2025, Before: 70 * time.Minute}, 3), rates{
		feed.TopicTimingData: 3.1})
}
