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
	for name, v := range map[string]Seconds{
		"order.kept_s": p.Order.Kept,
		"start.places": Seconds(p.Start.Places), "start.settled_s": p.Start.Settled,
		"battle.enter_s": p.Battle.Enter, "battle.laps": Seconds(p.Battle.Laps), "battle.for_s": p.Battle.For,
		"battle.leave_s above battle.enter_s": p.Battle.Leave - p.Battle.Enter, "battle.wide_s": p.Battle.Wide,
		"train.close_s": p.Train.Close, "train.intervals above 1": Seconds(p.Train.Intervals - 1), "train.laps": Seconds(p.Train.Laps),
		"closing.laps above 1": Seconds(p.Closing.Laps - 1), "closing.over_laps": Seconds(p.Closing.Over), "closing.rate_s": p.Closing.Rate,
		"closing.caught_s": p.Closing.Caught, "closing.horizon": Seconds(p.Closing.Horizon),
		"lapping.settled_s": p.Lapping.Settled,
		"undercut.window_s": p.Undercut.Window, "undercut.laps": Seconds(p.Undercut.Laps),
		"rulewarning.tyre_laps": Seconds(p.Rule.TyreLaps), "rulewarning.clock_s": p.Rule.Clock,
		"championship.places": Seconds(p.Championship.Places),
	} {
		if !(v > 0) { // what is not a number is none either
			return fmt.Errorf("events: parameter %s is %v, it must be above 0", name, v)
		}
	}
	return nil
}
