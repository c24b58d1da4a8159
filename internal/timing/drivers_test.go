package timing_test

import (
	"testing"

	"pitwall.live/internal/f1"
)

// lapsOfCar counts a car's laps.
func lapsOfCar(rows []f1.LapRow, car int) (n int) {
	for _, r := range rows {
		if r.DriverNumber == car {
			n++
		}
	}
	return n
}

// A rookie drives practice under a number of his own, in the car of a driver who is back for the next session: each
// session has the cars of its own list, the number says who it was, and nothing of the one goes over to the other.
func TestRookieBetweenSessions(t *testing.T) {
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Practice","Number":1,"Name":"Practice 1"}`,
		`DriverList {"63":{"RacingNumber":"63","Tla":"RUS","TeamName":"Mercedes","Line":1},"38":{"RacingNumber":"38","Tla":"BEA","LastName":"Bearman","TeamName":"Ferrari","Reference":"OLIBEA01","Line":2}}`,
		`SessionStatus {"Status":"Started"}`,
		`TimingData {"Lines":{"38":{"NumberOfLaps":1,"Line":2}}}`, "+90",
		`TimingData {"Lines":{"38":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`,
		`SessionStatus {"Status":"Finalised"}`)
	if r := s.DriverRows(); len(r) != 2 || r[0].DriverNumber != 38 || r[0].TLA != "BEA" || r[0].Team != "Ferrari" || len(s.Laps()) == 0 {
		t.Fatalf("practice: %+v, %d laps", r, len(s.Laps()))
	}
	told(t, s, `SessionInfo {"Key":2,"Type":"Practice","Number":2,"Name":"Practice 2"}`,
		`DriverList {"63":{"RacingNumber":"63","Tla":"RUS","TeamName":"Mercedes","Line":1},"16":{"RacingNumber":"16","Tla":"LEC","LastName":"Leclerc","TeamName":"Ferrari","Line":2}}`,
		`SessionStatus {"Status":"Started"}`,
		`TimingData {"Lines":{"16":{"NumberOfLaps":1}}}`, "+85",
		`TimingData {"Lines":{"16":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:29.000"}}}}`)
	r := s.DriverRows()
	if len(r) != 2 || r[0].DriverNumber != 16 || r[0].TLA != "LEC" || r[1].DriverNumber != 63 || s.Cars[38] != nil {
		t.Errorf("the next session: %+v", r)
	}
	for _, l := range s.Laps() {
		if l.DriverNumber != 16 || l.SessionKey != "2" {
			t.Errorf("a lap of the session before: %+v", l)
		}
	}
}

// Within an hour after the start a driver is replaced: by one with a number of his own, who comes in beside the one he
// replaces, and by one who takes over the number, of whom nothing of the one before is told. Corrections of a name, and
// what a list leaves out, replace nobody.
func TestReplacedDriver(t *testing.T) {
	s := told(t, nil, `SessionInfo {"Key":1,"Type":"Race","Name":"Race"}`,
		`DriverList {"55":{"RacingNumber":"55","Tla":"SAI","LastName":"Sainz","TeamName":"Ferrari","CountryCode":"ESP","Line":2},
			"18":{"RacingNumber":"18","Tla":"STR","FirstName":"Lance","LastName":"Stroll","FullName":"Lance STROLL","TeamName":"Aston Martin","TeamColour":"229971","CountryCode":"CAN","Reference":"LANSTR01","HeadshotUrl":"stroll.png","Line":1}}`,
		`SessionStatus {"Status":"Started"}`,
		`TimingData {"Lines":{"18":{"NumberOfLaps":1},"55":{"NumberOfLaps":1}}}`, "+90",
		`TimingData {"Lines":{"18":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:30.000"}}}}`, "+1800",
		`DriverList {"50":{"RacingNumber":"50","Tla":"BEA","LastName":"Bearman","TeamName":"Ferrari","Line":3}}`,
		`DriverList {"18":{"Tla":"DRU","LastName":"Drugovich","FullName":"Felipe DRUGOVICH","Reference":"FELDRU01"}}`,
		`TimingData {"Lines":{"50":{"NumberOfLaps":1}}}`, "+90",
		`TimingData {"Lines":{"50":{"NumberOfLaps":2,"LastLapTime":{"Value":"1:31.000"}}}}`)
	if c := s.Cars[50]; c == nil || c.TLA != "BEA" || c.Team != "Ferrari" || c.Laps != 2 {
		t.Errorf("the replacement: %+v", c)
	}
	if c := s.Cars[55]; c.TLA != "SAI" || c.Laps != 1 {
		t.Errorf("the replaced: %+v", c)
	}
	c := s.Cars[18]
	if c.TLA != "DRU" || c.Last != "Drugovich" || c.FullName != "Felipe DRUGOVICH" || c.Reference != "FELDRU01" || c.First != "" || c.Country != "" || c.HeadshotURL != "" {
		t.Errorf("he who took over the number has something of the one before: %+v", c)
	}
	if c.Team != "Aston Martin" || c.Colour != "229971" || c.Laps != 2 || lapsOfCar(s.Laps(), 18) == 0 {
		t.Errorf("the car is the same: %+v", c)
	}
	told(t, s, `DriverList {"18":{"Line":4},"50":{"Tla":"BEM"}}`, `DriverList {"50":{"LastName":"Bearman Jr"}}`, `DriverList {"18":{"Tla":"DRU","LastName":""}}`)
	if c := s.Cars[50]; c.TLA != "BEM" || c.Last != "Bearman Jr" || c.Team != "Ferrari" {
		t.Errorf("corrected: %+v", c)
	}
	if c := s.Cars[18]; c.Last != "Drugovich" {
		t.Errorf("left out: %+v", c)
	}
	told(t, s, "+3600", `DriverList {"18":{"Tla":"ZAG","LastName":"Zagazeta","Reference":"X01"},"19":{"Tla":"AAA"}}`)
	if c := s.Cars[18]; c.TLA != "DRU" || c.Last != "Drugovich" || c.Reference != "FELDRU01" || s.Cars[19] != nil {
		t.Errorf("an hour after the start: %+v", c)
	}
}
