package ergast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// maxPages bounds how many pages one list may have.
const maxPages = 400

// all reads every page of an address, and puts together what they split.
func (c *Client) all(ctx context.Context, path string, settled time.Duration) (*mrData, error) {
	const attempts = 3
	for n := 1; ; n++ {
		data, err := c.pages(ctx, path, settled)
		if !errors.Is(err, errMoved) || n == attempts {
			return data, err
		}
		settled = -1 // what is kept belongs to another state
	}
}

// errMoved: the list changed while its pages were read.
var errMoved = errors.New("the list changes faster than it can be read")

func (c *Client) pages(ctx context.Context, path string, settled time.Duration) (*mrData, error) {
	var whole *mrData
	for n, offset := 0, 0; ; n++ {
		body, err := c.get(ctx, path+".json?limit="+strconv.Itoa(maxLimit)+"&offset="+strconv.Itoa(offset), settled)
		if err != nil {
			return nil, err
		}
		var r reply
		if err := json.Unmarshal(body, &r); err != nil {
			return nil, fmt.Errorf("ergast: %s%s: %w", c.Base, path, err)
		}
		page := &r.MRData
		total, err := strconv.Atoi(page.Total)
		if err != nil {
			return nil, fmt.Errorf("ergast: %s%s: total %q", c.Base, path, page.Total)
		}
		switch {
		case whole == nil:
			whole = page
		case whole.Total != page.Total:
			return nil, fmt.Errorf("ergast: %s%s: %w", c.Base, path, errMoved)
		default:
			whole.merge(page)
		}
		rows := page.rows()
		// Not by the limit that was asked for: the service may have cut it, and says nothing when it does.
		if offset += rows; offset >= total {
			return whole, nil
		}
		if rows == 0 || n == maxPages {
			return nil, fmt.Errorf("ergast: %s%s: %w: %d of %d rows", c.Base, path, errMoved, offset, total)
		}
	}
}

// rows counts the innermost rows of a page.
func (d *mrData) rows() int {
	switch {
	case d.Seasons != nil:
		return len(d.Seasons.Seasons)
	case d.Circuits != nil:
		return len(d.Circuits.Circuits)
	case d.Makers != nil:
		return len(d.Makers.Constructors)
	case d.Drivers != nil:
		return len(d.Drivers.Drivers)
	case d.Status != nil:
		return len(d.Status.Status)
	case d.Standings != nil:
		n := 0
		for i := range d.Standings.Lists {
			n += len(d.Standings.Lists[i].DriverStandings) + len(d.Standings.Lists[i].ConstructorStandings)
		}
		return n
	case d.Races != nil:
		n := 0
		for i := range d.Races.Races {
			n += d.Races.Races[i].rows()
		}
		return n
	}
	return 0
}

// rows counts what is listed of a race; a race of a calendar is a row itself.
func (r *raceShape) rows() int {
	n := len(r.Results) + len(r.SprintResults) + len(r.QualifyingResults) + len(r.PitStops)
	for i := range r.Laps {
		n += len(r.Laps[i].Timings)
	}
	if n == 0 {
		return 1
	}
	return n
}

// merge adds the next page.
func (d *mrData) merge(next *mrData) {
	switch {
	case d.Seasons != nil && next.Seasons != nil:
		d.Seasons.Seasons = append(d.Seasons.Seasons, next.Seasons.Seasons...)
	case d.Circuits != nil && next.Circuits != nil:
		d.Circuits.Circuits = append(d.Circuits.Circuits, next.Circuits.Circuits...)
	case d.Makers != nil && next.Makers != nil:
		d.Makers.Constructors = append(d.Makers.Constructors, next.Makers.Constructors...)
	case d.Drivers != nil && next.Drivers != nil:
		d.Drivers.Drivers = append(d.Drivers.Drivers, next.Drivers.Drivers...)
	case d.Status != nil && next.Status != nil:
		d.Status.Status = append(d.Status.Status, next.Status.Status...)
	case d.Standings != nil && next.Standings != nil:
		d.Standings.merge(next.Standings)
	case d.Races != nil && next.Races != nil:
		d.Races.merge(next.Races)
	}
}

// merge joins lists of the same round.
func (t *standingsTable) merge(next *standingsTable) {
	for _, list := range next.Lists {
		if n := len(t.Lists); n > 0 && t.Lists[n-1].Season == list.Season && t.Lists[n-1].Round == list.Round {
			last := &t.Lists[n-1]
			last.DriverStandings = append(last.DriverStandings, list.DriverStandings...)
			last.ConstructorStandings = append(last.ConstructorStandings, list.ConstructorStandings...)
			continue
		}
		t.Lists = append(t.Lists, list)
	}
}

// merge joins what two pages tell of the same race and the same lap.
func (t *raceTable) merge(next *raceTable) {
	for i := range next.Races {
		r := &next.Races[i]
		n := len(t.Races)
		if n == 0 || t.Races[n-1].Season != r.Season || t.Races[n-1].Round != r.Round {
			t.Races = append(t.Races, *r)
			continue
		}
		last := &t.Races[n-1]
		last.Results = append(last.Results, r.Results...)
		last.SprintResults = append(last.SprintResults, r.SprintResults...)
		last.QualifyingResults = append(last.QualifyingResults, r.QualifyingResults...)
		last.PitStops = append(last.PitStops, r.PitStops...)
		for _, lap := range r.Laps {
			if k := len(last.Laps); k > 0 && last.Laps[k-1].Number == lap.Number {
				last.Laps[k-1].Timings = append(last.Laps[k-1].Timings, lap.Timings...)
				continue
			}
			last.Laps = append(last.Laps, lap)
		}
	}
}
