package ergast

// The shapes of the service's replies: every scalar is a text, and what is not known is left out.

type reply struct {
	MRData mrData `json:"MRData"`
}

type mrData struct {
	XMLNS     string          `json:"xmlns"`
	Series    string          `json:"series"`
	URL       string          `json:"url"`
	Limit     string          `json:"limit"`
	Offset    string          `json:"offset"`
	Total     string          `json:"total"`
	Seasons   *seasonTable    `json:"SeasonTable,omitempty"`
	Circuits  *circuitTable   `json:"CircuitTable,omitempty"`
	Makers    *makerTable     `json:"ConstructorTable,omitempty"`
	Drivers   *driverTable    `json:"DriverTable,omitempty"`
	Status    *statusTable    `json:"StatusTable,omitempty"`
	Races     *raceTable      `json:"RaceTable,omitempty"`
	Standings *standingsTable `json:"StandingsTable,omitempty"`
}

// echo are the filters of the path, as tables repeat them.
type echo struct {
	Season               string `json:"season,omitempty"`
	Round                string `json:"round,omitempty"`
	CircuitID            string `json:"circuitId,omitempty"`
	ConstructorID        string `json:"constructorId,omitempty"`
	DriverID             string `json:"driverId,omitempty"`
	Grid                 string `json:"grid,omitempty"`
	Position             string `json:"position,omitempty"`
	Status               string `json:"status,omitempty"`
	Fastest              string `json:"fastest,omitempty"`
	Lap                  string `json:"lap,omitempty"`
	Stop                 string `json:"stop,omitempty"`
	DriverStandings      string `json:"driverStandings,omitempty"`
	ConstructorStandings string `json:"constructorStandings,omitempty"`
}

type seasonTable struct {
	echo
	Seasons []seasonShape `json:"Seasons"`
}

type seasonShape struct {
	Season string `json:"season"`
	URL    string `json:"url,omitempty"`
}

type circuitTable struct {
	echo
	Circuits []circuitShape `json:"Circuits"`
}

type circuitShape struct {
	CircuitID   string        `json:"circuitId"`
	URL         string        `json:"url,omitempty"`
	CircuitName string        `json:"circuitName"`
	Location    locationShape `json:"Location"`
}

type locationShape struct {
	Lat      *string `json:"lat"` // null: unknown
	Long     *string `json:"long"`
	Locality string  `json:"locality,omitempty"`
	Country  string  `json:"country,omitempty"`
}

type makerTable struct {
	echo
	Constructors []makerShape `json:"Constructors"`
}

type makerShape struct {
	ConstructorID string `json:"constructorId"`
	URL           string `json:"url,omitempty"`
	Name          string `json:"name"`
	Nationality   string `json:"nationality,omitempty"`
}

type driverTable struct {
	echo
	Drivers []driverShape `json:"Drivers"`
}

type driverShape struct {
	DriverID        string `json:"driverId"`
	PermanentNumber string `json:"permanentNumber,omitempty"`
	Code            string `json:"code,omitempty"`
	URL             string `json:"url,omitempty"`
	GivenName       string `json:"givenName"`
	FamilyName      string `json:"familyName"`
	DateOfBirth     string `json:"dateOfBirth,omitempty"`
	Nationality     string `json:"nationality,omitempty"`
}

type statusTable struct {
	echo
	Status []statusShape `json:"Status"`
}

type statusShape struct {
	StatusID string `json:"statusId,omitempty"` // "": a word without a number
	Count    string `json:"count"`
	Status   string `json:"status"`
}

type raceTable struct {
	echo
	Races []raceShape `json:"Races"`
}

