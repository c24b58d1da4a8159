package sim

// TrapNames are the habits of the real feed that a session sets on purpose, as counted by Sim.Traps.
var TrapNames = []string{
	"car does not start",           // on the grid list, stopped on the formation lap, no lap
	"best time blinks",             // BestLapTime is empty for a tenth of a second; nothing was deleted
	"deletion follows its message", // timing takes a deleted lap out 13 to 21 s after race control said so
	"duplicate delta",              // the same message twice
	"empty value",                  // "" where a number is expected
	"flag without a value",         // OverallFastest taken back without a new time
	"grid lap through the pits",    // InPit and PitOut before the race
	"lap time after its number",    // LastLapTime follows NumberOfLaps in another message
	"lap time before its number",   // LastLapTime comes before NumberOfLaps
	"lap reinstated",               // a deleted lap is given back, minutes later
	"late sector value",            // seconds late, at times after the next lap began
	"no signal (104)",              // throttle and brake of parked cars
	"null value",                   // a name that is not known yet
	"no time set",                  // a car of the first part whose Cutoff holds to its end
	"pit lane start",               // InPit at the start of lap 1, which is no stop
	"red flag ends a part",         // Aborted, and then no Started and no chequered flag
	"segment re-coloured",          // purple taken from a mini-sector driven long ago
	"stint late",                   // new tyres are told seconds after the car left the pits
	"stint unknown at first",       // UNKNOWN, corrected 5 to 45 s later
	"time steps back",              // the envelope time is up to two seconds older than the message before
	"topic missing",                // withheld topics
	"tyre age delayed",             // TotalLaps waits for a later tick
	"tyres not changed",            // a provisional TyresNotChanged
	"value blanked",                // a sector, interval or lap time emptied at the next lap or part
	"zero position",                // the first positions are all zero
}
