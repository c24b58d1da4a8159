package telemetry

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

func opt(v int) f1.Opt[int16] {
	if v < 0 {
		return f1.Opt[int16]{}
	}
	return f1.Some(int16(v))
}

func TestDecodeCar(t *testing.T) {
	// f decodes one car's channels; -1 is unknown.
	f := func(channels string, rpm, speed, gear, throttle, brake, drs int) {
		t.Helper()
		var d Decoder
		got, err := d.Car(nil, []byte(`{"Entries":[{"Utc":"2024-07-07T13:24:00.3319743Z","Cars":{"44":{"Channels":`+channels+`}}}]}`))
		want := CarSample{Time: time.Date(2024, 7, 7, 13, 24, 0, 331_974_300, time.UTC), Number: 44,
			RPM: opt(rpm), Speed: opt(speed), Gear: opt(gear), Throttle: opt(throttle), Brake: opt(brake), DRS: opt(drs)}
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %+v, %v; want %+v", channels, got, err, want)
		}
	}
	f(`{"0":6217,"2":57,"3":1,"4":3,"5":0,"45":0}`, 6217, 57, 1, 3, 0, 0)
	f(`{"0":11500,"2":312,"3":8,"4":100,"5":100}`, 11500, 312, 8, 100, 100, -1)
	f(`{"0":0,"2":0,"3":0,"4":104,"5":104,"45":8}`, 0, 0, 0, -1, -1, 8)
	f(`{"0":9000,"2":80,"3":4,"4":104,"5":0,"45":14}`, 9000, 80, 4, -1, 0, 14)
	f(`{"0":20001,"2":451,"3":9,"4":101,"5":255,"45":128}`, -1, -1, -1, -1, -1, -1)
	f(`{"0":0,"2":300,"3":128,"4":50,"5":0,"45":1}`, -1, 300, -1, 50, 0, 1)
	f(`{"0":0,"2":15,"3":0,"4":0,"5":0}`, 0, 15, 0, 0, 0, -1)
	f(`{"0":-5,"2":null,"3":"7","4":99.0,"5":1e2,"99":5}`, -1, -1, 7, 99, 100, -1)
	f(`{"0":6217,"2":57,"3":1,"4":3,"5":0}`, 6217, 57, 1, 3, 0, -1)
	f(`{"0":6217,"2":57,"3":1,"5":0,"4":3,"45":0}`, 6217, 57, 1, 3, 0, 0)
	f(`{"0":6217,"2":57,"3":1,"4":3,"5":0,"45":0,"46":1}`, 6217, 57, 1, 3, 0, 0)
	f(`{"0":6217.5,"2":57,"3":1,"4":3,"5":0,"45":0}`, 6217, 57, 1, 3, 0, 0)
	f(`{"0":123456789,"2":57,"3":1,"4":3,"5":0,"45":0}`, -1, 57, 1, 3, 0, 0)
	f(`{"0":1234567890123,"2":57,"3":1,"4":3,"5":0,"45":0}`, -1, 57, 1, 3, 0, 0)
	f(`{ "0" : 6217 , "2" : 57 }`, 6217, 57, -1, -1, -1, -1)
	f(`{}`, -1, -1, -1, -1, -1, -1)
	f(`{"0":99999999999999999999,"2":[1,{"a":"}"}],"3":{"x":1}}`, -1, -1, -1, -1, -1, -1)
}

