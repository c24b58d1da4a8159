package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/race"
)

// control is the state of RaceControlMessages.
type control struct {
	count     int
	firstFlag bool
	drs       bool // enabled
}

// kinds of race-control messages: which fields go with the text.
const (
	rcOther = iota
	rcGreen
	rcClearTrack
	rcRed
	rcChequered
	rcSC
	rcSCIn
	rcVSC
	rcVSCEnd
	rcDRSOn
	rcDRSOff
	rcYellow
	rcDouble
	rcClear
	rcBlue
	rcBlackWhite
	rcCarEvent
)

// tellControl lets race control speak.
func (s *Sim) tellControl(e *race.Event) {
	say := func(lo, hi time.Duration, kind int, car int, sector int, format string, args ...any) {
		s.after(lo, hi, action{do: (*Sim).sayRaceControl, a: kind, car: car, b: s.leaderLap(), d: time.Duration(sector), text: fmt.Sprintf(format, args...)})
	}
	const soon, fast = 60 * time.Millisecond, 900 * time.Millisecond
	switch e.Kind {
	case race.EvStatus:
		if race.Status(e.N) == race.Started && s.session.track != 4 {
			say(soon, fast, rcGreen, -1, 0, "GREEN LIGHT - PIT EXIT OPEN")
		}
	case race.EvFlag:
		kind := [...]int{rcClear, rcYellow, rcDouble}[e.Flag]
		word := [...]string{"CLEAR", "YELLOW", "DOUBLE YELLOW"}[e.Flag]
		say(20*time.Millisecond, 200*time.Millisecond, kind, -1, e.N, "%s IN TRACK SECTOR %d", word, e.N)
		if s.conf.Season < 2026 && (s.control.drs || !s.cfg.Session.IsRace()) { // the zone the sector lies in closes with it
			zone := 1 + (e.N-1)*s.c.DRS/s.c.Marshals
			switch e.Flag {
			case race.FlagClear:
				say(20*time.Millisecond, 200*time.Millisecond, rcOther, -1, 0, "DRS ENABLED IN ZONE %d", zone)
			case race.FlagYellow:
				say(900*time.Millisecond, 1200*time.Millisecond, rcOther, -1, 0, "DRS DISABLED IN ZONE %d", zone)
			}
		}
		if e.Flag == race.FlagDouble || e.Flag == race.FlagYellow && s.m.Wetness() > .2 {
			say(8*time.Second, 30*time.Second, rcOther, -1, 0, "TRACK SURFACE SLIPPERY IN TRACK SECTOR %d", e.N)
		}
	case race.EvSafetyCar:
		s.tellSafety(race.Control(e.N), say)
	case race.EvDRS:
		s.control.drs = e.N == 1
		switch {
		case s.conf.Season >= 2026:
			say(soon, fast, rcOther, -1, 0, "OVERTAKE %s", map[int]string{1: "ENABLED", 0: "DISABLED"}[e.N])
		case e.N == 1:
			say(soon, fast, rcDRSOn, -1, 0, "DRS ENABLED")
		default:
			say(soon, fast, rcDRSOff, -1, 0, "DRS DISABLED")
		}
	case race.EvChequered:
		say(2*time.Second, 5*time.Second, rcChequered, -1, 0, "CHEQUERED FLAG")
	case race.EvCarFlag:
		if !s.control.firstFlag && !s.cfg.Session.IsRace() {
			s.control.firstFlag = true
			say(soon, 4*time.Second, rcOther, -1, 0, "FIRST CAR TO TAKE THE FLAG - %s", s.carName(e.Car))
		}
	case race.EvPart:
		s.control.firstFlag = false
	case race.EvLapped:
		s.tellLapped(say)
	case race.EvStopped:
		say(4*time.Second, 14*time.Second, rcCarEvent, e.Car, 0, "%s STOPPED AT TURN %d", s.carName(e.Car), 1+e.Seg*s.c.Turns/s.c.MiniCount())
	case race.EvBlue:
		at := s.local(s.zero.Add(s.now), "15:04:05")
		say(soon, fast, rcBlue, e.Car, 0, "WAVED BLUE FLAG FOR %s TIMED AT %s", s.carName(e.Car), at)
	case race.EvBlackWhite:
		say(soon, fast, rcBlackWhite, e.Car, 0, "BLACK AND WHITE FLAG FOR %s - %s", s.carName(e.Car), reasonText(e.Reason))
	case race.EvDeleted:
		s.tellDeleted(e, say)
	case race.EvReinstated:
		s.tellReinstated(e, say)
	case race.EvResumeAt:
		word := "SESSION"
		if s.cfg.Session.IsRace() {
			word = strings.ToUpper(string(s.cfg.Session))
		}
		say(5*time.Second, 20*time.Second, rcOther, -1, 0, "%s WILL RESUME AT %s", word, s.local(s.zero.Add(e.Next), "15:04"))
	case race.EvIncident:
		s.tellIncident(e, say)
	case race.EvPenalty:
		say(soon, fast, rcOther, -1, 0, "FIA STEWARDS: %s FOR %s - %s", penaltyText(e.Value), s.carName(e.Car), reasonText(e.Reason))
	case race.EvServed:
		if e.N == 0 {
			say(20*time.Second, 100*time.Second, rcOther, -1, 0, "FIA STEWARDS: PENALTY SERVED - %s FOR %s - %s", penaltyText(e.Value), s.carName(e.Car), reasonText(e.Reason))
		}
	case race.EvNote:
		say(soon, fast, rcOther, -1, 0, "%s", map[race.Reason]string{race.LowGrip: "LOW GRIP CONDITIONS", race.NotResumed: "SESSION WILL NOT BE RESUMED",
			race.StandingStart: "SAFETY CAR WILL ENTER PITS: STANDING START"}[e.Reason])
		if e.Reason == race.NotResumed {
			s.traps["red flag ends a part"]++
		}
	}
}

