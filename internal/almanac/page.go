package almanac

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Kind is what a page lists.
type Kind string

// The kinds. Those before Races are of all seasons, Races and Entries of a season, the rest of a round.
const (
	Seasons              Kind = "seasons"
	Circuits             Kind = "circuits"
	Drivers              Kind = "drivers"
	Constructors         Kind = "constructors"
	Races                Kind = "races"
	Entries              Kind = "entries"
	Results              Kind = "results"
	Sprint               Kind = "sprint"
	Qualifying           Kind = "qualifying"
	Laps                 Kind = "laps"
	PitStops             Kind = "pit_stops"
	DriverStandings      Kind = "driver_standings"
	ConstructorStandings Kind = "constructor_standings"
)

// kinds says what a kind belongs to: nothing, a season, or a round.
var kinds = map[Kind]struct{ season, round bool }{
	Seasons: {}, Circuits: {}, Drivers: {}, Constructors: {}, Races: {season: true}, Entries: {season: true},
	Results: {true, true}, Sprint: {true, true}, Qualifying: {true, true}, Laps: {true, true}, PitStops: {true, true},
	DriverStandings: {true, true}, ConstructorStandings: {true, true},
}

// Status says what a version of a page is worth.
type Status string

// The states.
const (
	Provisional Status = "provisional" // it may still change
	Final       Status = "final"       // read twice alike a day apart, or long after the fact
	Revised     Status = "revised"     // changed after it was final
)

// Name is which page.
type Name struct {
	Kind          Kind
	Season, Round int // 0 where the kind is not of one
}

func (n Name) String() string {
	switch {
	case n.Round > 0:
		return fmt.Sprintf("%s of %d round %d", n.Kind, n.Season, n.Round)
	case n.Season > 0:
		return fmt.Sprintf("%s of %d", n.Kind, n.Season)
	}
	return string(n.Kind)
}

// Page is one version of one list.
type Page struct {
	Name
	Version int       // from 1, rising with what was learnt; the store numbers it
	Known   time.Time // when it was learnt
	Status  Status
	Source  string // ergast
	Body    []byte // JSON, as Encode makes it
}

// ErrPage is the error of a page that can not be one.
var ErrPage = errors.New("no page of the almanac")

// Check holds a page to its own rules.
func (p *Page) Check() error {
	of, known := kinds[p.Kind]
	switch {
	case !known:
		return fmt.Errorf("%w: kind %q", ErrPage, p.Kind)
	case of.season != (p.Season > 0) || of.round != (p.Round > 0):
		return fmt.Errorf("%w: %s of season %d round %d", ErrPage, p.Kind, p.Season, p.Round)
	case p.Known.IsZero():
		return fmt.Errorf("%w: %s: when was it known", ErrPage, p.Name)
	case p.Status != Provisional && p.Status != Final && p.Status != Revised:
		return fmt.Errorf("%w: %s: status %q", ErrPage, p.Name, p.Status)
	case !json.Valid(p.Body):
		return fmt.Errorf("%w: %s: its body is no JSON", ErrPage, p.Name)
	}
	return nil
}

// Encode is the body of a page: the same rows give the same bytes.
func Encode[T any](rows []T) ([]byte, error) {
	if rows == nil {
		rows = []T{}
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("almanac: encode: %w", err)
	}
	return b, nil
}

// Decode gives the rows of a page.
func Decode[T any](p *Page) ([]T, error) {
	var rows []T
	if err := json.Unmarshal(p.Body, &rows); err != nil {
		return nil, fmt.Errorf("almanac: %s: %w", p.Name, err)
	}
	return rows, nil
}

// Times by which a list is trusted.
const (
	settling = 24 * time.Hour      // two reads alike so far apart make it final
	LongPast = 30 * 24 * time.Hour // what is so old is final when it is first read
)

// Judge says what a list that was read now is, given the newest version before (nil: none) and when the event was
// (zero: it is no event). It is false when the list tells nothing new.
func Judge(was, is *Page, event time.Time) bool {
	switch {
	case was == nil && (event.IsZero() || is.Known.Sub(event) > LongPast):
		is.Status = Final
	case was == nil:
		is.Status = Provisional
	case string(was.Body) == string(is.Body):
		if was.Status != Provisional || is.Known.Sub(was.Known) < settling {
			return false
		}
		is.Status = Final
	case was.Status == Provisional:
		is.Status = Provisional
	default:
		is.Status = Revised
	}
	return true
}
