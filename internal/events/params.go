package events

import (
	"fmt"
	"time"
)

// Params are the thresholds of the detectors. They are kept with the session, so that its events mean the
// same years later. Durations are in seconds in JSON.
type Params struct {
	Order        OrderParams        `json:"order"`
	Lap          LapParams          `json:"lap"`
	FastestLap   FastestLapParams   `json:"fastestlap"`
	Pit          PitParams          `json:"pit"`
	SectorRecord SectorRecordParams `json:"sectorrecord"`
	SpeedTrap    SpeedTrapParams    `json:"speedtrap"`
	Knockout     KnockoutParams     `json:"knockout"`
	Bubble       BubbleParams       `json:"bubble"`
	Chequered    ChequeredParams    `json:"chequered"`
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
		SectorRecord: defaultSectorRecord,
		SpeedTrap:    defaultSpeedTrap,
		Knockout:     defaultKnockout,
		Bubble:       defaultBubble,
		Chequered:    defaultChequered,
	}
}

// Validate reports the first parameter that can not be used.
func (p Params) Validate() error {
	for name, v := range map[string]Seconds{ // all of them numbers above 0
		"order.kept_s":          p.Order.Kept,
		"lap.late_s":            p.Lap.Late,
		"fastestlap.longest_s":  p.FastestLap.Longest,
		"pit.wait_s":            p.Pit.Wait,
		"pit.final_s":           p.Pit.Final,
		"pit.transit_s":         p.Pit.Transit,
		"pit.longest_s":         p.Pit.Longest,
		"sectorrecord.again_s":  p.SectorRecord.Again,
		"speedtrap.again_s":     p.SpeedTrap.Again,
		"speedtrap.field":       Seconds(p.SpeedTrap.Field),
		"speedtrap.highest_kmh": Seconds(p.SpeedTrap.Highest),
		"knockout.home_s":       p.Knockout.Home,
		"bubble.debounce_s":     p.Bubble.Debounce,
		"bubble.kept_s":         p.Bubble.Kept,
		"chequered.again_s":     p.Chequered.Again,
	} {
		if v <= 0 {
			return fmt.Errorf("events: parameter %s is %v, it must be above 0", name, v)
		}
	}
	return nil
}
