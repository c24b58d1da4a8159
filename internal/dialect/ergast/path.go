package ergast

import (
	"net/http"
	"strconv"
	"strings"
)

// The endpoints, as the last words of a path.
const (
	seasons      = "seasons"
	circuits     = "circuits"
	races        = "races"
	constructors = "constructors"
	drivers      = "drivers"
	results      = "results"
	sprint       = "sprint"
	qualifying   = "qualifying"
	pitStops     = "pitstops"
	laps         = "laps"
	status       = "status"
	driverTables = "driverstandings"
	teamTables   = "constructorstandings"
)

// query is a path read.
type query struct {
	endpoint string
	season   string // digits or current; "" none
	round    string // digits, last or next
	at       struct{ season, round int }

	circuit, constructor, driver string
	grid, results, fastest       number // of the race; of a sprint where the endpoint is sprint
	status, lap, stop            number
	part                         number // the place in any part of a qualifying
	place                        number // in a championship
	final                        bool   // the endpoint's own filter was given
}

// number is a filter by a number, given or not.
type number struct {
	text  string
	value int
	given bool
}

func (n number) is(v int, known bool) bool { return !n.given || known && v == n.value }

// refusal is an error of a path, in the service's words.
type refusal struct {
	status int
	detail string
}

func (r *refusal) Error() string { return r.detail }

// The refusals.
var (
	errNotFound = &refusal{http.StatusNotFound, "Not found."}
	errNoSeason = &refusal{http.StatusBadRequest, "Bad Request: Missing one of the required parameters ['season_year']."}
	errNoRound  = &refusal{http.StatusBadRequest, "Bad Request: Missing one of the required parameters ['season_year', 'race_round']."}
	errFilter   = &refusal{http.StatusBadRequest, "Bad Request: Unsupported filter for endpoint."}
	errFinal    = &refusal{http.StatusBadRequest, "Bad Request: Endpoint does not support final filter."}
)

// criteria are the words that take a value on the way; of those not in endpoints the value is a number.
var criteria = map[string]bool{circuits: true, constructors: true, drivers: true, "grid": true, results: true, "fastest": true, status: true, laps: true}

var endpoints = map[string]bool{
	seasons: true, circuits: true, races: true, constructors: true, drivers: true, results: true, sprint: true, qualifying: true,
	pitStops: true, laps: true, status: true, driverTables: true, teamTables: true,
}

// Bounds of a path: a longer one is none of the service's.
const (
	maxPath  = 1000
	maxWords = 64
)

// parsePath reads what stands behind /f1.
func parsePath(path string) (*query, error) {
	path = strings.Trim(strings.TrimSuffix(strings.TrimSuffix(path, "/"), ".json"), "/")
	if len(path) > maxPath {
		return nil, errNotFound
	}
	var words []string
	if path != "" {
		words = strings.Split(path, "/")
	}
	if len(words) > maxWords {
		return nil, errNotFound
	}
	q := &query{}
	if len(words) > 0 && isSeason(words[0]) {
		q.season, words = words[0], words[1:]
		if len(words) > 0 && isRound(words[0]) {
			q.round, words = words[0], words[1:]
		}
		if len(words) == 0 {
			q.endpoint = races
		}
	}
	for len(words) > 2 {
		if !criteria[words[0]] {
			return nil, errNotFound
		}
		if err := q.criterion(words[0], words[1]); err != nil {
			return nil, err
		}
		words = words[2:]
	}
	if len(words) > 0 {
		if err := q.last(words); err != nil {
			return nil, err
		}
	}
	if q.endpoint == "" {
		return nil, errNotFound
	}
	return q, q.check()
}

// last reads the endpoint and its own filter.
func (q *query) last(words []string) error {
	word := words[0]
	if lower := strings.ToLower(word); word == "driverStandings" || word == "constructorStandings" {
		word = lower
	}
	if !endpoints[word] {
		return errNotFound
	}
	q.endpoint = word
	if len(words) == 1 {
		return nil
	}
	q.final = true
	value := words[1]
	var err error
	switch word {
	case seasons, races:
		return errFinal
	case sprint:
		q.results, err = numeric(value)
	case qualifying:
		q.part, err = numeric(value)
	case pitStops:
		q.stop, err = numeric(value)
	case driverTables, teamTables:
		q.place, err = numeric(value)
	default:
		err = q.criterion(word, value)
	}
	return err
}

// criterion sets a filter; of two the later holds.
func (q *query) criterion(word, value string) (err error) {
	switch word {
	case circuits, constructors, drivers:
		if value == "" || strings.Trim(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			return errNotFound
		}
		switch word {
		case circuits:
			q.circuit = value
		case constructors:
			q.constructor = value
		case drivers:
			q.driver = value
		}
	case "grid":
		q.grid, err = numeric(value)
	case results:
		q.results, err = numeric(value)
	case "fastest":
		q.fastest, err = numeric(value)
	case status:
		q.status, err = numeric(value)
	case laps:
		q.lap, err = numeric(value)
	}
	return err
}

// check holds the filters to the endpoint.
func (q *query) check() error {
	of := q.grid.given || q.results.given || q.fastest.given || q.status.given
	switch q.endpoint {
	case laps, pitStops:
		if q.season == "" || q.round == "" {
			return errNoRound
		}
	case driverTables, teamTables:
		if q.season == "" {
			return errNoSeason
		}
		other := q.constructor
		if q.endpoint == teamTables {
			other = q.driver
		}
		if other != "" || of || q.circuit != "" || q.lap.given {
			return errFilter
		}
	default:
		if q.lap.given {
			return errFilter
		}
	}
	return nil
}

func isSeason(s string) bool { return s == "current" || len(s) == 4 && digits(s) }

func isRound(s string) bool {
	return s == "last" || s == "next" || len(s) > 0 && len(s) <= 2 && digits(s)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// numeric reads a number; one that is too large equals nothing.
func numeric(s string) (number, error) {
	if !digits(s) {
		return number{}, errNotFound
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		n = -1 // out of range: nothing has it
	}
	return number{text: s, value: n, given: true}, nil
}

// table echoes the filters as the endpoint's table does.
func (q *query) table() echo {
	e := echo{CircuitID: q.circuit, ConstructorID: q.constructor, DriverID: q.driver, Grid: q.grid.text, Position: q.results.text,
		Status: q.status.text, Fastest: q.fastest.text, Lap: q.lap.text, Stop: q.stop.text}
	if q.season != "" {
		e.Season = strconv.Itoa(q.at.season)
	}
	if q.round != "" {
		e.Round = strconv.Itoa(q.at.round)
	}
	switch q.endpoint {
	case laps:
		e.Lap = ""
	case sprint:
		if q.final {
			e.Position = ""
		}
	case driverTables:
		e.DriverStandings = q.place.text
	case teamTables:
		e.ConstructorStandings = q.place.text
	}
	return e
}
