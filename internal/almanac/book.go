package almanac

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pitwall.live/internal/f1"
)

// Round names a weekend.
type Round struct{ Season, Round int }

// Weekend is what a round came to.
type Weekend struct {
	Results    []Result // in the order of the classification
	Sprint     []Result
	Qualifying []Qualified
	Entered    []Entry    // who is known to take part, whether a classification names him yet or not
	Drivers    []Standing // after the round, as published; nil: not published
	Teams      []Standing
}

// Book is the almanac without lap charts and pit stops. Lists are in order: seasons by year, circuits and
// constructors by id, drivers by family name, races by season and round.
type Book struct {
	Seasons      []Season
	Circuits     []Circuit
	Drivers      []Driver
	Constructors []Constructor
	Races        []Race
	Entries      []Entry // as published; who drove is in the classifications too
	Weekends     map[Round]*Weekend

	circuits, drivers, constructors map[string]int
	names                           spellings
}

// NewBook is a book of pages, of each name one. Laps and pit stops are passed over.
func NewBook(pages []Page) (*Book, error) {
	b := &Book{Weekends: map[Round]*Weekend{}}
	for i := range pages {
		if err := b.take(&pages[i]); err != nil {
			return nil, err
		}
	}
	for _, w := range b.Weekends {
		w.Settle()
	}
	b.Index()
	return b, nil
}

// Add adds a page about a season or a round to a book that is being built.
func (b *Book) Add(p *Page) error {
	if err := b.take(p); err != nil {
		return err
	}
	if p.Round > 0 {
		b.Weekend(Round{p.Season, p.Round}).Settle()
	}
	b.Index()
	return nil
}

func (b *Book) take(p *Page) error {
	at := Round{p.Season, p.Round}
	switch p.Kind {
	case Seasons:
		return into(p, &b.Seasons)
	case Circuits:
		return into(p, &b.Circuits)
	case Drivers:
		return into(p, &b.Drivers)
	case Constructors:
		return into(p, &b.Constructors)
	case Races:
		return into(p, &b.Races)
	case Entries:
		return into(p, &b.Entries)
	case Results:
		return into(p, &b.Weekend(at).Results)
	case Sprint:
		return into(p, &b.Weekend(at).Sprint)
	case Qualifying:
		return into(p, &b.Weekend(at).Qualifying)
	case DriverStandings:
		return into(p, &b.Weekend(at).Drivers)
	case ConstructorStandings:
		return into(p, &b.Weekend(at).Teams)
	case Laps, PitStops:
		return nil
	}
	return fmt.Errorf("%w: kind %q", ErrPage, p.Kind)
}

func into[T any](p *Page, list *[]T) error {
	rows, err := Decode[T](p)
	*list = append(*list, rows...)
	return err
}

// Weekend is what a round came to, made when there is nothing of it. It is for those who build a book.
func (b *Book) Weekend(at Round) *Weekend {
	w := b.Weekends[at]
	if w == nil {
		w = &Weekend{}
		b.Weekends[at] = w
	}
	return w
}

// Index puts the lists in order and makes them findable. It is called again after they were changed.
//
// What rounds came to is put in order by [Weekend.Settle].
func (b *Book) Index() {
	slices.SortFunc(b.Seasons, func(x, y Season) int { return cmp.Compare(x.Year, y.Year) })
	slices.SortFunc(b.Circuits, func(x, y Circuit) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(b.Constructors, func(x, y Constructor) int { return strings.Compare(x.ID, y.ID) })
	collate := make(map[string]string, len(b.Drivers))
	for i := range b.Drivers {
		collate[b.Drivers[i].ID] = collated(b.Drivers[i].FamilyName)
	}
	slices.SortFunc(b.Drivers, func(x, y Driver) int {
		return cmp.Or(strings.Compare(collate[x.ID], collate[y.ID]), strings.Compare(x.ID, y.ID))
	})
	slices.SortFunc(b.Races, func(x, y Race) int { return cmp.Or(cmp.Compare(x.Season, y.Season), cmp.Compare(x.Round, y.Round)) })
	b.places()
	b.names = spellings{}
	b.learn() // a book that many read has learnt
}

// places makes the entries of the lists findable by their ids.
func (b *Book) places() {
	b.circuits, b.drivers, b.constructors = make(map[string]int, len(b.Circuits)), make(map[string]int, len(b.Drivers)), make(map[string]int, len(b.Constructors))
	for i := range b.Circuits {
		b.circuits[b.Circuits[i].ID] = i
	}
	for i := range b.Drivers {
		b.drivers[b.Drivers[i].ID] = i
	}
	for i := range b.Constructors {
		b.constructors[b.Constructors[i].ID] = i
	}
}

// Settle puts what a round came to in order, and ranks the parts of a qualifying whose places were not published. It is
// called once, by whoever adds the lists.
func (w *Weekend) Settle() {
	byPosition := func(x, y Result) int { return cmp.Compare(x.Position.Or(last), y.Position.Or(last)) }
	slices.SortStableFunc(w.Results, byPosition)
	slices.SortStableFunc(w.Sprint, byPosition)
	slices.SortStableFunc(w.Qualifying, func(x, y Qualified) int { return cmp.Compare(x.Position.Or(last), y.Position.Or(last)) })
	placeParts(w.Qualifying)
}

// collated is a name as lists of people order it: without case, accents, spaces and hyphens.
func collated(name string) string { return strings.ReplaceAll(f1.Slug(name), "_", "") }

// last is behind every position.
const last = 1 << 20

// placeParts ranks the times of each part of a qualifying whose positions were not published.
func placeParts(all []Qualified) {
	for n := range 3 {
		var parts []*Part
		known := false
		for i := range all {
			if p := all[i].Parts[n]; p != nil {
				known = known || p.Position.Known
				parts = append(parts, p)
			}
		}
		if known {
			continue
		}
		slices.SortStableFunc(parts, func(x, y *Part) int { return cmp.Compare(x.Time.Or(last*1e9), y.Time.Or(last*1e9)) })
		for i, p := range parts {
			if p.Time.Known {
				p.Position.Value, p.Position.Known = i+1, true
			}
		}
	}
}

// Circuit is a circuit, or one that has only its id.
func (b *Book) Circuit(id string) Circuit {
	if i, ok := b.circuits[id]; ok {
		return b.Circuits[i]
	}
	return Circuit{ID: id, Name: id}
}

// Driver is a driver, or one who has only his id.
func (b *Book) Driver(id string) Driver {
	if i, ok := b.drivers[id]; ok {
		return b.Drivers[i]
	}
	return Driver{ID: id}
}

// Constructor is a constructor, or one that has only its id.
func (b *Book) Constructor(id string) Constructor {
	if i, ok := b.constructors[id]; ok {
		return b.Constructors[i]
	}
	return Constructor{ID: id, Name: id}
}

// Race is a weekend of the calendar.
func (b *Book) Race(at Round) (Race, bool) {
	i, ok := slices.BinarySearchFunc(b.Races, at, func(r Race, at Round) int {
		return cmp.Or(cmp.Compare(r.Season, at.Season), cmp.Compare(r.Round, at.Round))
	})
	if !ok {
		return Race{}, false
	}
	return b.Races[i], true
}

// Calendar are the races of a season.
func (b *Book) Calendar(season int) []Race {
	from, _ := slices.BinarySearchFunc(b.Races, season, func(r Race, s int) int { return cmp.Compare(r.Season, s) })
	to, _ := slices.BinarySearchFunc(b.Races, season+1, func(r Race, s int) int { return cmp.Compare(r.Season, s) })
	return b.Races[from:to]
}
