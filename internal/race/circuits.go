package race

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/f1"
)

// Circuit is what the model knows of a circuit. Times, shares and ease figures are our own estimates;
// names, lengths and distances are facts of the calendar.
type Circuit struct {
	ID          string // slug of ShortName: "monte_carlo"
	ShortName   string // as the official feed spells it
	Key         int    // the feed's circuit key, 0 unknown
	Name        string
	Meeting     string // "Monaco Grand Prix"
	Location    string
	Country     string
	CountryCode string
	CountryKey  int
	Round       int           // in the 2025 calendar; Madrid 2026
	UTCOffset   time.Duration // local time of the meeting
	Length      int           // metres
	Laps        int           // race distance
	Pole        time.Duration // a dry qualifying lap
	Sectors     [3]float64    // share of the lap time
	Minis       [3]int        // mini-sectors per sector
	Marshals    int           // marshal sectors
	Turns       int
	DRS         int           // zones
	PitLane     time.Duration // driving through the lane at the limit, entry line to exit line
	BoxPastLine bool          // the garages stand after the finish line, so an in-lap ends in the lane
	PassEase    float64       // 0 hardly, 1 easy
	Walls       float64       // 1 ordinary, above: a mistake ends in a wall
	Rain        float64       // chance of rain on the day
	Clockwise   bool
	Source      string // file of the outline
	Line        int    // metres along that outline, in racing direction, from its first point to the start line
	// Timing is how many metres before the outline's first point laps are timed. Many circuits have a line for
	// the start and another for the timing, as far apart as a race is shorter than its laps. At which of the two
	// the outline begins was told by the speed at the timing line in recordings, or by places in them.
	Timing      int
	TimingDoubt int // metres by which Timing may be wrong: which of the two lines it is nobody could tell. 0: known to some tens
	aliases     string

	once  sync.Once
	track *Track
}

const hour = time.Hour

func pole(m int, s float64) time.Duration {
	return time.Duration(m)*time.Minute + time.Duration(s*1000)*time.Millisecond
}

func lane(s float64) time.Duration { return time.Duration(s*1000) * time.Millisecond }