type raceShape struct {
	Season   string       `json:"season"`
	Round    string       `json:"round"`
	URL      string       `json:"url,omitempty"`
	RaceName string       `json:"raceName"`
	Circuit  circuitShape `json:"Circuit"`
	Date     string       `json:"date"`
	Time     string       `json:"time,omitempty"`

	FirstPractice    *slotShape `json:"FirstPractice,omitempty"`
	SecondPractice   *slotShape `json:"SecondPractice,omitempty"`
	ThirdPractice    *slotShape `json:"ThirdPractice,omitempty"`
	Qualifying       *slotShape `json:"Qualifying,omitempty"`
	Sprint           *slotShape `json:"Sprint,omitempty"`
	SprintQualifying *slotShape `json:"SprintQualifying,omitempty"`
	SprintShootout   *slotShape `json:"SprintShootout,omitempty"`

	Results           []resultShape    `json:"Results,omitempty"`
	SprintResults     []resultShape    `json:"SprintResults,omitempty"`
	QualifyingResults []qualifiedShape `json:"QualifyingResults,omitempty"`
	Laps              []lapShape       `json:"Laps,omitempty"`
	PitStops          []stopShape      `json:"PitStops,omitempty"`
}

type slotShape struct {
	Date string `json:"date"`
	Time string `json:"time,omitempty"`
}

type resultShape struct {
	Number       string        `json:"number,omitempty"`
	Position     string        `json:"position,omitempty"`
	PositionText string        `json:"positionText,omitempty"`
	Points       string        `json:"points,omitempty"`
	Driver       driverShape   `json:"Driver"`
	Constructor  makerShape    `json:"Constructor"`
	Grid         string        `json:"grid,omitempty"`
	Laps         string        `json:"laps,omitempty"`
	Status       string        `json:"status,omitempty"`
	Time         *timeShape    `json:"Time,omitempty"`
	FastestLap   *fastestShape `json:"FastestLap,omitempty"`
}

type timeShape struct {
	Millis string `json:"millis,omitempty"`
	Time   string `json:"time"`
}

type fastestShape struct {
	Rank         string      `json:"rank,omitempty"`
	Lap          string      `json:"lap,omitempty"`
	Time         *timeShape  `json:"Time,omitempty"`
	AverageSpeed *speedShape `json:"AverageSpeed,omitempty"`
}

type speedShape struct {
	Units string `json:"units"`
	Speed string `json:"speed"`
}

type qualifiedShape struct {
	Number      string      `json:"number,omitempty"`
	Position    string      `json:"position,omitempty"`
	Driver      driverShape `json:"Driver"`
	Constructor makerShape  `json:"Constructor"`
	Q1          *string     `json:"Q1,omitempty"` // "": took part and set no time
	Q2          *string     `json:"Q2,omitempty"`
	Q3          *string     `json:"Q3,omitempty"`
}

type lapShape struct {
	Number  string        `json:"number"`
	Timings []timingShape `json:"Timings"`
}

type timingShape struct {
	DriverID string `json:"driverId"`
	Position string `json:"position,omitempty"`
	Time     string `json:"time,omitempty"`
}

type stopShape struct {
	DriverID string `json:"driverId"`
	Lap      string `json:"lap"`
	Stop     string `json:"stop"`
	Time     string `json:"time,omitempty"`
	Duration string `json:"duration,omitempty"`
}

type standingsTable struct {
	echo
	Lists []standingsShape `json:"StandingsLists"`
}

type standingsShape struct {
	Season               string          `json:"season"`
	Round                string          `json:"round"`
	DriverStandings      []standingShape `json:"DriverStandings,omitempty"`
	ConstructorStandings []standingShape `json:"ConstructorStandings,omitempty"`
}

type standingShape struct {
	Position     string       `json:"position,omitempty"`
	PositionText string       `json:"positionText"`
	Points       string       `json:"points,omitempty"`
	Wins         string       `json:"wins,omitempty"`
	Driver       *driverShape `json:"Driver,omitempty"`
	Constructors []makerShape `json:"Constructors,omitempty"`
	Constructor  *makerShape  `json:"Constructor,omitempty"`
}

// failure is the body of an error.
type failure struct {
	Detail string `json:"detail"`
}
