package events

import (
	"fmt"
	"reflect"
	"time"
)

// Params are the thresholds of the detectors. They are kept with the session, so that its events mean the
// same years later. Durations are in seconds in JSON.
type Params struct {
	Order        OrderParams        `json:"order"`
	Lap          LapParams          `json:"lap"`
	FastestLap   FastestLapParams   `json:"fastestlap"`
	Pit          PitParams          `json:"pit"`
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
	Start        StartParams        `json:"start"`
	Battle       BattleParams       `json:"battle"`
	Closing      ClosingParams      `json:"closing"`
	Lapping      LappingParams      `json:"lapping"`
	Undercut     UndercutParams     `json:"undercut"`
	Train        TrainParams        `json:"train"`
	SectorRecord SectorRecordParams `json:"sectorrecord"`
	SpeedTrap    SpeedTrapParams    `json:"speedtrap"`
	Knockout     KnockoutParams     `json:"knockout"`
	Bubble       BubbleParams       `json:"bubble"`
	Chequered    ChequeredParams    `json:"chequered"`
	Rule         RuleParams         `json:"rulewarning"`
	Championship ChampionshipParams `json:"championship"`
}

// Seconds is a duration that is written as a number of seconds.
type Seconds float64

// D is the duration.
func (s Seconds) D() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// inSeconds writes a duration as a value of an event: seconds, to the millisecond.
func inSeconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// Defaults are the parameters of a new session.
func Defaults() Params {
	return Params{
		Order:        defaultOrder,
		Lap:          defaultLap,
		FastestLap:   defaultFastestLap,
		Pit:          defaultPit,
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
		Start:        defaultStart,
		Battle:       defaultBattle,
		Closing:      defaultClosing,
		Lapping:      defaultLapping,
		Undercut:     defaultUndercut,
		Train:        defaultTrain,
		SectorRecord: defaultSectorRecord,
		SpeedTrap:    defaultSpeedTrap,
		Knockout:     defaultKnockout,
		Bubble:       defaultBubble,
		Chequered:    defaultChequered,
		Rule:         defaultRule,
		Championship: defaultChampionship,
	}
}

// Validate reports the first parameter that can not be used. All of them are numbers above 0, but for those with a tag
// "unknown", in which -1 stands for that.
func (p Params) Validate() error {
	groups := reflect.ValueOf(p)
	for i := range groups.NumField() {
		group, name := groups.Field(i), groups.Type().Field(i).Tag.Get("json")
		for k := range group.NumField() {
			v := group.Field(k)
			if _, may := group.Type().Field(k).Tag.Lookup("unknown"); may && v.CanInt() && v.Int() >= -1 {
				continue
			}
			if v.CanFloat() && !(v.Float() > 0) || v.CanInt() && v.Int() <= 0 {
				return fmt.Errorf("events: parameter %s.%s is %v, it must be above 0", name, group.Type().Field(k).Tag.Get("json"), v)
			}
		}
	}
	switch {
	case p.Battle.Leave < p.Battle.Enter:
		return fmt.Errorf("events: parameter battle.leave_s is %v, it must not be below battle.enter_s, %v", p.Battle.Leave, p.Battle.Enter)
	case p.Closing.Laps < 2:
		return fmt.Errorf("events: parameter closing.laps is %d, a trend takes 2", p.Closing.Laps)
	case p.Train.Intervals < 2:
		return fmt.Errorf("events: parameter train.intervals is %d, a train has 2", p.Train.Intervals)
	}
	return nil
}
