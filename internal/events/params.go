package events

import (
	"fmt"
	"time"
)

// Params are the thresholds of the detectors. They are kept with the session, so that its events mean the
// same years later. Durations are in seconds in JSON.
type Params struct {
	Order        OrderParams        `json:"order"`
	Start        StartParams        `json:"start"`
	Battle       BattleParams       `json:"battle"`
	Closing      ClosingParams      `json:"closing"`
	Lapping      LappingParams      `json:"lapping"`
	Undercut     UndercutParams     `json:"undercut"`
	Rule         RuleParams         `json:"rulewarning"`
	Championship ChampionshipParams `json:"championship"`
	Train        TrainParams        `json:"train"`
}

// Seconds is a duration that is written as a number of seconds.
type Seconds float64

// D is the duration.
func (s Seconds) D() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// Defaults are the parameters of a new session.
func Defaults() Params {
	return Params{
		Order:        defaultOrder,
		Start:        defaultStart,
		Battle:       defaultBattle,
		Closing:      defaultClosing,
		Lapping:      defaultLapping,
		Undercut:     defaultUndercut,
		Rule:         defaultRule,
		Championship: defaultChampionship,
		Train:        defaultTrain,
	}
}

// Validate reports the first parameter that can not be used.
func (p Params) Validate() error {
	for _, v := range []struct {
		name  string
		value float64
	}{
		{"order.kept_s", float64(p.Order.Kept)},
		{"start.places", float64(p.Start.Places)}, {"start.settled_s", float64(p.Start.Settled)},
		{"battle.enter_s", float64(p.Battle.Enter)}, {"battle.laps", float64(p.Battle.Laps)}, {"battle.for_s", float64(p.Battle.For)},
		{"battle.leave_s above battle.enter_s", float64(p.Battle.Leave - p.Battle.Enter)}, {"battle.wide_s", float64(p.Battle.Wide)},
		{"train.close_s", float64(p.Train.Close)}, {"train.intervals above 1", float64(p.Train.Intervals - 1)}, {"train.laps", float64(p.Train.Laps)},
		{"closing.laps above 1", float64(p.Closing.Laps - 1)}, {"closing.over_laps", float64(p.Closing.Over)}, {"closing.rate_s", float64(p.Closing.Rate)},
		{"closing.caught_s", float64(p.Closing.Caught)}, {"closing.horizon", p.Closing.Horizon},
		{"lapping.settled_s", float64(p.Lapping.Settled)},
		{"undercut.window_s", float64(p.Undercut.Window)}, {"undercut.laps", float64(p.Undercut.Laps)},
		{"rulewarning.tyre_laps", float64(p.Rule.TyreLaps)}, {"rulewarning.clock_s", float64(p.Rule.Clock)},
		{"championship.places", float64(p.Championship.Places)},
	} {
		if !(v.value > 0) { // not a number is none either
			return fmt.Errorf("events: parameter %s is %v, it must be above 0", v.name, v.value)
		}
	}
	return nil
}
