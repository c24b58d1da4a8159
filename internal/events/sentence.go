package events

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"pitwall.live/internal/f1"
)

// sentences say what happened, a kind each. {car}, {other} and {cars} are names, {from} and {to} numbers; the value is
// named by its unit, so that none stands without one. What is in brackets is left out when a part of it is unknown.
var sentences = map[f1.EventKind]string{
	OvertakeOnTrack: "{car} passes {other}[, P{from} to P{to}][, {detail}]",
	OrderPit:        "{car} ahead of {other}[, P{from} to P{to}], in the pits[, {detail}]",
	OrderIncident:   "{car} ahead of {other}[, P{from} to P{to}], incident[, {detail}]",
	OrderPenalty:    "{car} ahead of {other}[, P{from} to P{to}][, {detail}]",
	OrderLapping:    "{car} ahead of {other}[, P{from} to P{to}], lapping[, {detail}]",
	OrderNeutral:    "{car} ahead of {other}[, P{from} to P{to}], under neutralisation[, {detail}]",
	OrderTiming:     "{car} ahead of {other}[, P{from} to P{to}], a correction of the timing[, {detail}]",
	OrderOther:      "{car} ahead of {other}[, P{from} to P{to}], unexplained[, {detail}]",
	LeadChange:      "{car} takes the lead[ from {other}][, {detail}]",
	StartGain:       "{car} gains {places} at the start[, P{from} to P{to}][, {detail}]",
	StartLoss:       "{car} loses {places} at the start[, P{from} to P{to}][, {detail}]",
	Lapped:          "{car} is lapped[ by {other}][, {laps down}][, {detail}]",
	Unlapped:        "{car} is unlapped[ from {other}][, {laps down}][, {detail}]",
	BattleStarted:   "{car} fights {other}[ for P{to}][, {s} behind][, {detail}]",
	BattleEnded:     "Battle over, {car} behind {other}[, {detail}]",
	TrainFormed:     "Train of cars: {cars}[, {detail}]",
	TrainBroken:     "Train broken up: {cars}[, {detail}]",
	GapClosing:      "{car} closes on {other}[, there in {laps}][, {detail}]",
	GapClosingEnded: "{car} no longer closes on {other}[, {detail}]",

	PitEntry:           "{car} enters the pits[, under {detail}]",
	PitExit:            "{car} leaves the pits[ after {s}][, {detail}]",
	PitStop:            "{car} makes stop {to}[, {s} in the pit lane][, {detail}]",
	PitDriveThrough:    "{car} drives through the pit lane[, {s}][, {detail}]",
	PitRedFlag:         "{car} in the pit lane under the red flag[, {s}][, {detail}]",
	UndercutAttempt:    "{car} tries to undercut {other}[, stops on lap {from}][, {detail}]",
	UndercutSuccess:    "{car} undercuts {other}[, stops on laps {from} and {to}][, {gain}][, {detail}]",
	UndercutFail:       "{car} fails to undercut {other}[, stops on laps {from} and {to}][, {gain}][, {detail}]",
	OvercutAttempt:     "{car} tries to overcut {other}[, stops on laps {from} and {to}][, {detail}]",
	OvercutSuccess:     "{car} overcuts {other}[, stops on laps {from} and {to}][, {gain}][, {detail}]",
	OvercutFail:        "{car} fails to overcut {other}[, stops on laps {from} and {to}][, {gain}][, {detail}]",
	TyreChanged:        "{car} on other tyres[, {detail}][, {laps} old][, stint {to}]",
	TwoCompoundWarning: "{car} has not used the tyres it must[, {laps} left][, {detail}]",

	LapCompleted:      "{car} completes a lap[ in {lap time}][, P{to}][, {detail}]",
	FastestOverall:    "Fastest lap: {car}[, {lap time}][, beats {other}][, {detail}]",
	FastestPersonal:   "Personal best: {car}[, {lap time}][, {detail}]",
	SectorOverall:     "Fastest sector: {car}[, {lap time}][, beats {other}][, {detail}]",
	SectorPersonal:    "Personal best sector: {car}[, {lap time}][, {detail}]",
	SpeedRecord:       "Highest speed: {car}[, {km/h}][, beats {other}][, {detail}]",
	LapDeleted:        "{car} loses a lap time[, {lap time}][, {detail}]",
	LapReinstated:     "{car} gets a lap time back[, {lap time}][, {detail}]",
	TrackLimitsStrike: "{car} has strike {to}[, {detail}]",

	FlagYellow:       "Yellow flag[ in sector {number}][, {detail}]",
	FlagDoubleYellow: "Double yellow flag[ in sector {number}][, {detail}]",
	FlagClear:        "All clear[ in sector {number}][, {detail}]",
	FlagGreen:        "Green light, the pit exit is open[, {detail}]",
	FlagRed:          "Red flag[, {detail}]",
	FlagBlackWhite:   "Black and white flag for {car}[, {detail}]",
	FlagBlackOrange:  "Black and orange flag for {car}[, {detail}]",
	FlagBlack:        "Black flag for {car}[, {detail}]",
	BlueFlag:         "Blue flag for {car}[, {times}][, {detail}]",
	SCDeployed:       "Safety car deployed[, {detail}]",
	SCInThisLap:      "Safety car in this lap[, {detail}]",
	SCEnded:          "Safety car period over[, {detail}]",
	VSCDeployed:      "Virtual safety car deployed[, {detail}]",
	VSCEnding:        "Virtual safety car ending[, {detail}]",
	VSCEnded:         "Virtual safety car over[, {detail}]",

	SessionScheduled:  "Session scheduled[ for {detail}]",
	SessionDelayed:    "Session delayed[: {detail}]",
	SessionAnnounced:  "Announced[: {detail}]",
	SessionStarted:    "Session started[, {detail}]",
	SessionSuspended:  "Session suspended[, {detail}]",
	SessionResumed:    "Session resumed[, {detail}]",
	SessionEnded:      "Session ended[, {detail}]",
	SessionFinalised:  "Session finalised[, {detail}]",
	PartStarted:       "Part {number} of qualifying started[, {detail}]",
	PartEnded:         "Part {number} of qualifying ended[, {detail}]",
	ChequeredLeader:   "Chequered flag[ for {car}][, {detail}]",
	ChequeredCar:      "{car} takes the chequered flag[, P{to}][, {detail}]",
	KnockedOut:        "{car} is knocked out[, P{to}][, {detail}]",
	Advanced:          "{car} goes on[, P{to}][, {detail}]",
	BubbleChange:      "{car} holds the last place that goes on[, P{to}][, in place of {other}][, {detail}]",
	ResultProvisional: "Provisional result[: {cars}][, {detail}]",
	ResultRevised:     "Revised result[: {cars}][, {detail}]",
	ResultFinal:       "Final result[: {cars}][, {detail}]",
	ThreeHourWarning:  "Time of the race runs out[ in {minutes}][, {detail}]",
	Warning107:        "{car} is outside 107 %[ by {s}][, fastest {other}][, {detail}]",

	InvestigationNoted:    "Incident noted[: {cars}][, {detail}]",
	InvestigationUnder:    "Under investigation[: {cars}][, {detail}]",
	InvestigationAfter:    "Investigation after the session[: {cars}][, {detail}]",
	InvestigationNoAction: "No further action[: {cars}][, {detail}]",
	PenaltyIssued:         "Penalty for {car}[, {penalty}][, {detail}]",
	PenaltyServed:         "Penalty of {car} served[, {penalty}][, {detail}]",
	PenaltyApplied:        "Penalty of {car} added[, {s}][, P{from} to P{to}][, {detail}]",

	OvertakeAvailable: "{car} may use the overtaking aid[, {s} behind {other}][, {detail}]",
	OvertakeEnabled:   "Overtaking aid enabled[ in zone {number}][, {detail}]",
	OvertakeDisabled:  "Overtaking aid disabled[ in zone {number}][, {detail}]",
	WeatherChange:     "Weather[: {detail}]",
	WeatherWet:        "Declared wet[, {detail}]",
	WeatherRisk:       "Risk of rain[ {number} %][, {detail}]",

	CarStopped:        "{car} has stopped[, {detail}]",
	Retirement:        "{car} is out[, {detail}]",
	IncidentCandidate: "{car} may be in trouble[, {s} for a sector][, {detail}]",
	IncidentConfirmed: "{car} is in trouble[, {s} for a sector][, {detail}]",
	IncidentCleared:   "{car} was in no trouble[, {detail}]",
	DataGap:           "Data missing[ for {s}][, {detail}]",
	DataRecovered:     "Data back[ after {s}][, {detail}]",
	DataDisagree:      "The feed has {car} and {other} for P{number}[, {detail}]",

	ChampionshipSwing:    "Forecast of the championship[: {car}][, P{from} to P{to}][, {points}][, {detail}]",
	ChampionshipClinch:   "The title can be won[ by {car}][, {detail}]",
	ChampionshipClinched: "The title is won[ by {car}][, {detail}]",
}

