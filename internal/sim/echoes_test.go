package sim_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// TestEchoes: the topics of 2025 and 2026 that repeat what others say agree with them and with the truth.
func TestEchoes(t *testing.T) {
	quiet := []string{feed.TopicCarData, feed.TopicPosition}
	for seed := range uint64(6) {
		s, ts := play(t, sim.Config{Session: f1.Race, Circuit: "zandvoort", Laps: 20, Seed: seed, Without: quiet})
		f := func(what string, car int, got, want any) {
			t.Helper()
			if got != want {
				t.Errorf("seed %d, car %d: %s is %v, want %v", seed, car, what, got, want)
			}
		}
		tr := s.Truth()
		for _, l := range tr.Laps {
			if c := ts.Cars[l.DriverNumber]; l.Position.Known {
				if len(c.LapChart) <= l.LapNumber {
					t.Fatalf("seed %d, car %d: LapSeries has %d places, lap %d was driven", seed, c.Number, len(c.LapChart), l.LapNumber)
				}
				f("place on the lap chart", c.Number, c.LapChart[l.LapNumber], l.Position.Value)
			}
		}
		last := map[int]f1.StintRow{}
		for _, st := range tr.Stints {
			if c := ts.Cars[st.DriverNumber]; len(c.Series) >= st.StintNumber {
				f("compound in TyreStintSeries", c.Number, c.Series[st.StintNumber-1].Compound, st.Compound)
			} else {
				t.Errorf("seed %d, car %d: stint %d is not in TyreStintSeries", seed, c.Number, st.StintNumber)
			}
			last[st.DriverNumber] = st
		}
		for i, r := range tr.Results {
			c := ts.Cars[r.DriverNumber]
			f("place in DriverRaceInfo", c.Number, c.RaceInfo.Position, r.Position.Value)
			f("stops in DriverRaceInfo", c.Number, c.RaceInfo.PitStops, c.PitStops)
			f("gap in DriverRaceInfo", c.Number, c.RaceInfo.Gap, c.GapToLeader)
			f("out in DriverRaceInfo", c.Number, c.RaceInfo.Out, c.Retired)
			f("car in DriverTracker", c.Number, ts.Tracker[i].Number, c.Number)
			f("gap in DriverTracker", c.Number, ts.Tracker[i].DiffToAhead != "", c.Interval != timing.Gap{})
			if st, ok := last[c.Number]; ok && r.LapsCompleted.Value > st.LapStart.Value+1 {
				f("compound in CurrentTyres", c.Number, c.Tyre.Compound, st.Compound)
			}
		}
		f("reports in WeatherDataSeries", 0, len(ts.WeatherLog), len(tr.Weather))
		f("last text of TlaRcm", 0, ts.TextMirror.Text, tr.RaceControl[len(tr.RaceControl)-1].Message)
		f("streams", 0, len(ts.Streams), 3)
		points := 0.
		for _, d := range ts.Championship.Drivers {
			points += d.PredictedPoints - d.CurrentPoints
		}
		f("points to be given", 0, points, 101.)
		f("lines of the championship", 0, len(ts.Championship.Drivers)+len(ts.Championship.Teams), len(tr.Drivers)+11)
	}
}

// TestShapes: first as a list, then by index; entries of the pit lane vanish; the event has only what changed.
func TestShapes(t *testing.T) {
	state := map[string]any{}
	radio := regexp.MustCompile(`^TeamRadio/[A-Z]{6}01_\d+_2026\d{4}_\d{6}\.mp3$`)
	first := map[string]string{}
	events := 0
	each(t, sim.Config{Session: f1.Race, Circuit: "monza", Laps: 40, Seed: 4, Without: []string{feed.TopicCarData, feed.TopicPosition}}, func(m *feed.Message) {
		if _, ok := first[m.Topic]; !ok {
			first[m.Topic] = string(m.Payload)
		}
		switch m.Topic {
		case feed.TopicPitLaneTimeCollection:
			var p struct{ PitTimes map[string]json.RawMessage }
			if err := json.Unmarshal(m.Payload, &p); err != nil {
				t.Fatal(err)
			}
			for k, v := range p.PitTimes {
				if k != "_deleted" {
					state[k] = v
					continue
				}
				var gone []string
				if err := json.Unmarshal(v, &gone); err != nil {
					t.Fatal(err)
				}
				for _, g := range gone {
					if _, ok := state[g]; !ok {
						t.Errorf("%s is deleted from the pit lane but not in it", g)
					}
					delete(state, g)
				}
			}
		case feed.TopicPitStop:
			events++
		case feed.TopicTeamRadio:
			for _, p := range regexp.MustCompile(`"Path":"([^"]*)"`).FindAllSubmatch(m.Payload, -1) {
				if !radio.Match(p[1]) {
					t.Errorf("path %s", p[1])
				}
			}
		}
	})
	if len(state) > 0 {
		t.Errorf("%d cars are left in PitLaneTimeCollection", len(state))
	}
	if events < 10 {
		t.Errorf("%d events on PitStop", events)
	}
	for topic, want := range map[string]string{
		feed.TopicTeamRadio:         `^\{"Captures":\[\{"Utc":"2026-[^"]*Z","RacingNumber":"\d+","Path":`,
		feed.TopicPitStopSeries:     `^\{"PitTimes":\{"\d+":\[\{"Timestamp":"[^"]*Z","PitStop":\{"RacingNumber":"\d+","PitStopTime":"\d+\.\d","PitLaneTime":"\d+\.\d{3}","Lap":"\d+"`,
		feed.TopicPitStop:           `^\{"RacingNumber":"\d+","PitStopTime":"`,
		feed.TopicLapSeries:         `^\{"\d+":\{"RacingNumber":"\d+","LapPosition":\["1"\]\}`,
		feed.TopicOvertakeSeries:    `^\{"Overtakes":\{"\d+":\[\{"Timestamp":"[^"]*Z","count":1\}\]`,
		feed.TopicWeatherDataSeries: `^\{"Series":\[\{"Timestamp":"[^"]*Z","Weather":\{"AirTemp":"`,
		feed.TopicTlaRcm:            `^\{"Timestamp":"2026-[^"Z]*","Message":"`,
		feed.TopicDriverTracker:     `"Lines":\[\{"Position":"1","ShowPosition":true,"RacingNumber":"\d+","LapTime":""`,
		feed.TopicContentStreams:    `^\{"Streams":\[\{"Type":"Commentary"`,
		feed.TopicCurrentTyres:      `^\{"Tyres":\{"\d+":\{"Compound":"[A-Z]+","New":(true|false)\}\}\}$`,
	} {
		if !regexp.MustCompile(want).MatchString(first[topic]) {
			t.Errorf("%s begins with %.200s", topic, first[topic])
		}
	}
}

// TestOlderSeasons: a season before 2025 has none of the new topics.
func TestOlderSeasons(t *testing.T) {
	each(t, sim.Config{Session: f1.Race, Season: 2024, Laps: 2, Seed: 1}, func(m *feed.Message) {
		switch m.Topic {
		case feed.TopicDriverTracker, feed.TopicDriverRaceInfo, feed.TopicLapSeries, feed.TopicTlaRcm, feed.TopicChampionshipPrediction, feed.TopicOvertakeSeries,
			feed.TopicTyreStintSeries, feed.TopicCurrentTyres, feed.TopicWeatherDataSeries, feed.TopicPitStop, feed.TopicPitStopSeries:
			t.Fatalf("%s in 2024: %s", m.Topic, m.Payload)
		}
	})
}
