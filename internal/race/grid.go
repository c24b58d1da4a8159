package race

// Entry is one car with its driver. Pace figures are our own rough estimates and are there to make a
// plausible field, not to judge anybody.
type Entry struct {
	Number      int
	Code        string // three letters
	First, Last string
	Country     string // three letters
	Team        string
	Colour      string  // RRGGBB
	Pace        float64 // share of the lap time lost to the best car and driver, 0 is best
	Consistency float64 // spread of lap times as a share of the lap time
	Skill       float64 // attacking and defending, 0-1
}

type team struct {
	name, colour string
	pace         float64
}

type seat struct {
	number                     int
	code, first, last, country string
	team                       int
	pace, consistency, skill   float64
}

var teams2025 = []team{
	{"McLaren", "F47600", 0}, {"Ferrari", "ED1131", .003}, {"Mercedes", "00D7B6", .0028}, {"Red Bull Racing", "4781D7", .0024},
	{"Williams", "1868DB", .0062}, {"Racing Bulls", "6C98FF", .0062}, {"Aston Martin", "229971", .0075},
	{"Haas F1 Team", "9C9FA2", .0078}, {"Kick Sauber", "01C00E", .0085}, {"Alpine", "00A1E8", .0098},
}

var seats2025 = []seat{
	{4, "NOR", "Lando", "Norris", "GBR", 0, 0, .0016, .85}, {81, "PIA", "Oscar", "Piastri", "AUS", 0, .0003, .0015, .85},
	{16, "LEC", "Charles", "Leclerc", "MON", 1, 0, .0017, .85}, {44, "HAM", "Lewis", "Hamilton", "GBR", 1, .0012, .0018, .9},
	{63, "RUS", "George", "Russell", "GBR", 2, 0, .0014, .85}, {12, "ANT", "Kimi", "Antonelli", "ITA", 2, .0018, .0024, .75},
	{1, "VER", "Max", "Verstappen", "NED", 3, -.0012, .0012, .97}, {22, "TSU", "Yuki", "Tsunoda", "JPN", 3, .0036, .0023, .7},
	{23, "ALB", "Alexander", "Albon", "THA", 4, .0006, .0017, .8}, {55, "SAI", "Carlos", "Sainz", "ESP", 4, .0006, .0016, .85},
	{6, "HAD", "Isack", "Hadjar", "FRA", 5, 0, .002, .75}, {30, "LAW", "Liam", "Lawson", "NZL", 5, .0014, .0022, .75},
	{14, "ALO", "Fernando", "Alonso", "ESP", 6, 0, .0014, .95}, {18, "STR", "Lance", "Stroll", "CAN", 6, .0026, .0022, .7},
	{31, "OCO", "Esteban", "Ocon", "FRA", 7, .0008, .0018, .8}, {87, "BEA", "Oliver", "Bearman", "GBR", 7, .0004, .0022, .8},
	{27, "HUL", "Nico", "Hülkenberg", "GER", 8, 0, .0016, .8}, {5, "BOR", "Gabriel", "Bortoleto", "BRA", 8, .0005, .0021, .75},
	{10, "GAS", "Pierre", "Gasly", "FRA", 9, 0, .0018, .8}, {43, "COL", "Franco", "Colapinto", "ARG", 9, .0016, .0025, .7},
}

var teams2026 = []team{
	{"McLaren", "F47600", .0018}, {"Mercedes", "00D7B6", 0}, {"Red Bull Racing", "4781D7", .0028}, {"Ferrari", "ED1131", .0016},
	{"Williams", "1868DB", .0075}, {"Racing Bulls", "6C98FF", .007}, {"Aston Martin", "229971", .012}, {"Haas F1 Team", "9C9FA2", .0068},
	{"Audi", "F50537", .008}, {"Alpine", "00A1E8", .007}, {"Cadillac", "909090", .0165},
}

var seats2026 = []seat{
	{1, "NOR", "Lando", "Norris", "GBR", 0, 0, .0016, .85}, {81, "PIA", "Oscar", "Piastri", "AUS", 0, .0003, .0015, .85},
	{63, "RUS", "George", "Russell", "GBR", 1, 0, .0014, .85}, {12, "ANT", "Kimi", "Antonelli", "ITA", 1, .0006, .002, .8},
	{3, "VER", "Max", "Verstappen", "NED", 2, -.0012, .0012, .97}, {6, "HAD", "Isack", "Hadjar", "FRA", 2, .0022, .002, .75},
	{16, "LEC", "Charles", "Leclerc", "MON", 3, 0, .0017, .85}, {44, "HAM", "Lewis", "Hamilton", "GBR", 3, .0006, .0018, .9},
	{23, "ALB", "Alexander", "Albon", "THA", 4, .0006, .0017, .8}, {55, "SAI", "Carlos", "Sainz", "ESP", 4, .0004, .0016, .85},
	{30, "LAW", "Liam", "Lawson", "NZL", 5, .0006, .0022, .75}, {41, "LIN", "Arvid", "Lindblad", "GBR", 5, .0012, .0026, .7},
	{14, "ALO", "Fernando", "Alonso", "ESP", 6, 0, .0014, .95}, {18, "STR", "Lance", "Stroll", "CAN", 6, .0026, .0022, .7},
	{31, "OCO", "Esteban", "Ocon", "FRA", 7, .0008, .0018, .8}, {87, "BEA", "Oliver", "Bearman", "GBR", 7, .0002, .002, .8},
	{27, "HUL", "Nico", "Hülkenberg", "GER", 8, 0, .0016, .8}, {5, "BOR", "Gabriel", "Bortoleto", "BRA", 8, .0003, .002, .75},
	{10, "GAS", "Pierre", "Gasly", "FRA", 9, 0, .0018, .8}, {43, "COL", "Franco", "Colapinto", "ARG", 9, .0012, .0024, .7},
	{11, "PER", "Sergio", "Pérez", "MEX", 10, .0004, .0018, .8}, {77, "BOT", "Valtteri", "Bottas", "FIN", 10, 0, .0015, .8},
}

// Grid returns the field of a season: the twenty cars of 2025 for seasons up to 2025, the twenty-two of
// 2026 after that.
func Grid(season int) []Entry {
	teams, seats := teams2025, seats2025
	if season >= 2026 {
		teams, seats = teams2026, seats2026
	}
	out := make([]Entry, len(seats))
	for i, s := range seats {
		t := teams[s.team]
		out[i] = Entry{Number: s.number, Code: s.code, First: s.first, Last: s.last, Country: s.country,
			Team: t.name, Colour: t.colour, Pace: t.pace + s.pace, Consistency: s.consistency, Skill: s.skill}
	}
	return out
}