var circuits = []*Circuit{
	{ID: "melbourne", ShortName: "Melbourne", Key: 10, Name: "Albert Park Circuit", Meeting: "Australian Grand Prix", Location: "Melbourne", Country: "Australia", CountryCode: "AUS", CountryKey: 5, Round: 1, UTCOffset: 11 * hour, Length: 5278, Laps: 58, Pole: pole(1, 15.3), Sectors: [3]float64{.345, .23, .425}, Minis: [3]int{8, 6, 9}, Marshals: 20, Turns: 14, DRS: 4, PitLane: lane(17.5), BoxPastLine: true, PassEase: .45, Walls: 1.2, Rain: .2, Clockwise: true, Source: "au-1953", Line: 5260, aliases: "australia albert_park"},
	{ID: "shanghai", ShortName: "Shanghai", Key: 49, Name: "Shanghai International Circuit", Meeting: "Chinese Grand Prix", Location: "Shanghai", Country: "China", CountryCode: "CHN", CountryKey: 53, Round: 2, UTCOffset: 8 * hour, Length: 5451, Laps: 56, Pole: pole(1, 30.8), Sectors: [3]float64{.264, .3, .436}, Minis: [3]int{7, 8, 9}, Marshals: 19, Turns: 16, DRS: 2, PitLane: lane(20), BoxPastLine: true, PassEase: .7, Walls: .8, Rain: .15, Clockwise: true, Source: "cn-2004", Line: 5080, aliases: "china"},
	{ID: "suzuka", ShortName: "Suzuka", Key: 46, Name: "Suzuka International Racing Course", Meeting: "Japanese Grand Prix", Location: "Suzuka", Country: "Japan", CountryCode: "JPN", CountryKey: 4, Round: 3, UTCOffset: 9 * hour, Length: 5807, Laps: 53, Pole: pole(1, 27.2), Sectors: [3]float64{.352, .453, .195}, Minis: [3]int{9, 10, 5}, Marshals: 21, Turns: 18, DRS: 1, PitLane: lane(20.2), BoxPastLine: true, PassEase: .35, Walls: 1, Rain: .25, Clockwise: true, Source: "jp-1962", Line: 5600, aliases: "japan"},
	{ID: "sakhir", ShortName: "Sakhir", Key: 63, Name: "Bahrain International Circuit", Meeting: "Bahrain Grand Prix", Location: "Sakhir", Country: "Bahrain", CountryCode: "BRN", CountryKey: 36, Round: 4, UTCOffset: 3 * hour, Length: 5412, Laps: 57, Pole: pole(1, 29.9), Sectors: [3]float64{.318, .43, .252}, Minis: [3]int{7, 10, 6}, Marshals: 19, Turns: 15, DRS: 3, PitLane: lane(20.6), BoxPastLine: true, PassEase: .75, Walls: .7, Rain: .01, Clockwise: true, Source: "bh-2002", Line: 5280, aliases: "bahrain"},
	{ID: "jeddah", ShortName: "Jeddah", Key: 149, Name: "Jeddah Corniche Circuit", Meeting: "Saudi Arabian Grand Prix", Location: "Jeddah", Country: "Saudi Arabia", CountryCode: "KSA", CountryKey: 153, Round: 5, UTCOffset: 3 * hour, Length: 6174, Laps: 50, Pole: pole(1, 27.4), Sectors: [3]float64{.362, .313, .325}, Minis: [3]int{9, 8, 8}, Marshals: 22, Turns: 27, DRS: 3, PitLane: lane(17), BoxPastLine: true, PassEase: .6, Walls: 1.6, Rain: .01, Source: "sa-2021", TimingDoubt: 250, aliases: "saudi_arabia"},
	{ID: "miami", ShortName: "Miami", Key: 151, Name: "Miami International Autodrome", Meeting: "Miami Grand Prix", Location: "Miami", Country: "United States", CountryCode: "USA", CountryKey: 19, Round: 6, UTCOffset: -4 * hour, Length: 5412, Laps: 57, Pole: pole(1, 26.3), Sectors: [3]float64{.333, .384, .283}, Minis: [3]int{9, 9, 8}, Marshals: 20, Turns: 19, DRS: 3, PitLane: lane(17.4), BoxPastLine: true, PassEase: .55, Walls: 1.3, Rain: .25, Source: "us-2022", Timing: 158, aliases: "florida"},
	{ID: "imola", ShortName: "Imola", Key: 6, Name: "Autodromo Enzo e Dino Ferrari", Meeting: "Emilia Romagna Grand Prix", Location: "Imola", Country: "Italy", CountryCode: "ITA", CountryKey: 13, Round: 7, UTCOffset: 2 * hour, Length: 4909, Laps: 63, Pole: pole(1, 14.8), Sectors: [3]float64{.316, .343, .341}, Minis: [3]int{8, 8, 8}, Marshals: 19, Turns: 19, DRS: 1, PitLane: lane(24.6), BoxPastLine: true, PassEase: .2, Walls: 1.1, Rain: .2, Source: "it-1953", Timing: 218, aliases: "emilia_romagna"},
	{ID: "monte_carlo", ShortName: "Monte Carlo", Key: 22, Name: "Circuit de Monaco", Meeting: "Monaco Grand Prix", Location: "Monaco", Country: "Monaco", CountryCode: "MON", CountryKey: 114, Round: 8, UTCOffset: 2 * hour, Length: 3337, Laps: 78, Pole: pole(1, 10.1), Sectors: [3]float64{.262, .477, .261}, Minis: [3]int{6, 10, 6}, Marshals: 18, Turns: 19, DRS: 1, PitLane: lane(19.5), BoxPastLine: true, PassEase: .04, Walls: 2, Rain: .2, Clockwise: true, Source: "mc-1929", Line: 90, aliases: "monaco"},
	{ID: "catalunya", ShortName: "Catalunya", Key: 15, Name: "Circuit de Barcelona-Catalunya", Meeting: "Spanish Grand Prix", Location: "Barcelona", Country: "Spain", CountryCode: "ESP", CountryKey: 1, Round: 9, UTCOffset: 2 * hour, Length: 4657, Laps: 66, Pole: pole(1, 11.6), Sectors: [3]float64{.298, .402, .3}, Minis: [3]int{7, 9, 7}, Marshals: 19, Turns: 14, DRS: 2, PitLane: lane(18.9), BoxPastLine: true, PassEase: .45, Walls: .8, Rain: .1, Clockwise: true, Source: "es-1991", Line: 4570, aliases: "barcelona spain"},
	{ID: "montreal", ShortName: "Montreal", Key: 23, Name: "Circuit Gilles-Villeneuve", Meeting: "Canadian Grand Prix", Location: "Montréal", Country: "Canada", CountryCode: "CAN", CountryKey: 46, Round: 10, UTCOffset: -4 * hour, Length: 4361, Laps: 70, Pole: pole(1, 10.9), Sectors: [3]float64{.276, .319, .405}, Minis: [3]int{6, 7, 9}, Marshals: 17, Turns: 14, DRS: 3, PitLane: lane(15.6), BoxPastLine: true, PassEase: .6, Walls: 1.5, Rain: .3, Clockwise: true, Source: "ca-1978", Line: 220, aliases: "canada"},
	{ID: "spielberg", ShortName: "Spielberg", Key: 19, Name: "Red Bull Ring", Meeting: "Austrian Grand Prix", Location: "Spielberg", Country: "Austria", CountryCode: "AUT", CountryKey: 17, Round: 11, UTCOffset: 2 * hour, Length: 4326, Laps: 71, Pole: pole(1, 4.1), Sectors: [3]float64{.255, .44, .305}, Minis: [3]int{5, 9, 6}, Marshals: 17, Turns: 10, DRS: 3, PitLane: lane(17.8), BoxPastLine: true, PassEase: .65, Walls: .7, Rain: .2, Clockwise: true, Source: "at-1969", Line: 4230, aliases: "austria red_bull_ring"},
	{ID: "silverstone", ShortName: "Silverstone", Key: 2, Name: "Silverstone Circuit", Meeting: "British Grand Prix", Location: "Silverstone", Country: "United Kingdom", CountryCode: "GBR", CountryKey: 2, Round: 12, UTCOffset: hour, Length: 5891, Laps: 52, Pole: pole(1, 25), Sectors: [3]float64{.32, .4, .28}, Minis: [3]int{7, 10, 8}, Marshals: 18, Turns: 18, DRS: 2, PitLane: lane(25.2), PassEase: .6, Walls: .8, Rain: .3, Clockwise: true, Source: "gb-1948", Line: 3070, aliases: "britain great_britain"},
	{ID: "spa_francorchamps", ShortName: "Spa-Francorchamps", Key: 7, Name: "Circuit de Spa-Francorchamps", Meeting: "Belgian Grand Prix", Location: "Spa-Francorchamps", Country: "Belgium", CountryCode: "BEL", CountryKey: 16, Round: 13, UTCOffset: 2 * hour, Length: 7004, Laps: 44, Pole: pole(1, 40.6), Sectors: [3]float64{.29, .44, .27}, Minis: [3]int{8, 10, 8}, Marshals: 20, Turns: 19, DRS: 2, PitLane: lane(18.2), PassEase: .7, Walls: 1, Rain: .4, Clockwise: true, Source: "be-1925", Line: 6870, TimingDoubt: 124, aliases: "spa belgium"},
	{ID: "hungaroring", ShortName: "Hungaroring", Key: 4, Name: "Hungaroring", Meeting: "Hungarian Grand Prix", Location: "Budapest", Country: "Hungary", CountryCode: "HUN", CountryKey: 14, Round: 14, UTCOffset: 2 * hour, Length: 4381, Laps: 70, Pole: pole(1, 15.4), Sectors: [3]float64{.352, .358, .29}, Minis: [3]int{8, 8, 6}, Marshals: 17, Turns: 14, DRS: 2, PitLane: lane(18.1), BoxPastLine: true, PassEase: .25, Walls: .7, Rain: .15, Clockwise: true, Source: "hu-1986", Line: 4130, aliases: "hungary budapest"},
	{ID: "zandvoort", ShortName: "Zandvoort", Key: 55, Name: "Circuit Zandvoort", Meeting: "Dutch Grand Prix", Location: "Zandvoort", Country: "Netherlands", CountryCode: "NED", CountryKey: 103, Round: 15, UTCOffset: 2 * hour, Length: 4259, Laps: 72, Pole: pole(1, 8.7), Sectors: [3]float64{.345, .35, .305}, Minis: [3]int{8, 8, 7}, Marshals: 18, Turns: 14, DRS: 2, PitLane: lane(16.8), BoxPastLine: true, PassEase: .25, Walls: 1.2, Rain: .3, Clockwise: true, Source: "nl-1948", Line: 50, aliases: "netherlands"},
	{ID: "monza", ShortName: "Monza", Key: 39, Name: "Autodromo Nazionale Monza", Meeting: "Italian Grand Prix", Location: "Monza", Country: "Italy", CountryCode: "ITA", CountryKey: 13, Round: 16, UTCOffset: 2 * hour, Length: 5793, Laps: 53, Pole: pole(1, 18.8), Sectors: [3]float64{.33, .34, .33}, Minis: [3]int{8, 8, 8}, Marshals: 17, Turns: 11, DRS: 2, PitLane: lane(22.7), BoxPastLine: true, PassEase: .65, Walls: .8, Rain: .1, Clockwise: true, Source: "it-1922", Line: 5490, aliases: "italy"},
	{ID: "baku", ShortName: "Baku", Key: 144, Name: "Baku City Circuit", Meeting: "Azerbaijan Grand Prix", Location: "Baku", Country: "Azerbaijan", CountryCode: "AZE", CountryKey: 30, Round: 17, UTCOffset: 4 * hour, Length: 6003, Laps: 51, Pole: pole(1, 41.1), Sectors: [3]float64{.345, .405, .25}, Minis: [3]int{8, 10, 7}, Marshals: 20, Turns: 20, DRS: 2, PitLane: lane(18.3), BoxPastLine: true, PassEase: .65, Walls: 1.7, Rain: .05, Source: "az-2016", TimingDoubt: 104, aliases: "azerbaijan"},
	{ID: "singapore", ShortName: "Singapore", Key: 61, Name: "Marina Bay Street Circuit", Meeting: "Singapore Grand Prix", Location: "Marina Bay", Country: "Singapore", CountryCode: "SGP", CountryKey: 157, Round: 18, UTCOffset: 8 * hour, Length: 4927, Laps: 62, Pole: pole(1, 29.2), Sectors: [3]float64{.292, .42, .288}, Minis: [3]int{7, 10, 7}, Marshals: 21, Turns: 19, DRS: 4, PitLane: lane(26.1), BoxPastLine: true, PassEase: .2, Walls: 1.7, Rain: .25, Source: "sg-2008", TimingDoubt: 137, aliases: "marina_bay"},
	{ID: "austin", ShortName: "Austin", Key: 9, Name: "Circuit of the Americas", Meeting: "United States Grand Prix", Location: "Austin", Country: "United States", CountryCode: "USA", CountryKey: 19, Round: 19, UTCOffset: -5 * hour, Length: 5513, Laps: 56, Pole: pole(1, 32.6), Sectors: [3]float64{.275, .41, .315}, Minis: [3]int{7, 10, 8}, Marshals: 20, Turns: 20, DRS: 2, PitLane: lane(17.9), BoxPastLine: true, PassEase: .6, Walls: .7, Rain: .1, Source: "us-2012", Line: 5220, TimingDoubt: 323, aliases: "cota texas"},
	{ID: "mexico_city", ShortName: "Mexico City", Key: 65, Name: "Autódromo Hermanos Rodríguez", Meeting: "Mexico City Grand Prix", Location: "Mexico City", Country: "Mexico", CountryCode: "MEX", CountryKey: 8, Round: 20, UTCOffset: -6 * hour, Length: 4304, Laps: 71, Pole: pole(1, 15.6), Sectors: [3]float64{.353, .387, .26}, Minis: [3]int{8, 8, 6}, Marshals: 17, Turns: 17, DRS: 3, PitLane: lane(19.9), BoxPastLine: true, PassEase: .45, Walls: .8, Rain: .1, Clockwise: true, Source: "mx-1962", Line: 200, Timing: 230, aliases: "mexico"},
	{ID: "interlagos", ShortName: "Interlagos", Key: 14, Name: "Autódromo José Carlos Pace", Meeting: "São Paulo Grand Prix", Location: "São Paulo", Country: "Brazil", CountryCode: "BRA", CountryKey: 10, Round: 21, UTCOffset: -3 * hour, Length: 4309, Laps: 71, Pole: pole(1, 9.5), Sectors: [3]float64{.252, .505, .243}, Minis: [3]int{6, 10, 6}, Marshals: 17, Turns: 15, DRS: 2, PitLane: lane(20.4), BoxPastLine: true, PassEase: .65, Walls: .9, Rain: .4, Source: "br-1940", Line: 4300, aliases: "sao_paulo brazil"},
	{ID: "las_vegas", ShortName: "Las Vegas", Key: 152, Name: "Las Vegas Strip Circuit", Meeting: "Las Vegas Grand Prix", Location: "Las Vegas", Country: "United States", CountryCode: "USA", CountryKey: 19, Round: 22, UTCOffset: -8 * hour, Length: 6201, Laps: 50, Pole: pole(1, 32.4), Sectors: [3]float64{.275, .33, .395}, Minis: [3]int{7, 8, 9}, Marshals: 19, Turns: 17, DRS: 2, PitLane: lane(18.7), BoxPastLine: true, PassEase: .7, Walls: 1.3, Rain: .05, Source: "us-2023", TimingDoubt: 92, aliases: "vegas"},
	{ID: "lusail", ShortName: "Lusail", Key: 150, Name: "Lusail International Circuit", Meeting: "Qatar Grand Prix", Location: "Lusail", Country: "Qatar", CountryCode: "QAT", CountryKey: 149, Round: 23, UTCOffset: 3 * hour, Length: 5419, Laps: 57, Pole: pole(1, 19.4), Sectors: [3]float64{.366, .334, .3}, Minis: [3]int{8, 8, 7}, Marshals: 18, Turns: 16, DRS: 1, PitLane: lane(22.9), BoxPastLine: true, PassEase: .4, Walls: .6, Rain: .01, Clockwise: true, Source: "qa-2004", TimingDoubt: 272, aliases: "qatar losail"},
	{ID: "yas_marina_circuit", ShortName: "Yas Marina Circuit", Key: 70, Name: "Yas Marina Circuit", Meeting: "Abu Dhabi Grand Prix", Location: "Yas Island", Country: "United Arab Emirates", CountryCode: "UAE", CountryKey: 21, Round: 24, UTCOffset: 4 * hour, Length: 5281, Laps: 58, Pole: pole(1, 22.4), Sectors: [3]float64{.203, .424, .373}, Minis: [3]int{5, 10, 8}, Marshals: 19, Turns: 16, DRS: 2, PitLane: lane(19.6), BoxPastLine: true, PassEase: .55, Walls: .8, Rain: .01, Source: "ae-2009", Line: 5170, aliases: "yas_marina abu_dhabi"},
	{ID: "madring", ShortName: "Madring", Name: "Circuito de Madring", Meeting: "Spanish Grand Prix", Location: "Madrid", Country: "Spain", CountryCode: "ESP", CountryKey: 1, Round: 14, UTCOffset: 2 * hour, Length: 5474, Laps: 57, Pole: pole(1, 32), Sectors: [3]float64{.31, .37, .32}, Minis: [3]int{8, 9, 8}, Marshals: 20, Turns: 22, DRS: 2, PitLane: lane(19), BoxPastLine: true, PassEase: .45, Walls: 1.3, Rain: .1, Clockwise: true, Source: "es-2026", TimingDoubt: 188, aliases: "madrid"},
}