type sayer func(lo, hi time.Duration, kind int, car int, sector int, format string, args ...any)

func (s *Sim) tellSafety(c race.Control, say sayer) {
	const soon, fast = 60 * time.Millisecond, 900 * time.Millisecond
	switch c {
	case race.SCDeployed:
		say(soon, fast, rcSC, -1, 0, "SAFETY CAR DEPLOYED")
	case race.SCInThisLap:
		say(soon, fast, rcSCIn, -1, 0, "SAFETY CAR IN THIS LAP")
	case race.VSCDeployed:
		say(soon, fast, rcVSC, -1, 0, "VIRTUAL SAFETY CAR DEPLOYED")
	case race.VSCEnding:
		say(soon, fast, rcVSCEnd, -1, 0, "VIRTUAL SAFETY CAR ENDING")
	case race.TrackClear:
		say(soon, fast, rcClearTrack, -1, 0, "TRACK CLEAR")
	case race.RedFlag:
		say(soon, fast, rcRed, -1, 0, "RED FLAG")
	case race.Resume:
		say(soon, fast, rcGreen, -1, 0, "GREEN LIGHT - PIT EXIT OPEN")
		say(soon, fast, rcSC, -1, 0, "SAFETY CAR DEPLOYED")
	}
}

func (s *Sim) tellLapped(say sayer) {
	var nums []string
	for _, i := range s.m.Order() {
		if s.m.Unlapping(i) {
			nums = append(nums, s.cars[i].num)
		}
	}
	if len(nums) == 1 {
		say(time.Second, 3*time.Second, rcOther, -1, 0, "LAPPED CAR MAY NOW OVERTAKE THE SAFETY CAR: %s", nums[0])
		return
	}
	say(time.Second, 3*time.Second, rcOther, -1, 0, "LAPPED CARS MAY NOW OVERTAKE THE SAFETY CAR: %s", strings.Join(nums, ", "))
}

