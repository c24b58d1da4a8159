package events

import (
	"fmt"
	"time"
)

// Params are the thresholds of the detectors. They are kept with the session, so that its events mean the
// same years later. Durations are in seconds in JSON.
type Params struct {
	Order    OrderParams    `json:"order"`
	Start    StartParams    `json:"start"`
	Battle   BattleParams   `json:"battle"`
	Closing  ClosingParams  `json:"closing"`
	Lapping  LappingParams  `json:"lapping"`
	Undercut UndercutParams `json:"undercut"`
	Rule     RuleParams     `json:"rulewarning"`
	Train    TrainParams    `json:"train"`
}

// Seconds is a duration that is written as a number of seconds.
type Seconds float64

// D is the duration.
func (s Seconds) D() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// Defaults are the parameters of a new session.
func Defaults() Params {
	return Params{
		Order:    defaultOrder,
		Start:    defaultStart,
		Battle:   defaultBattle,
		Closing:  defaultClosing,
		Lapping:  defaultLapping,
		Undercut: defaultUndercut,
		Rule:     defaultRule,
		Train:    defaultTrain,
	}
}

// Validate reports the first parameter that can not be used.
func (p Params) Validate() error {
	for name, v := range map[string]Seconds{"order.kept_s": p.Order.Kept} {
		if v <= 0 {
			return fmt.Errorf("events: parameter %s is %v, it must be above 0", name, v)
		}
	}
	return nil
}
