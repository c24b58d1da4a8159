package tables

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

var moment0 = time.Date(2018, 4, 29, 12, 10, 33, 987_654_321, time.UTC)

// The columns of the outward contract, word for word.
const contract = `
sessions: session_key* season round event circuit_id type name date_start date_end utc_offset status total_laps
drivers: session_key* driver_number* tla first_name last_name team team_colour line country
laps: session_key* driver_number* lap_number* date_start lap_time_ms s1_ms s2_ms s3_ms speed_i1_kmh speed_i2_kmh speed_fl_kmh speed_st_kmh stint_number compound tyre_age_laps fresh_tyre position gap_to_leader_ms interval_ms laps_down in_pit_at_start pit_in_time pit_out_time is_personal_best deleted deleted_reason track_status is_accurate
stints: session_key* driver_number* stint_number* compound lap_start lap_end tyre_age_at_start fresh_tyre
pit_stops: session_key* driver_number* stop_number* lap_number pit_in_time pit_out_time pit_lane_ms stationary_ms compound_from compound_to under
positions: session_key* driver_number* time* position
intervals: session_key* driver_number* time* gap_to_leader_ms interval_ms laps_down
race_control: session_key* message_id* time lap_number category flag scope sector driver_number message
track_status: session_key* time* status message
weather: session_key* time* air_c track_c humidity_pct pressure_hpa wind_ms wind_deg rainfall
telemetry: session_key* driver_number* time* speed_kmh rpm gear throttle_pct brake drs
locations: session_key* driver_number* time* x_m y_m z_m on_track
team_radio: session_key* time* driver_number* path
events: session_key* event_id* time lap_number kind priority driver_number other_driver_number position_from position_to value detail status supersedes evidence known version driver_numbers offset count_from count_to count_of
results: session_key* driver_number* position classified status grid points laps_completed time_ms gap_ms laps_down
gap_history: session_key* driver_number* lap_number* time position gap_to_leader_ms interval_ms is_clean in_traffic
stint_pace: session_key* driver_number* stint_number* compound lap_start lap_end tyre_age_laps clean_laps median_ms corrected_ms spread_ms wear_s_per_lap wear_spread_s
degradation: session_key* compound* wear_s_per_lap wear_spread_s offset_s offset_spread_s laps oldest_laps fuel_s_per_lap fuel_spread_s
pit_loss: session_key* under* median_ms low_ms high_ms stops prior_stops
stop_losses: session_key* driver_number* lap_number* under loss_ms pit_lane_ms
rejoin: session_key* driver_number* lap_number* out_lap under pit_loss_ms position position_low position_high ahead_driver_number gap_ahead_ms behind_driver_number gap_behind_ms traffic actual_position
undercuts: session_key* first_driver_number* first_lap_number* second_driver_number* second_lap_number* kind under gap_before_ms gap_after_ms forecast_ms forecast_spread_ms stop_ms in_lap_ms out_lap_ms tyre_pace_ms traffic_ms worked
ideal_laps: session_key* driver_number* part* s1_ms s2_ms s3_ms ideal_ms best_ms laps
consistency: session_key* driver_number* laps spread_ms
lap_telemetry: session_key* driver_number* lap_number* samples speed_max_kmh speed_min_kmh speed_mean_kmh rpm_max full_throttle_pct braking_pct drs_open_pct gear_changes
`

func TestContract(t *testing.T) {
	var got strings.Builder
	got.WriteString("\n")
	for i, d := range All() {
		if d.Name != Names()[i] {
			t.Errorf("table %d is %s and %s", i, d.Name, Names()[i])
		}
		got.WriteString(d.Name + ":")
		for _, c := range d.Columns {
			got.WriteString(" " + c.Name)
			if c.Key {
				got.WriteString("*")
			}
			if strings.HasSuffix(c.Name, "_ms") && c.Name != "wind_ms" && c.Type != Int {
				t.Errorf("%s.%s has type %d", d.Name, c.Name, c.Type)
			}
		}
		got.WriteString("\n")
	}
	if got.String() != contract {
		t.Errorf("tables differ from the contract:\n%s", got.String())
	}
}

func encode[R any](tb testing.TB, t Table[R], f Format, rows ...R) []byte {
	tb.Helper()
	var buf bytes.Buffer
	n, err := t.Write(&buf, f, slices.Values(rows))
	if err != nil || n != len(rows) {
		tb.Fatalf("%s: %d rows, %v", f, n, err)
	}
	return buf.Bytes()
}

