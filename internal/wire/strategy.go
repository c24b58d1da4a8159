package wire

// Strategy is the strategy picture of a session at one moment. Outside races only ideal and consistency are
// filled.
type Strategy struct {
	SessionKey  string                      `json:"session_key"`
	Lap         *int                        `json:"lap"` // last lap the leader completed
	TotalLaps   *int                        `json:"total_laps"`
	Fuel        *Estimate                   `json:"fuel"`      // a lap gets quicker by, for each lap driven
	Following   *Estimate                   `json:"following"` // a lap in the wake of a car ahead costs
	PitLoss     map[string]StrategyPitLoss  `json:"pit_loss"`  // by green, vsc, sc
	Degradation map[string]StrategyWear     `json:"degradation"`
	Cars        map[string]StrategyCar      `json:"cars"`        // by car number
	Undercuts   map[string]StrategyUndercut `json:"undercuts"`   // by "first-lap-second-lap"
	Ideal       map[string]StrategyIdeal    `json:"ideal"`       // by car number, in qualifying "number-part"
	Consistency map[string]StrategyEvenness `json:"consistency"` // by car number
}

// Estimate is a figure in seconds with one standard deviation.
type Estimate struct {
	Seconds float64 `json:"s"`
	Spread  float64 `json:"spread_s"`
}

// StrategyPitLoss is what a stop costs under a condition; one in ten costs less than low, one more than high.
type StrategyPitLoss struct {
	MedianMS   int64 `json:"median_ms"`
	LowMS      int64 `json:"low_ms"`
	HighMS     int64 `json:"high_ms"`
	Stops      int   `json:"stops"`       // of this session
	PriorStops int   `json:"prior_stops"` // of past seasons here; both 0 is a guess from other circuits
}

// StrategyWear is how a compound has worn.
type StrategyWear struct {
	Wear   Estimate `json:"wear"`   // a lap of age
	Offset Estimate `json:"offset"` // new, against a new medium
	Laps   int      `json:"laps"`   // clean laps
	Oldest int      `json:"oldest"` // laps
}

// StrategyCar is one car.
type StrategyCar struct {
	Number  int              `json:"driver_number"`
	Lap     int              `json:"lap"` // completed
	Running bool             `json:"running"`
	Rejoin  *StrategyRejoin  `json:"rejoin"`  // null when it can not stop any more
	Window  *StrategyWindow  `json:"window"`  // null when nobody can tell
	Threats []StrategyThreat `json:"threats"` // cars behind in undercut range of it, nearest first
	Stints  []StrategyStint  `json:"stints"`
	Owes    *bool            `json:"owes_stop"` // by the rules; null unknown
}

// StrategyRejoin is where a car would be at the end of its out-lap, came it in now; the band holds four times
// in five.
type StrategyRejoin struct {
	OutLap      int    `json:"out_lap"`
	InPit       bool   `json:"in_pit"` // it is in the lane already
	Under       string `json:"under"`
	PitLossMS   int64  `json:"pit_loss_ms"`
	Position    int    `json:"position"`
	Low         int    `json:"position_low"`
	High        int    `json:"position_high"`
	Ahead       *int   `json:"ahead"` // driver numbers
	GapAheadMS  *int64 `json:"gap_ahead_ms"`
	Behind      *int   `json:"behind"`
	GapBehindMS *int64 `json:"gap_behind_ms"`
	Traffic     []int  `json:"traffic"` // close ahead on the road, nearest first
}

// StrategyWindow is when to stop next; stops 0 is a car that need not.
type StrategyWindow struct {
	Earliest int  `json:"earliest"`
	Latest   int  `json:"latest"`
	Stops    int  `json:"stops"`
	Next     Text `json:"next" nullable:"true"` // compound
}

// StrategyThreat is a car behind that would be ahead, stopped it now and this one a lap later.
type StrategyThreat struct {
	Number   int   `json:"driver_number"`
	GapMS    int64 `json:"gap_ms"`
	GainMS   int64 `json:"gain_ms"`
	SpreadMS int64 `json:"spread_ms"`
}

// StrategyStint is the pace of one stint; corrected is on a new set, with the fuel of the last lap, alone.
type StrategyStint struct {
	Compound    Text      `json:"compound" nullable:"true"`
	LapStart    int       `json:"lap_start"`
	LapEnd      int       `json:"lap_end"`
	Age         *int      `json:"age"`
	CleanLaps   int       `json:"clean_laps"`
	MedianMS    *int64    `json:"median_ms"`
	CorrectedMS *int64    `json:"corrected_ms"`
	SpreadMS    *int64    `json:"spread_ms"`
	Wear        *Estimate `json:"wear"` // of this stint alone
}

// StrategyUndercut is a pair of stops. Gaps are of the first to stop to the second, negative when it is ahead;
// the five parts add up to after minus before, and are absent where not all was driven under green.
type StrategyUndercut struct {
	Kind       string `json:"kind"` // undercut overcut
	First      int    `json:"first"`
	FirstLap   int    `json:"first_lap"`
	Second     int    `json:"second"`
	SecondLap  int    `json:"second_lap"`
	Under      string `json:"under"`
	BeforeMS   int64  `json:"gap_before_ms"`
	AfterMS    int64  `json:"gap_after_ms"`
	ForecastMS *int64 `json:"forecast_ms"` // after, as expected before
	SpreadMS   *int64 `json:"forecast_spread_ms"`
	StopMS     *int64 `json:"stop_ms"`
	InLapMS    *int64 `json:"in_lap_ms"`
	OutLapMS   *int64 `json:"out_lap_ms"`
	TyrePaceMS *int64 `json:"tyre_pace_ms"`
	TrafficMS  *int64 `json:"traffic_ms"`
	Worked     bool   `json:"worked"` // the car that was behind is ahead
}

// StrategyIdeal is a car's best sectors put together.
type StrategyIdeal struct {
	Number    int     `json:"driver_number"`
	Part      *int    `json:"part"` // of qualifying
	SectorsMS []int64 `json:"sectors_ms"`
	IdealMS   int64   `json:"ideal_ms"`
	BestMS    *int64  `json:"best_ms"`
}

// StrategyEvenness is how evenly a car was driven: a robust standard deviation of its clean laps.
type StrategyEvenness struct {
	Laps     int   `json:"laps"`
	SpreadMS int64 `json:"spread_ms"`
}