//go:embed outlines.json
var outlines []byte

// shapes decodes the outlines once, on first use.
var shapes = sync.OnceValues(func() (map[string][][2]float64, error) {
	var m map[string][][2]float64
	if err := json.Unmarshal(outlines, &m); err != nil {
		return nil, fmt.Errorf("race: outlines: %w", err)
	}
	return m, nil
})

// Circuits returns the known circuits in calendar order. The caller must not change them.
func Circuits() []*Circuit { return circuits }

// FindCircuit returns the circuit with that id, feed short name or common name ("monaco", "spa"), case
// and punctuation apart.
func FindCircuit(name string) (*Circuit, error) {
	want := f1.Slug(name)
	for _, c := range circuits {
		if c.ID == want {
			return c, nil
		}
		for a := range strings.FieldsSeq(c.aliases) {
			if a == want {
				return c, nil
			}
		}
	}
	ids := make([]string, len(circuits))
	for i, c := range circuits {
		ids[i] = c.ID
	}
	return nil, fmt.Errorf("race: unknown circuit %q; known: %s", name, strings.Join(ids, " "))
}

// MiniCount returns the number of mini-sectors of a lap.
func (c *Circuit) MiniCount() int { return c.Minis[0] + c.Minis[1] + c.Minis[2] }

// SectorOf returns the timing sector (0-2) a mini-sector of the lap belongs to and its index there.
func (c *Circuit) SectorOf(mini int) (sector, index int) {
	for s, n := range c.Minis {
		if mini < n {
			return s, mini
		}
		mini -= n
	}
	return 2, c.Minis[2] - 1
}

// MarshalOf returns the marshal sector (from 1) in which a mini-sector lies.
func (c *Circuit) MarshalOf(mini int) int { return 1 + mini*c.Marshals/c.MiniCount() }

// Track returns the circuit's shape and its speed profile, computed on first use. A circuit without an
// outline is a circle of the right length.
func (c *Circuit) Track() *Track {
	c.once.Do(func() {
		m, err := shapes()
		if err != nil {
			m = nil // New reports it
		}
		c.track = newTrack(c, m[c.ID])
	})
	return c.track
}