// tellDeleted announces a deleted lap at once; timing follows 13 to 21 seconds later.
func (s *Sim) tellDeleted(e *race.Event, say sayer) {
	at := s.local(s.zero.Add(e.Next), "15:04:05")
	what := "TIME " + lapText(e.Value) + " DELETED"
	say(40*time.Millisecond, 300*time.Millisecond, rcOther, -1, 0, "%s %s - TRACK LIMITS AT TURN %d LAP %d %s", s.carName(e.Car), what, e.N, e.Lap, at)
	s.truth.deleted(s, e)
	s.after(13*time.Second, 21*time.Second, action{do: (*Sim).sayDeleted, car: e.Car, a: e.Lap, b: s.session.part, d: e.Value})
	s.after(9*time.Second, 13*time.Second, action{do: (*Sim).sayStatDeleted, car: e.Car, a: e.Lap, d: e.Value})
}

// tellReinstated gives a deleted lap back; timing follows as late as it did with the deletion.
func (s *Sim) tellReinstated(e *race.Event, say sayer) {
	at := s.local(s.zero.Add(e.Next), "15:04:05")
	say(40*time.Millisecond, 300*time.Millisecond, rcOther, -1, 0, "%s TIME %s REINSTATED - TRACK LIMITS AT TURN %d LAP %d %s", s.carName(e.Car), lapText(e.Value), e.N, e.Lap, at)
	s.traps["lap reinstated"]++
	s.truth.reinstated(s, e)
	s.after(13*time.Second, 21*time.Second, action{do: (*Sim).sayReinstated, car: e.Car, a: e.Lap, b: s.session.part, d: e.Value})
}

func (s *Sim) tellIncident(e *race.Event, say sayer) {
	place := ""
	if e.N > 0 {
		place = "TURN " + strconv.Itoa(e.N) + " "
	}
	if e.Lap == 1 && e.N > 0 {
		place = "LAP 1 " + place
	}
	who := s.carName(e.Car)
	if e.Other >= 0 {
		who = "CARS " + strings.TrimPrefix(who, "CAR ") + " AND " + strings.TrimPrefix(s.carName(e.Other), "CAR ")
	}
	matter := place + "INCIDENT INVOLVING " + who
	const soon, fast = 60 * time.Millisecond, 900 * time.Millisecond
	switch race.Verdict(e.Seg) {
	case race.Noted:
		say(soon, fast, rcOther, -1, 0, "%s NOTED - %s", matter, reasonText(e.Reason))
	case race.UnderInvestigation:
		say(soon, fast, rcOther, -1, 0, "FIA STEWARDS: %s UNDER INVESTIGATION - %s", matter, reasonText(e.Reason))
	case race.NoFurther:
		say(soon, fast, rcOther, -1, 0, "FIA STEWARDS: %s REVIEWED NO FURTHER INVESTIGATION - %s", matter, reasonText(e.Reason))
	case race.AfterSession:
		word := "RACE"
		if s.cfg.Session == f1.Sprint {
			word = "SPRINT"
		}
		say(soon, fast, rcOther, -1, 0, "FIA STEWARDS: %s WILL BE INVESTIGATED AFTER THE %s - %s", matter, word, reasonText(e.Reason))
	}
}

func (s *Sim) carName(i int) string {
	c := s.cars[i]
	return "CAR " + c.num + " (" + c.e.Code + ")"
}

func penaltyText(d time.Duration) string {
	if d == 0 {
		return "DRIVE THROUGH PENALTY"
	}
	return strconv.Itoa(int(d/time.Second)) + " SECOND TIME PENALTY"
}

