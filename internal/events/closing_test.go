package events_test

import (
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/reference"
)

// TestForecastsOfACatch scores the forecasts that one car will catch the next: how many of those that nothing from
// outside ended (a stop, the safety car, somebody between) came true, and how far the lap was from the forecast.
func TestForecastsOfACatch(t *testing.T) {
	var told, caught, lost, other int
	score := func(list []f1.Event) {
		ended := map[string]string{}
		for _, e := range list {
			if e.Kind == events.GapClosingEnded {
				ended[e.Supersedes] = e.Detail
			}
		}
		for _, e := range list {
			if e.Kind != events.GapClosing || e.Status == f1.Retracted {
				continue
			}
			told++
			switch why := ended[e.ID]; {
			case e.Status == f1.Confirmed:
				caught++
				if why != "" {
					t.Errorf("%s came true and was ended: %s", describe(&e), why)
				}
			case why == "it does not gain any more" || why == "not there in time" || why == "flag":
				lost++
			case why != "":
				other++
			default:
				t.Errorf("%s neither came true nor ended", describe(&e))
			}
		}
	}
	truthRaces(t, func(_ *testing.T, r *simulatedRace) { score(r.events) })
	simulatedTold, simulatedCaught := told, caught
	for _, race := range lapCharts {
		d, _ := detect(reference.Messages(t, reference.Path(t, "live-timing", race.recording)))
		score(events.Newest(d.Journal()))
	}
	t.Logf("%d forecasts, %d came true, %d did not, %d were ended from outside; of simulated races %d and %d", told, caught, lost, other, simulatedTold, simulatedCaught)
	if told < 10 || caught*2 < caught+lost {
		t.Errorf("%d of %d forecasts came true that nothing ended from outside", caught, caught+lost)
	}
}
