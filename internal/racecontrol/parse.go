package racecontrol

import (
	"slices"

	"pitwall.live/internal/f1"
)

// Parse reads one message: its text, and what the fields beside the text add. Where both say something the
// text counts; a text that fits no form but comes with a flag is that flag, any other is Unknown.
func Parse(row *f1.RaceControlRow) Message {
	var tokens [48]token
	var cars [24]int
	p := parser{tokens: tokens[:0], cars: cars[:0], m: Message{Kind: Unknown, Text: row.Message}}
	if p.split(row.Message) {
		i := p.prefixes()
		if p.match(i) && len(p.cars) > 0 {
			p.m.Cars = slices.Clone(p.cars)
		}
	}
	p.m.complete(row)
	return p.m
}

// prefixes reads who speaks and whether it is a correction, in whatever order and with however many colons,
// and returns where the matter begins.
func (p *parser) prefixes() int {
	for i := 0; ; {
		switch {
		case p.is(i, ":", "-", ","):
			i++
		case p.is(i, "FIA") && p.is(i+1, "STEWARDS"):
			p.m.Stewards = true
			i += 2
		case p.is(i, "STEWARDS") && p.is(i+1, ":"):
			p.m.Stewards = true
			i++
		case p.is(i, "CORRECTION", "UPDATE", "CORRECTED", "UPDATED", "AMENDED"):
			p.m.Correction = true
			i++
		default:
			return i
		}
	}
}

// complete adds what the fields say and the text does not.
func (m *Message) complete(row *f1.RaceControlRow) {
	if m.Kind == Unknown {
		m.Kind = ofFlag(row.Flag)
	}
	if car := row.DriverNumber; len(m.Cars) == 0 && car.Known && car.Value >= 1 && car.Value <= maxCar {
		m.Cars = []int{car.Value}
	}
	if sector := row.Sector; !m.Sector.Known && sector.Known && sector.Value > 0 {
		m.Sector = sector
	}
	if m.Scope == "" {
		switch row.Scope {
		case "Track":
			m.Scope = Track
		case "Sector":
			m.Scope = Sector
		case "Driver":
			m.Scope = Driver
		}
	}
}

// ofFlag is the kind of a message whose field Flag says it.
func ofFlag(flag string) Kind {
	switch flag {
	case "YELLOW":
		return Yellow
	case "DOUBLE YELLOW":
		return DoubleYellow
	case "CLEAR":
		return Clear
	case "GREEN":
		return GreenLight
	case "RED":
		return Red
	case "CHEQUERED":
		return Chequered
	case "BLUE":
		return Blue
	case "BLACK AND WHITE":
		return BlackAndWhite
	case "BLACK AND ORANGE":
		return BlackAndOrange
	case "BLACK":
		return Black
	}
	return Unknown
}