func TestDecodePosition(t *testing.T) {
	f := func(place string, located bool, x, y, z int32, onTrack f1.Opt[bool]) {
		t.Helper()
		var d Decoder
		got, err := d.Position(nil, []byte(`{"Position":[{"Timestamp":"2024-07-07T13:24:00.3711298Z","Entries":{"1":`+place+`}}]}`))
		want := PositionSample{Time: time.Date(2024, 7, 7, 13, 24, 0, 371_129_800, time.UTC), Number: 1,
			Located: located, X: x, Y: y, Z: z, OnTrack: onTrack}
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %+v, %v; want %+v", place, got, err, want)
		}
	}
	on, off, unknown := f1.Some(true), f1.Some(false), f1.Opt[bool]{}
	f(`{"Status":"OnTrack","X":-650,"Y":2243,"Z":1986}`, true, -650, 2243, 1986, on)
	f(`{"Status":"OffTrack","X":1,"Y":0,"Z":0}`, true, 1, 0, 0, off)
	f(`{"Status":"OffTrack","X":0,"Y":0,"Z":0}`, false, 0, 0, 0, off)
	f(`{"Status":0,"X":5,"Y":6,"Z":7}`, true, 5, 6, 7, on)
	f(`{"Status":"1","X":5,"Y":6,"Z":7}`, true, 5, 6, 7, off)
	f(`{"Status":"Elsewhere","X":5,"Y":6,"Z":7}`, true, 5, 6, 7, unknown)
	f(`{"X":5.9,"Y":-6.9,"Z":7,"Extra":{"a":[]}}`, true, 5, -6, 7, unknown)
	f(`{"Status":"OnTrack","X":5,"Y":6}`, false, 0, 0, 0, on)
	f(`{"Status":"OnTrack","X":5000000,"Y":6,"Z":7}`, false, 0, 0, 0, on)
	f(`{"Status":"OnTrack","X":null,"Y":6,"Z":7}`, false, 0, 0, 0, on)
}