// named is how many cars of an event a sentence names.
const named = 6

// Sentence says what happened to whom in one line, whatever the event's status is. name is what a car is called.
func Sentence(e *f1.Event, name func(number int) string) string {
	text, known := sentences[e.Kind]
	if !known {
		return Title(e.Kind)
	}
	var b strings.Builder
	for text != "" {
		before, after, found := strings.Cut(text, "[")
		part, _ := fill(e, before, name)
		b.WriteString(part)
		if !found {
			break
		}
		optional, rest, _ := strings.Cut(after, "]")
		if part, whole := fill(e, optional, name); whole {
			b.WriteString(part)
		}
		text = rest
	}
	return b.String()
}

// fill puts what is known of an event in a part of a sentence; it reports whether all of it is.
func fill(e *f1.Event, text string, name func(int) string) (string, bool) {
	whole := true
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String(), whole
		}
		slot, rest, _ := strings.Cut(after, "}")
		word := wordOf(e, slot, name)
		if word == "" {
			word, whole = "unknown", false
		}
		b.WriteString(word)
		text = rest
	}
}

// wordOf is what an event says in a place of a sentence, "" when it does not.
func wordOf(e *f1.Event, slot string, name func(int) string) string {
	one := func(o f1.Opt[int], write func(int) string) string {
		if !o.Known {
			return ""
		}
		return write(o.Value)
	}
	switch slot {
	case "car":
		return one(e.Car, name)
	case "other":
		return one(e.Other, name)
	case "cars":
		return namesOf(e, name)
	case "from":
		return one(e.From, strconv.Itoa)
	case "to":
		return one(e.To, strconv.Itoa)
	case "laps down":
		return one(e.To, func(n int) string {
			if n == 0 {
				return "on the lead lap"
			}
			return plural(float64(n), "lap") + " down"
		})
	case "detail":
		return inWords(e)
	}
	if !e.Value.Known {
		return ""
	}
	return measured(e.Value.Value, slot, e.Detail)
}

