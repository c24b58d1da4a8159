package almanac

import (
	"slices"
	"strings"

	"pitwall.live/internal/f1"
)

// spellings are the names that timing may have for people and teams, spelt once: a record has nearly a thousand people.
type spellings struct {
	people map[string]string   // slug of given and family name: id of the youngest bearer
	codes  map[string][]string // code: ids of its bearers
	teams  map[string]string   // slug of the name, with and without its ending: id of the first bearer
}

// learn spells the names, if that is not done.
func (b *Book) learn() {
	if b.names.people != nil {
		return
	}
	n := spellings{make(map[string]string, len(b.Drivers)), map[string][]string{}, map[string]string{}}
	for i := range b.Drivers {
		d := &b.Drivers[i]
		name := f1.Slug(d.GivenName + " " + d.FamilyName)
		if has, ok := n.people[name]; name != "" && (!ok || d.DateOfBirth > b.Drivers[b.drivers[has]].DateOfBirth) {
			n.people[name] = d.ID
		}
		if d.Code != "" {
			n.codes[d.Code] = append(n.codes[d.Code], d.ID)
		}
	}
	for i := range b.Constructors {
		c := &b.Constructors[i]
		name := f1.Slug(c.Name)
		for _, spelt := range []string{name, strings.TrimSuffix(name, "_f1_team")} {
			if _, ok := n.teams[spelt]; !ok && spelt != "" {
				n.teams[spelt] = c.ID
			}
		}
	}
	b.names = n
}

// Clone is a book whose lists and weekends can be added to without changing this one. The lists of a weekend are shared.
func (b *Book) Clone() *Book {
	c := &Book{Seasons: slices.Clone(b.Seasons), Circuits: slices.Clone(b.Circuits), Drivers: slices.Clone(b.Drivers),
		Constructors: slices.Clone(b.Constructors), Races: slices.Clone(b.Races), Entries: slices.Clone(b.Entries), Weekends: make(map[Round]*Weekend, len(b.Weekends)),
		circuits: b.circuits, drivers: b.drivers, constructors: b.constructors, names: b.names} // whoever adds makes them anew
	for at, w := range b.Weekends {
		own := *w
		own.Entered = slices.Clone(w.Entered)
		c.Weekends[at] = &own
	}
	return c
}

// Keep leaves the people, teams and circuits that are named, and the order they are in.
func (b *Book) Keep(drivers, constructors, circuits map[string]bool) {
	b.Drivers = slices.DeleteFunc(b.Drivers, func(d Driver) bool { return !drivers[d.ID] })
	b.Constructors = slices.DeleteFunc(b.Constructors, func(c Constructor) bool { return !constructors[c.ID] })
	b.Circuits = slices.DeleteFunc(b.Circuits, func(c Circuit) bool { return !circuits[c.ID] })
	b.places()
	b.names = spellings{}
}

// Whoever is the id of a driver of whom timing tells name, code and car: of those with the name the youngest, else of the
// bearers of code and family name. One that is not in the book is added to it.
func (b *Book) Whoever(d Driver) string {
	b.learn()
	name := f1.Slug(d.GivenName + " " + d.FamilyName)
	if id, ok := b.names.people[name]; ok {
		return id
	}
	best := -1
	for _, id := range b.names.codes[d.Code] {
		at := b.drivers[id]
		x := &b.Drivers[at]
		if (d.FamilyName == "" || f1.Slug(x.FamilyName) == f1.Slug(d.FamilyName)) && (best < 0 || x.DateOfBirth > b.Drivers[best].DateOfBirth) {
			best = at
		}
	}
	if best >= 0 {
		return b.Drivers[best].ID
	}
	d.ID = f1.Slug(d.FamilyName)
	if _, taken := b.drivers[d.ID]; taken || d.ID == "" {
		d.ID = name
	}
	if d.ID == "" {
		return ""
	}
	if _, taken := b.drivers[d.ID]; !taken {
		b.Drivers = append(b.Drivers, d)
		b.Index()
	}
	return d.ID
}

// teams are the names that timing has for constructors, where the record's id does not follow from them.
var teams = map[string]string{
	"red_bull_racing": "red_bull", "haas_f1_team": "haas", "alfa_romeo_racing": "alfa", "alfa_romeo": "alfa", "kick_sauber": "sauber", "racing_bulls": "rb",
	"visa_rb": "rb", "scuderia_alphatauri": "alphatauri", "alpha_tauri": "alphatauri", "aston_martin_aramco": "aston_martin", "alpine_f1_team": "alpine",
	"force_india_mercedes": "force_india", "scuderia_toro_rosso": "toro_rosso", "stake_f1_team": "sauber", "alpine_renault": "alpine",
}

// Team is the id of a constructor that timing names. One that is not in the book is added to it.
func (b *Book) Team(name string) string {
	id := f1.Slug(name)
	if id == "" {
		return ""
	}
	if known, ok := teams[id]; ok {
		id = known
	}
	if _, ok := b.constructors[id]; ok {
		return id
	}
	b.learn()
	if known, ok := b.names.teams[id]; ok {
		return known
	}
	b.Constructors = append(b.Constructors, Constructor{ID: id, Name: name})
	b.Index()
	return id
}