func TestGolden(t *testing.T) {
	check := func(got []byte, want string) {
		t.Helper()
		if string(got) != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	ms := time.Millisecond
	full := f1.LapRow{SessionKey: "9574", DriverNumber: 44, LapNumber: 1, DateStart: f1.Some(moment0), LapTime: f1.Some(89_039*ms + 600*time.Microsecond),
		Sector1: f1.Some(28_100 * ms), Sector2: f1.Some(83_888 * ms), Sector3: f1.Some(1 * ms), SpeedI1: f1.Some(178), SpeedI2: f1.Some(261),
		SpeedFL: f1.Some(300), SpeedST: f1.Some(328), StintNumber: f1.Some(1), Compound: "ULTRASOFT", TyreAge: f1.Some(4), FreshTyre: f1.Some(false),
		Position: f1.Some(1), GapToLeader: f1.Some(time.Duration(0)), Interval: f1.Some(1500 * ms), LapsDown: f1.Some(0), InPitAtStart: true,
		PitIn: f1.Some(moment0), PitOut: f1.Some(moment0.In(time.FixedZone("", 4*3600))), PersonalBest: true, Deleted: true,
		DeletedReason: `TRACK LIMITS, "TURN 2"`, TrackStatus: "12", Accurate: true}
	bare := f1.LapRow{SessionKey: "9574", DriverNumber: 2, LapNumber: 2}
	check(encode(t, Laps, CSV, full, bare), "session_key,driver_number,lap_number,date_start,lap_time_ms,s1_ms,s2_ms,s3_ms,"+
		"speed_i1_kmh,speed_i2_kmh,speed_fl_kmh,speed_st_kmh,stint_number,compound,tyre_age_laps,fresh_tyre,position,gap_to_leader_ms,"+
		"interval_ms,laps_down,in_pit_at_start,pit_in_time,pit_out_time,is_personal_best,deleted,deleted_reason,track_status,is_accurate\r\n"+
		"9574,44,1,2018-04-29T12:10:33.987Z,89040,28100,83888,1,178,261,300,328,1,ULTRASOFT,4,false,1,0,1500,0,true,"+
		"2018-04-29T12:10:33.987Z,2018-04-29T12:10:33.987Z,true,true,\"TRACK LIMITS, \"\"TURN 2\"\"\",12,true\r\n"+
		"9574,2,2,,,,,,,,,,,,,,,,,,false,,,false,false,,,false\r\n")
	check(encode(t, Laps, JSONL, full, bare), `{"session_key":"9574","driver_number":44,"lap_number":1,"date_start":"2018-04-29T12:10:33.987Z",`+
		`"lap_time_ms":89040,"s1_ms":28100,"s2_ms":83888,"s3_ms":1,"speed_i1_kmh":178,"speed_i2_kmh":261,"speed_fl_kmh":300,"speed_st_kmh":328,`+
		`"stint_number":1,"compound":"ULTRASOFT","tyre_age_laps":4,"fresh_tyre":false,"position":1,"gap_to_leader_ms":0,"interval_ms":1500,`+
		`"laps_down":0,"in_pit_at_start":true,"pit_in_time":"2018-04-29T12:10:33.987Z","pit_out_time":"2018-04-29T12:10:33.987Z",`+
		`"is_personal_best":true,"deleted":true,"deleted_reason":"TRACK LIMITS, \"TURN 2\"","track_status":"12","is_accurate":true}`+"\n"+
		`{"session_key":"9574","driver_number":2,"lap_number":2,"date_start":null,"lap_time_ms":null,"s1_ms":null,"s2_ms":null,"s3_ms":null,`+
		`"speed_i1_kmh":null,"speed_i2_kmh":null,"speed_fl_kmh":null,"speed_st_kmh":null,"stint_number":null,"compound":null,"tyre_age_laps":null,`+
		`"fresh_tyre":null,"position":null,"gap_to_leader_ms":null,"interval_ms":null,"laps_down":null,"in_pit_at_start":false,"pit_in_time":null,`+
		`"pit_out_time":null,"is_personal_best":false,"deleted":false,"deleted_reason":null,"track_status":null,"is_accurate":false}`+"\n")

	session := f1.SessionRow{SessionKey: "9574", Season: f1.Some(2018), Event: "Azerbaijan Grand Prix", CircuitID: "baku", Type: f1.Race, Name: "Race",
		UTCOffset: f1.Some(-(5*time.Hour + 30*time.Minute)), Status: f1.StatusFinalised, TotalLaps: f1.Some(51)}
	check(encode(t, Sessions, CSV, session), "session_key,season,round,event,circuit_id,type,name,date_start,date_end,utc_offset,status,total_laps\r\n"+
		"9574,2018,,Azerbaijan Grand Prix,baku,race,Race,,,-05:30,finalised,51\r\n")
	session.UTCOffset = f1.Some(4 * time.Hour)
	check(encode(t, Sessions, JSONL, session), `{"session_key":"9574","season":2018,"round":null,"event":"Azerbaijan Grand Prix","circuit_id":"baku",`+
		`"type":"race","name":"Race","date_start":null,"date_end":null,"utc_offset":"+04:00","status":"finalised","total_laps":51}`+"\n")

	check(encode(t, Weather, CSV, f1.WeatherRow{SessionKey: "1", Time: moment0, Air: f1.Some(24.3), Track: f1.Some(43.0), Humidity: f1.Some(math.NaN()), WindSpeed: f1.Some(math.Copysign(0, -1)), Rainfall: f1.Some(false)}),
		"session_key,time,air_c,track_c,humidity_pct,pressure_hpa,wind_ms,wind_deg,rainfall\r\n1,2018-04-29T12:10:33.987Z,24.3,43,,,0,,false\r\n")
	check(encode(t, Locations, CSV, f1.LocationRow{SessionKey: "1", DriverNumber: 241, Time: moment0, X: -650.5, OnTrack: f1.Some(true)}),
		"session_key,driver_number,time,x_m,y_m,z_m,on_track\r\n1,241,2018-04-29T12:10:33.987Z,-650.5,0,0,true\r\n")
	check(encode(t, RaceControl, JSONL, f1.RaceControlRow{SessionKey: "1", Time: moment0, Message: " a\n\"b\" <c> é \xff"}),
		`{"session_key":"1","message_id":0,"time":"2018-04-29T12:10:33.987Z","lap_number":null,"category":null,"flag":null,"scope":null,`+
			`"sector":null,"driver_number":null,"message":" a\u000a\"b\" <c> é �"}`+"\n")
	check(encode(t, Events, CSV, f1.EventRow{Event: f1.Event{SessionKey: "1", ID: "a", Version: 2, Kind: "undercut.success", Priority: f1.P1, Status: f1.Confirmed,
		Time: moment0, Known: moment0.Add(time.Second), Offset: 99, Lap: f1.Some(9), Car: f1.Some(44), Other: f1.Some(1), From: f1.Some(8), To: f1.Some(9),
		Evidence: []uint64{7, 99}}, CountFrom: f1.Some(8), CountTo: f1.Some(9), CountOf: "lap"},
		f1.EventRow{Event: f1.Event{SessionKey: "1", ID: "b", Version: 1, Kind: "lead.change", Status: f1.Retracted, Time: moment0, Known: moment0, Offset: 1,
			Cars: []int{4, 81, 1}}, PositionFrom: f1.Some(2), PositionTo: f1.Some(1)}),
		"session_key,event_id,time,lap_number,kind,priority,driver_number,other_driver_number,position_from,position_to,value,detail,status,supersedes,evidence,"+
			"known,version,driver_numbers,offset,count_from,count_to,count_of\r\n"+
			"1,a,2018-04-29T12:10:33.987Z,9,undercut.success,P1,44,1,,,,,confirmed,,7 99,2018-04-29T12:10:34.987Z,2,,99,8,9,lap\r\n"+
			"1,b,2018-04-29T12:10:33.987Z,,lead.change,P0,,,2,1,,,retracted,,,2018-04-29T12:10:33.987Z,1,4 81 1,1,,,\r\n")
	check(encode(t, Drivers, CSV), "session_key,driver_number,tla,first_name,last_name,team,team_colour,line,country\r\n")
	check(encode(t, Drivers, JSONL), "")
}

func TestParquetReadBack(t *testing.T) {
	at := moment0.Truncate(time.Millisecond)
	file := encode(t, Telemetry, Parquet,
		f1.TelemetryRow{SessionKey: "9574", DriverNumber: 44, Time: moment0, Speed: f1.Some(int16(312)), RPM: f1.Some(int16(11_500)), Gear: f1.Some(int16(8)), Throttle: f1.Some(int16(100)), Brake: f1.Some(int16(0))},
		f1.TelemetryRow{SessionKey: "9574", DriverNumber: 1, Time: moment0.Add(time.Second)})
	type row struct {
		SessionKey string     `parquet:"session_key,optional"`
		Number     *int64     `parquet:"driver_number,optional"`
		Time       *time.Time `parquet:"time,optional,timestamp(millisecond)"`
		Speed      *int64     `parquet:"speed_kmh,optional"`
		RPM        *int64     `parquet:"rpm,optional"`
		Gear       *int64     `parquet:"gear,optional"`
		Throttle   *int64     `parquet:"throttle_pct,optional"`
		Brake      *int64     `parquet:"brake,optional"`
		DRS        *int64     `parquet:"drs,optional"`
	}
	got, err := parquet.Read[row](bytes.NewReader(file), int64(len(file)))
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	a, b := got[0], got[1]
	if a.SessionKey != "9574" || *a.Number != 44 || !a.Time.Equal(at) || *a.Speed != 312 || *a.RPM != 11_500 || *a.Gear != 8 ||
		*a.Throttle != 100 || *a.Brake != 0 || a.DRS != nil {
		t.Errorf("first row %+v", a)
	}
	if *b.Number != 1 || !b.Time.Equal(at.Add(time.Second)) || b.Speed != nil || b.RPM != nil || b.Brake != nil {
		t.Errorf("second row %+v", b)
	}
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range f.Schema().Columns() {
		if want := Telemetry.Describe().Columns[i].Name; c[0] != want {
			t.Errorf("column %d is %s, want %s", i, c[0], want)
		}
	}
	if codec := f.Metadata().RowGroups[0].Columns[0].MetaData.Codec.String(); codec != "ZSTD" {
		t.Errorf("compressed with %s", codec)
	}
}

// drawLap makes any lap row, texts with every character that needs care.
func drawLap(t *rapid.T) f1.LapRow {
	r := f1.LapRow{SessionKey: "k", DriverNumber: rapid.IntRange(1, 99).Draw(t, "number"), LapNumber: rapid.IntRange(0, 78).Draw(t, "lap")}
	some := func(name string) bool { return rapid.Bool().Draw(t, name) }
	if some("time?") {
		r.LapTime = f1.Some(time.Duration(rapid.Int64Range(0, 4e12).Draw(t, "time")))
	}
	if some("start?") {
		r.DateStart = f1.Some(time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "start")))
	}
	if some("fresh?") {
		r.FreshTyre = f1.Some(some("fresh"))
	}
	if some("position?") {
		r.Position = f1.Some(rapid.IntRange(-5, 30).Draw(t, "position"))
	}
	r.Deleted = some("deleted")
	r.DeletedReason = rapid.StringOfN(rapid.RuneFrom([]rune("aé,\"\r\n\t\\ 🏁\x01'")), 0, 8, -1).Draw(t, "reason")
	return r
}

