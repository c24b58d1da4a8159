package almanac

import (
	"slices"
	"strings"

	"pitwall.live/internal/f1"
)

// Clone is a book whose lists and weekends can be added to without changing this one. The lists of a weekend are shared.
func (b *Book) Clone() *Book {
	c := &Book{Seasons: slices.Clone(b.Seasons), Circuits: slices.Clone(b.Circuits), Drivers: slices.Clone(b.Drivers),
		Constructors: slices.Clone(b.Constructors), Races: slices.Clone(b.Races), Entries: slices.Clone(b.Entries), Weekends: make(map[Round]*Weekend, len(b.Weekends))}
	for at, w := range b.Weekends {
		own := *w
		c.Weekends[at] = &own
	}
	c.Index()
	return c
}

// Whoever is the id of a driver of whom timing tells name, code and car: of those with the name the youngest, else of the
// bearers of code and family name. One that is not in the book is added to it.
func (b *Book) Whoever(d Driver) string {
	name := f1.Slug(d.GivenName + " " + d.FamilyName)
	named := func(x *Driver) bool { return name != "" && f1.Slug(x.GivenName+" "+x.FamilyName) == name }
	coded := func(x *Driver) bool {
		return d.Code != "" && x.Code == d.Code && (d.FamilyName == "" || f1.Slug(x.FamilyName) == f1.Slug(d.FamilyName))
	}
	for _, same := range []func(*Driver) bool{named, coded} {
		best := -1
		for i := range b.Drivers {
			if x := &b.Drivers[i]; same(x) && (best < 0 || x.DateOfBirth > b.Drivers[best].DateOfBirth) {
				best = i
			}
		}
		if best >= 0 {
			return b.Drivers[best].ID
		}
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
	for i := range b.Constructors {
		if c := &b.Constructors[i]; f1.Slug(c.Name) == id || strings.TrimSuffix(f1.Slug(c.Name), "_f1_team") == id {
			return c.ID
		}
	}
	b.Constructors = append(b.Constructors, Constructor{ID: id, Name: name})
	b.Index()
	return id
}