// namesOf are the cars of an event; of many only the first ones.
func namesOf(e *f1.Event, name func(int) string) string {
	numbers := e.Cars
	if len(numbers) == 0 {
		for _, n := range []f1.Opt[int]{e.Car, e.Other} {
			if n.Known {
				numbers = append(numbers, n.Value)
			}
		}
	}
	names := make([]string, 0, named)
	for _, n := range numbers[:min(len(numbers), named)] {
		names = append(names, name(n))
	}
	text := strings.Join(names, ", ")
	if more := len(numbers) - named; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// measured is a value with its unit.
func measured(v float64, unit, detail string) string {
	switch unit {
	case "lap time":
		return clockTime(v)
	case "s":
		if math.Abs(v) < 10 {
			return fmt.Sprintf("%.2f s", v)
		}
		return fmt.Sprintf("%.1f s", v)
	case "gain":
		return fmt.Sprintf("%+.1f s", v)
	case "km/h":
		return fmt.Sprintf("%.0f km/h", v)
	case "laps":
		return plural(v, "lap")
	case "places":
		return plural(v, "place")
	case "points":
		return plural(v, "point")
	case "minutes":
		return plural(v, "minute")
	case "times":
		if v <= 1 {
			return ""
		}
		return plural(v, "time")
	case "penalty": // its kind begins the detail
		switch {
		case strings.HasPrefix(detail, "grid"):
			return plural(v, "grid place")
		case strings.HasPrefix(detail, "time"), strings.HasPrefix(detail, "stop"):
			return short(v) + " s"
		}
		return ""
	}
	return short(v)
}

func short(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func plural(n float64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return short(n) + " " + one + "s"
}

// clockTime is a time of a lap or of a sector: 1:27.321, 35.608.
func clockTime(seconds float64) string {
	ms := int64(math.Round(seconds * 1000))
	if ms < 60_000 {
		return fmt.Sprintf("%d.%03d", ms/1000, ms%1000)
	}
	return fmt.Sprintf("%d:%02d.%03d", ms/60_000, ms/1000%60, ms%1000)
}

var (
	kindForm   = regexp.MustCompile(`\b(overtake\.on_track|order\.changed\.[a-z]+)\b`)
	instant    = regexp.MustCompile(`\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ`)
	joined     = regexp.MustCompile(`\b[a-z]+(_[a-z]+)+\b`)
	carForm    = regexp.MustCompile(`\bv?sc\b`)
	shouted    = regexp.MustCompile(`\([A-Z]{3}\)|[A-Z][A-Z0-9']*`)
	shoutedOne = regexp.MustCompile(`\b[A-Z]{4,}\b`)
)

// ways are the kinds of a change of places that details name.
var ways = map[string]string{
	string(OvertakeOnTrack): "on track", string(OrderPit): "in the pits", string(OrderIncident): "incident", string(OrderPenalty): "after the flag",
	string(OrderLapping): "lapping", string(OrderNeutral): "under neutralisation", string(OrderTiming): "a correction of the timing", string(OrderOther): "unexplained",
}

// letters are not lowered: they are no words.
var letters = map[string]bool{"DRS": true, "FIA": true, "VSC": true, "SC": true, "UTC": true, "II": true, "III": true, "FL": true, "ST": true}

// inWords is an event's detail without names of kinds and without race control's capitals.
func inWords(e *f1.Event) string {
	text := kindForm.ReplaceAllStringFunc(e.Detail, func(kind string) string {
		if way, known := ways[kind]; known {
			return way
		}
		return kind
	})
	text = joined.ReplaceAllStringFunc(instant.ReplaceAllString(text, "$1 $2 UTC"), func(w string) string { return strings.ReplaceAll(w, "_", " ") })
	parts := strings.Split(text, "; ")
	for i, part := range parts {
		if strings.ContainsFunc(part, func(r rune) bool { return r >= 'a' && r <= 'z' }) {
			parts[i] = shoutedOne.ReplaceAllStringFunc(part, lowered) // names keep their capitals
		} else {
			parts[i] = lowered(part)
		}
		parts[i] = carForm.ReplaceAllStringFunc(parts[i], strings.ToUpper)
	}
	text = strings.Join(parts, "; ")
	if e.Kind != PenaltyIssued && e.Kind != PenaltyServed {
		return text
	}
	if rest, ok := strings.CutPrefix(text, "time"); ok {
		return "time penalty" + rest
	}
	if rest, ok := strings.CutPrefix(text, "grid drop"); ok {
		return "grid places" + rest
	}
	return text
}

func lowered(text string) string {
	return shouted.ReplaceAllStringFunc(text, func(w string) string {
		if w[0] == '(' || letters[w] || strings.ContainsAny(w, "0123456789") {
			return w
		}
		return strings.ToLower(w)
	})
}