// jsonCell is a cell of a JSON line as CSV would write it.
func jsonCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	return fmt.Sprint("unexpected ", v)
}

// All three encodings say the same.
func TestEncodingsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(drawLap), 0, 6).Draw(t, "rows")
		write := func(f Format) []byte {
			var buf bytes.Buffer
			if _, err := Laps.Write(&buf, f, slices.Values(rows)); err != nil {
				t.Fatal(err)
			}
			return buf.Bytes()
		}
		text := write(CSV)
		records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(records) != 1+len(rows) {
			t.Fatalf("%q: %v", text, err)
		}
		lines := json.NewDecoder(bytes.NewReader(write(JSONL)))
		lines.UseNumber()
		file := write(Parquet)
		reader := parquet.NewReader(bytes.NewReader(file))
		defer reader.Close()
		for i, record := range records[1:] {
			var object map[string]any
			if err := lines.Decode(&object); err != nil || len(object) != len(record) {
				t.Fatalf("%d members, %d cells, %v", len(object), len(record), err)
			}
			row := make([]parquet.Row, 1)
			if n, err := reader.ReadRows(row); n != 1 || err != nil && !errors.Is(err, io.EOF) {
				t.Fatalf("row %d: %v", i, err)
			}
			for j, c := range Laps.Describe().Columns {
				// encoding/csv reads CRLF inside quotes as LF.
				want := strings.ReplaceAll(jsonCell(object[c.Name]), "\r\n", "\n")
				p := row[0][j]
				fromParquet := strings.ReplaceAll(p.String(), "\r\n", "\n")
				switch {
				case p.IsNull():
					fromParquet = ""
				case c.Type == Time:
					fromParquet = time.UnixMilli(p.Int64()).UTC().Format("2006-01-02T15:04:05.000Z")
				}
				if record[j] != want || fromParquet != want {
					t.Fatalf("row %d %s: CSV %q, JSON %q, Parquet %q", i, c.Name, record[j], want, fromParquet)
				}
			}
		}
	})
}