// The time may follow the cars, frames without a readable time are dropped and counted, and other
// fields are passed over.
func TestDecodeFrames(t *testing.T) {
	var d Decoder
	got, err := d.Car(nil, []byte(`{"New":[1],"Entries":[
		{"Cars":{"1":{"Channels":{"2":1}},"x":{"Channels":{}},"4":7},"Utc":"2024-07-07T13:24:00","Seq":"a\"b"},
		{"Utc":"0001-01-01T00:00:00","Cars":{"1":{"Channels":{"2":2}}}},
		{"Cars":{"1":{"Channels":{"2":3}}}},
		{"Utc":"2024-07-07T13:24:01.5Z","Cars":{"1":{"Odd":1,"Channels":{"2":4}},"11":{}}}
	]}`))
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	base := time.Date(2024, 7, 7, 13, 24, 0, 0, time.UTC)
	want := []CarSample{
		{Time: base, Number: 1, Speed: opt(1)},
		{Time: base.Add(1500 * time.Millisecond), Number: 1, Speed: opt(4)},
		{Time: base.Add(1500 * time.Millisecond), Number: 11},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if q := (Quality{Frames: 4, Samples: 3, UnknownKeys: 3, BadTimes: 2, BadCars: 2}); d.Quality != q {
		t.Errorf("quality %+v, want %+v", d.Quality, q)
	}
}

func TestDecodeQuality(t *testing.T) {
	var d Decoder
	frame := func(cars string) string {
		return `{"Timestamp":"2024-07-07T13:24:00Z","Entries":{` + cars + `}}`
	}
	at := func(x, y int) string { return fmt.Sprintf(`{"Status":"OnTrack","X":%d,"Y":%d,"Z":3}`, x, y) }
	zero := `{"Status":"OnTrack","X":0,"Y":0,"Z":0}`
	list := []string{
		frame(`"1":` + zero + `,"2":` + zero),
		frame(`"1":` + zero + `,"2":` + zero),
		frame(`"1":` + at(1, 1) + `,"2":` + at(2, 2)),
		frame(`"1":` + at(1, 1) + `,"2":` + at(2, 2)),
		frame(`"1":` + at(1, 1) + `,"2":` + at(2, 3)),
		frame(`"1":` + at(1, 1)),
		frame(`"1":` + at(1, 1)),
	}
	got, err := d.Position(nil, []byte(`{"Position":[`+strings.Join(list[:3], ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	// The frame before may be in the payload before.
	if got, err = d.Position(got, []byte(`{"Position":[`+strings.Join(list[3:], ",")+`]}`)); err != nil {
		t.Fatal(err)
	}
	var frozen []bool
	for _, s := range got {
		frozen = append(frozen, s.Frozen)
	}
	if want := []bool{false, false, false, false, false, false, true, true, false, false, false, false}; !reflect.DeepEqual(frozen, want) {
		t.Errorf("frozen %v, want %v", frozen, want)
	}
	if q := (Quality{Frames: 7, Samples: 12, NotLocated: 4, ZeroFrames: 2, FrozenFrames: 1}); d.Quality != q {
		t.Errorf("quality %+v, want %+v", d.Quality, q)
	}
	d = Decoder{}
	_, err = d.Car(nil, []byte(`{"Entries":[{"Utc":"2024-07-07T13:24:00Z","Cars":{
		"1":{"Channels":{"4":104,"5":104,"3":50,"45":"x"}},"2":{"Channels":{"4":104,"5":0}},"3":{"Channels":{"0":0,"2":300}}}}]}`))
	if q := (Quality{Frames: 1, Samples: 3, NoSignal: 1, OutOfRange: 3, NotNumbers: 1}); err != nil || d.Quality != q {
		t.Errorf("quality %+v, want %+v, %v", d.Quality, q, err)
	}
}

// Damaged text is an error, and what was complete before the damage is handed out.
func TestDecodeErrors(t *testing.T) {
	good := `{"Utc":"2024-07-07T13:24:00Z","Cars":{"1":{"Channels":{"2":1}}}}`
	f := func(text string, samples int) {
		t.Helper()
		var d Decoder
		got, err := d.Car(nil, []byte(text))
		if !errors.Is(err, errSyntax) || len(got) != samples {
			t.Errorf("%s: %d samples, %v; want %d and an error", text, len(got), err, samples)
		}
	}
	f(``, 0)
	f(`[]`, 0)
	f(`{"Entries":{}}`, 0)
	f(`{"Entries":[`+good, 1)
	f(`{"Entries":[`+good+`,`, 1)
	f(`{"Entries":[`+good+`,]}`, 1)
	f(`{"Entries":[`+good+good+`]}`, 1)
	f(`{"Entries":[`+good+`]}x`, 1)
	f(`{"Entries":[`+good+`],}`, 1)
	f(`{"Entries":[`+good+`,{"Utc":"2024-07-07T13:24:01Z","Cars":{"1":{"Channels":{"2":1`, 1)
	f(`{"Entries":[`+good+`,{"Utc":"2024-07-07T13:24:01Z","Cars":{"1":{"Channels":{"2"}}}}]}`, 1)
	f(`{"Entries":[7]}`, 0)
	f("{\"a\":\"\n\"}", 0)
	f(`{"a":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+`}`, 0)
	for cut := range good {
		f(`{"Entries":[`+good[:cut], 0)
	}
}

// frame is what the payload of one moment looks like to encoding/json.
type frame struct {
	Utc  string
	Cars map[string]struct{ Channels map[string]int }
}

// Decoding agrees with encoding/json on any regular payload.
func TestDecodeCarAgainstJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in struct{ Entries []frame }
		for range rapid.IntRange(0, 4).Draw(t, "frames") {
			fr := frame{Cars: map[string]struct{ Channels map[string]int }{}}
			fr.Utc = time.Unix(0, rapid.Int64Range(1.5e18, 1.8e18).Draw(t, "utc")).UTC().Format(time.RFC3339Nano)
			for _, car := range rapid.SliceOfDistinct(rapid.IntRange(1, 99), rapid.ID[int]).Draw(t, "cars") {
				ch := map[string]int{}
				for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"0", "2", "3", "4", "5", "45", "7"}),
					rapid.ID[string]).Draw(t, "channels") {
					ch[key] = rapid.IntRange(0, 8).Draw(t, key)
				}
				fr.Cars[strconv.Itoa(car)] = struct{ Channels map[string]int }{ch}
			}
			in.Entries = append(in.Entries, fr)
		}
		if in.Entries == nil {
			in.Entries = []frame{}
		}
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var d Decoder
		got, err := d.Car(nil, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		i := 0
		for _, fr := range in.Entries {
			for range fr.Cars {
				s := got[i]
				i++
				ch := fr.Cars[strconv.Itoa(s.Number)].Channels
				for key, o := range map[string]f1.Opt[int16]{"0": s.RPM, "2": s.Speed, "3": s.Gear, "4": s.Throttle, "5": s.Brake, "45": s.DRS} {
					if v, ok := ch[key]; ok != o.Known || int(o.Value) != v {
						t.Fatalf("%s: car %d channel %s is %+v", text, s.Number, key, o)
					}
				}
				if s.Time.Format(time.RFC3339Nano) != fr.Utc {
					t.Fatalf("time %s, want %s", s.Time, fr.Utc)
				}
			}
		}
		if i != len(got) {
			t.Fatalf("%d samples, want %d", len(got), i)
		}
	})
}

func FuzzDecodeCar(f *testing.F) {
	f.Add([]byte(`{"Entries":[{"Utc":"2024-07-07T13:24:00.3319743Z","Cars":{"1":{"Channels":{"0":6217,"2":57,"3":1,"4":3,"5":0,"45":0}}}}]}`))
	f.Add([]byte(`{"Entries":[{"Cars":{"x":[{}]},"Utc":"\u0041"}],"a":{"b":[1,-2.5e3,null,"\""]}}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		var d Decoder
		got, _ := d.Car(nil, plain) // any error is fine, what came before it must hold
		for _, s := range got {
			if s.Time.IsZero() || s.Number < 0 || s.Speed.Value < 0 || s.Speed.Value > maxSpeed || s.Gear.Value > maxGear ||
				s.Throttle.Value > maxPedal || s.Brake.Value > maxPedal || s.RPM.Value > maxRPM || s.DRS.Value > maxDRS {
				t.Fatalf("%+v", s)
			}
		}
		if uint64(len(got)) != d.Quality.Samples {
			t.Fatalf("%d samples, %d counted", len(got), d.Quality.Samples)
		}
		var store Store
		store.AddCar(got)
		for row := range store.Telemetry() {
			if row.Gear.Value > maxGear || row.Brake.Value > maxPedal {
				t.Fatalf("%+v", row)
			}
		}
	})
}

func FuzzDecodePosition(f *testing.F) {
	f.Add([]byte(`{"Position":[{"Timestamp":"2024-07-07T13:24:00.3711298Z","Entries":{"1":{"Status":"OnTrack","X":-650,"Y":2243,"Z":1986}}}]}`))
	f.Add([]byte(`{"Position":[{"Entries":{"1":{"Status":1,"X":"5"}},"Timestamp":"2024-07-07T13:24:00"}]}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		var d Decoder
		got, _ := d.Position(nil, plain) // any error is fine, what came before it must hold
		for _, s := range got {
			if s.Time.IsZero() || s.Located == (s.X == 0 && s.Y == 0 && s.Z == 0) || s.X > maxPlace || s.X < -maxPlace {
				t.Fatalf("%+v", s)
			}
		}
		if uint64(len(got)) != d.Quality.Samples {
			t.Fatalf("%d samples, %d counted", len(got), d.Quality.Samples)
		}
	})
}

// Decoding into a reused buffer allocates nothing.
func TestDecodeAllocs(t *testing.T) {
	cars := []byte(`{"Entries":[{"Utc":"2024-07-07T13:24:00.3319743Z","Cars":{"1":{"Channels":{"0":6217,"2":57,"3":1,"4":3,"5":0,"45":0}}}}]}`)
	places := []byte(`{"Position":[{"Timestamp":"2024-07-07T13:24:00.3711298Z","Entries":{"1":{"Status":"OnTrack","X":-650,"Y":2243,"Z":1986}}}]}`)
	var d Decoder
	var car []CarSample
	var place []PositionSample
	if n := testing.AllocsPerRun(100, func() {
		var err1, err2 error
		car, err1 = d.Car(car[:0], cars)
		place, err2 = d.Position(place[:0], places)
		if err1 != nil || err2 != nil || len(car) != 1 || len(place) != 1 {
			t.Fatal(err1, err2)
		}
	}); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}