func reasonText(r race.Reason) string {
	return map[race.Reason]string{race.TrackLimits: "TRACK LIMITS", race.CausingCollision: "CAUSING A COLLISION", race.Speeding: "SPEEDING IN THE PIT LANE",
		race.UnsafeRelease: "UNSAFE RELEASE", race.GainingAdvantage: "LEAVING THE TRACK AND GAINING AN ADVANTAGE",
		race.ForcingOff: "FORCING ANOTHER DRIVER OFF THE TRACK", race.SCInfringement: "SAFETY CAR INFRINGEMENT"}[r]
}

// leaderLap is the lap that race control writes beside its messages.
func (s *Sim) leaderLap() int { return max(1, s.tower.leaderLap) }

// sayRaceControl publishes a message: a the kind, b the lap, d the marshal sector.
func (s *Sim) sayRaceControl(a *action) {
	b := &s.root
	s.b = b
	b.reset()
	n := s.control.count
	s.control.count++
	item := &builder{}
	item.reset()
	row := f1.RaceControlRow{MessageID: n, Message: a.text, Category: "Other"}
	at := s.zero.Add(s.now).Round(time.Second)
	row.Time = at
	item.str("Utc", at.Format("2006-01-02T15:04:05"))
	if s.cfg.Session.IsRace() {
		item.num("Lap", a.b)
		row.LapNumber = f1.Some(a.b)
	}
	s.rcFields(item, a, &row)
	item.str("Message", a.text)
	if n == 0 {
		b.raw("Messages", "["+string(item.done())+"]")
	} else {
		b.in("Messages")
		b.raw(strconv.Itoa(n), string(item.done()))
		b.out()
	}
	s.truth.raceControl(row)
	s.send(feed.TopicRaceControlMessages, b.done(), s.lag())
	s.mirrorControl(a.text)
}

func (s *Sim) rcFields(item *builder, a *action, row *f1.RaceControlRow) {
	flag := func(name, scope string) {
		item.str("Category", "Flag")
		item.str("Flag", name)
		item.str("Scope", scope)
		row.Category, row.Flag, row.Scope = "Flag", name, scope
	}
	mode := func(mode, status string) {
		item.str("Category", "SafetyCar")
		item.str("Status", status)
		item.str("Mode", mode)
		row.Category = "SafetyCar"
	}
	sector := func(name string) {
		flag(name, "Sector")
		item.num("Sector", int(a.d))
		row.Sector = f1.Some(int(a.d))
	}
	driver := func(name string) {
		flag(name, "Driver")
		item.str("RacingNumber", s.cars[a.car].num)
		row.DriverNumber = f1.Some(s.cars[a.car].e.Number)
	}
	switch a.a {
	case rcGreen:
		flag("GREEN", "Track")
	case rcClearTrack:
		flag("CLEAR", "Track")
	case rcRed:
		flag("RED", "Track")
	case rcChequered:
		flag("CHEQUERED", "Track")
	case rcSC:
		mode("SAFETY CAR", "DEPLOYED")
	case rcSCIn:
		mode("SAFETY CAR", "IN THIS LAP")
	case rcVSC:
		mode("VIRTUAL SAFETY CAR", "DEPLOYED")
	case rcVSCEnd:
		mode("VIRTUAL SAFETY CAR", "ENDING")
	case rcDRSOn, rcDRSOff:
		item.str("Category", "Drs")
		item.str("Status", map[bool]string{true: "ENABLED", false: "DISABLED"}[a.a == rcDRSOn])
		row.Category = "Drs"
	case rcYellow:
		sector("YELLOW")
	case rcDouble:
		sector("DOUBLE YELLOW")
	case rcClear:
		sector("CLEAR")
	case rcBlue:
		driver("BLUE")
	case rcBlackWhite:
		driver("BLACK AND WHITE")
	case rcCarEvent:
		item.str("Category", "CarEvent")
		item.str("RacingNumber", s.cars[a.car].num)
		row.Category, row.DriverNumber = "CarEvent", f1.Some(s.cars[a.car].e.Number)
	default:
		item.str("Category", "Other")
	}
}