// What was written as Parquet is read back as it was, and a damaged file is an error or the same rows.
func TestReadParquet(t *testing.T) {
	d := Laps.Describe()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(drawLap), 0, 400).Draw(t, "rows")
		var file bytes.Buffer
		if _, err := Laps.Write(&file, Parquet, slices.Values(rows)); err != nil {
			t.Fatal(err)
		}
		text := func(of iter.Seq2[Row, error]) (string, error) {
			var b bytes.Buffer
			var failed error
			_, err := d.Write(&b, CSV, func(yield func(Row) bool) {
				for r, err := range of {
					if failed = err; err != nil || !yield(r) {
						return
					}
				}
			})
			return b.String(), errors.Join(err, failed)
		}
		var want bytes.Buffer
		if _, err := Laps.Write(&want, CSV, slices.Values(rows)); err != nil {
			t.Fatal(err)
		}
		got, err := text(d.ReadParquet(bytes.NewReader(file.Bytes()), int64(file.Len())))
		if err != nil || got != want.String() {
			t.Fatalf("read back %q, %v, want %q", got, err, want.String())
		}
		bad := bytes.Clone(file.Bytes())
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		_, _ = text(d.ReadParquet(bytes.NewReader(bad), int64(len(bad)))) // it must only not panic: a flipped bit may be a value's
		other := Stints.Describe()
		if _, err := text(other.ReadParquet(bytes.NewReader(file.Bytes()), int64(file.Len()))); err == nil {
			t.Fatal("a file of laps was read as one of stints")
		}
	})
}

