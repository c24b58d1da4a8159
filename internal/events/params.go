package events

import (
	"fmt"
	"time"
)

// Params are the thresholds of the detectors. They are kept with the session, so that its events mean the
// same years later. Durations are in seconds in JSON.
type Params struct {
	Order        OrderParams        `json:"order"`
	Agree        AgreeParams        `json:"agree"`
	BlueFlag     BlueFlagParams     `json:"blue_flag"`
	OvertakeMode OvertakeModeParams `json:"overtake_mode"`
	Penalty      PenaltyParams      `json:"penalty"`
	Stopped      StoppedParams      `json:"stopped"`
	Retirement   RetirementParams   `json:"retirement"`
	DataGap      DataGapParams      `json:"datagap"`
	Incident     IncidentParams     `json:"incident"`
	Result       ResultParams       `json:"result"`
	Weather      WeatherParams      `json:"weather"`
}

// Seconds is a duration that is written as a number of seconds.
type Seconds float64

// D is the duration.
func (s Seconds) D() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// Defaults are the parameters of a new session.
func Defaults() Params {
	return Params{
		Order:        defaultOrder,
		Agree:        defaultAgree,
		BlueFlag:     defaultBlueFlag,
		OvertakeMode: defaultOvertakeMode,
		Penalty:      defaultPenalty,
		Stopped:      defaultStopped,
		Retirement:   defaultRetirement,
		DataGap:      defaultDataGap,
		Incident:     defaultIncident,
		Result:       defaultResult,
		Weather:      defaultWeather,
	}
}

// Validate reports the first parameter that can not be used.
func (p Params) Validate() error {
	for name, v := range map[string]Seconds{
		"order.kept_s":   p.Order.Kept,
		"agree.within_s": p.Agree.Within, "agree.alone_s": p.Agree.Alone,
		"blue_flag.together_s": p.BlueFlag.Together, "overtake_mode.gap_s": p.OvertakeMode.Gap,
		"penalty.exact_s": p.Penalty.Exact, "penalty.settle_s": p.Penalty.Settle,
		"stopped.kept_s": p.Stopped.Kept, "stopped.joint_s": p.Stopped.Joint, "stopped.red_s": p.Stopped.Red,
		"retirement.still_s": p.Retirement.Still, "retirement.sure_s": p.Retirement.Sure,
		"retirement.laps": Seconds(p.Retirement.Laps), "retirement.before_s": p.Retirement.Before, "retirement.apart_s": p.Retirement.Apart,
		"datagap.periods": Seconds(p.DataGap.Periods), "datagap.longest": Seconds(p.DataGap.Longest),
		"datagap.every_s": p.DataGap.Every, "datagap.differ_s": p.DataGap.Differ, "datagap.grid_s": p.DataGap.Grid,
		"incident.stall": Seconds(p.Incident.Stall), "incident.yellow_s": p.Incident.Yellow, "incident.word_s": p.Incident.Word,
		"result.home_s": p.Result.Home, "result.steady_s": p.Result.Steady,
		"weather.over_s": p.Weather.Over, "weather.reports": Seconds(p.Weather.Reports), "weather.track_c": Seconds(p.Weather.Track),
	} {
		if v <= 0 {
			return fmt.Errorf("events: parameter %s is %v, it must be above 0", name, v)
		}
	}
	return nil
}