func TestSameRowsSameBytes(t *testing.T) {
	for _, f := range Formats() {
		var a, b bytes.Buffer
		for _, w := range []io.Writer{&a, &b} {
			if _, err := Telemetry.Write(w, f, manyRows(1_000)); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: the same rows gave other bytes", f)
		}
	}
}

func TestRows(t *testing.T) {
	rows := Rows{Stints: slices.Values([]f1.StintRow{
		{SessionKey: "1", DriverNumber: 3, StintNumber: 1}, {SessionKey: "1", DriverNumber: 3, StintNumber: 2},
	})}
	for _, name := range Names() {
		for _, f := range Formats() {
			want := 0
			if name == "stints" {
				want = 2
			}
			var buf bytes.Buffer
			if n, err := rows.Write(&buf, name, f); err != nil || n != want || buf.Len() == 0 && (f != JSONL || n > 0) {
				t.Errorf("%s as %s: %d rows, %d bytes, %v", name, f, n, buf.Len(), err)
			}
		}
	}
	if _, err := rows.Write(io.Discard, "lap", CSV); !errors.Is(err, ErrUnknown) {
		t.Errorf("a table that does not exist: %v", err)
	}
	if _, err := rows.Write(io.Discard, "laps", "xls"); err == nil {
		t.Error("a format that does not exist was accepted")
	}
	for _, f := range Formats() {
		if got, err := ParseFormat(string(f)); err != nil || got != f || f.MediaType() == "" {
			t.Errorf("format %s: %v", f, err)
		}
	}
	if _, err := ParseFormat("CSV "); err == nil {
		t.Error("a format that does not exist was read")
	}
}

func TestAppendTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-1e14, 1e15).Draw(t, "ms")
		want := time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
		if got := string(appendTime(nil, ms)); got != want {
			t.Fatalf("%d: %s, want %s", ms, got, want)
		}
	})
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

var errDisk = errors.New("disk full")

func manyRows(n int) iter.Seq[f1.TelemetryRow] {
	return func(yield func(f1.TelemetryRow) bool) {
		for i := range n {
			v := int16(i % 300)
			if !yield(f1.TelemetryRow{SessionKey: "9574", DriverNumber: 1 + i*20/n, Time: moment0.Add(time.Duration(i) * 270 * time.Millisecond),
				Speed: f1.Some(v), RPM: f1.Some(v * 40), Gear: f1.Some(v % 9), Throttle: f1.Some(v % 101), Brake: f1.Some(int16(0))}) {
				return
			}
		}
	}
}

func TestWriteErrors(t *testing.T) {
	for _, f := range Formats() {
		if _, err := Telemetry.Write(&failing{after: 10}, f, manyRows(50_000)); !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range Formats() {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Telemetry.Write(io.Discard, f, manyRows(350_000)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/350_000, "ns/row")
		})
	}
}
