package openf1

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/tables"
)

// cells are a row of one of our tables by the names of its columns, what is unknown left out.
type cells map[string]any

func (c cells) number(column string) (int64, bool) {
	n, ok := c[column].(int64)
	return n, ok
}

// spelled is a value as it stands in an answer.
func spelled(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		if v.Nanosecond() == 0 {
			return v.UTC().Format("2006-01-02T15:04:05+00:00")
		}
		return v.UTC().Format("2006-01-02T15:04:05.000000+00:00")
	}
	return fmt.Sprint(v)
}

// The ways in which a field is made of cells.
type making func(c cells) any

func as(column string) making { return func(c cells) any { return c[column] } }

func secondsOf(column string) making {
	return func(c cells) any {
		if ms, ok := c.number(column); ok {
			return float64(ms) / 1000
		}
		return nil
	}
}

func tenths(column string) making {
	return func(c cells) any { return strconv.FormatFloat(c[column].(float64)*10, 'f', 0, 64) }
}

// behind is a gap, or how many laps it is.
func behind(column string) making {
	return func(c cells) any {
		switch down, _ := c.number("laps_down"); {
		case down == 1:
			return "+1 LAP"
		case down > 1:
			return fmt.Sprintf("+%d LAPS", down)
		}
		return secondsOf(column)(c)
	}
}

func is(column string, values ...string) making {
	return func(c cells) any { return slices.Contains(values, fmt.Sprint(c[column])) }
}

func either(a, b making) making {
	return func(c cells) any {
		if v := a(c); v != nil {
			return v
		}
		return b(c)
	}
}

// made says of every collection that is made of a table what each of its fields is made of; the keys of session and meeting
// are beside.
type madeOf struct {
	table  string
	keep   func(cells) bool // nil: every row
	fields map[string]making
	// Of a session whose log is at hand the log's messages say it, which is held to other things.
	storedOnly bool
}

// recorded is a session that is held to its tables.
type recorded struct {
	path     string // in the official archive, "" in a simulation
	race     bool
	messages []feed.Message
}

func made(s *recorded) map[string]madeOf {
	given := func(columns string) map[string]making {
		all := map[string]making{}
		for pair := range strings.FieldsSeq(columns) {
			field, column, _ := strings.Cut(pair, "=")
			all[field] = as(column)
		}
		return all
	}
	with := func(columns string, more map[string]making) map[string]making {
		all := given(columns)
		maps.Copy(all, more)
		return all
	}
	return map[string]madeOf{
		"car_data": {table: "telemetry", fields: given("date=time driver_number=driver_number rpm=rpm speed=speed_kmh n_gear=gear throttle=throttle_pct brake=brake drs=drs")},
		"location": {table: "locations", fields: with("date=time driver_number=driver_number", map[string]making{"x": tenths("x_m"), "y": tenths("y_m"), "z": tenths("z_m")})},
		"intervals": {table: "intervals", fields: with("date=time driver_number=driver_number", map[string]making{
			"gap_to_leader": behind("gap_to_leader_ms"), "interval": secondsOf("interval_ms")})},
		"pit": {table: "pit_stops", fields: with("driver_number=driver_number lap_number=lap_number", map[string]making{
			"date": either(as("pit_out_time"), as("pit_in_time")), "lane_duration": secondsOf("pit_lane_ms"), "pit_duration": secondsOf("pit_lane_ms"),
			"stop_duration": secondsOf("stationary_ms")})},
		"team_radio": {table: "team_radio", fields: with("date=time driver_number=driver_number", map[string]making{
			"recording_url": func(c cells) any {
				if s.path == "" {
					return nil
				}
				return "https://livetiming.formula1.com/static/" + s.path + c["path"].(string)
			}})},
		"overtakes": {table: "events", keep: func(c cells) bool {
			passed := c["kind"] == "overtake.on_track" || c["kind"] == "order.changed.pit" || c["kind"] == "order.changed.penalty"
			return passed && c["status"] != "retracted" && c["other_driver_number"] != nil && c["position_to"] != nil
		}, fields: given("date=time overtaking_driver_number=driver_number overtaken_driver_number=other_driver_number position=position_to")},
		"session_result": {table: "results", fields: with("driver_number=driver_number number_of_laps=laps_completed", s.result())},
		"drivers": {table: "drivers", storedOnly: true, fields: with("driver_number=driver_number name_acronym=tla first_name=first_name last_name=last_name team_name=team team_colour=team_colour country_code=country",
			map[string]making{
				"headshot_url": func(cells) any { return nil },
				"full_name":    func(c cells) any { return fmt.Sprint(c["first_name"], " ", strings.ToUpper(c["last_name"].(string))) },
				"broadcast_name": func(c cells) any {
					return fmt.Sprint(string([]rune(c["first_name"].(string))[0]), " ", strings.ToUpper(c["last_name"].(string)))
				},
			})},
		"laps": {table: "laps", storedOnly: true, fields: with("driver_number=driver_number lap_number=lap_number date_start=date_start i1_speed=speed_i1_kmh i2_speed=speed_i2_kmh st_speed=speed_st_kmh",
			map[string]making{
				"lap_duration": secondsOf("lap_time_ms"), "duration_sector_1": secondsOf("s1_ms"), "duration_sector_2": secondsOf("s2_ms"), "duration_sector_3": secondsOf("s3_ms"),
				"is_pit_out_lap": func(c cells) any { return c["pit_out_time"] != nil }, "segments_sector_1": unsaid, "segments_sector_2": unsaid, "segments_sector_3": unsaid,
			})},
		"stints":   {table: "stints", storedOnly: true, fields: given("driver_number=driver_number stint_number=stint_number compound=compound lap_start=lap_start lap_end=lap_end tyre_age_at_start=tyre_age_at_start")},
		"position": {table: "positions", storedOnly: true, fields: given("date=time driver_number=driver_number position=position")},
		"race_control": {table: "race_control", storedOnly: true, fields: with("date=time driver_number=driver_number lap_number=lap_number category=category flag=flag scope=scope sector=sector message=message",
			map[string]making{"qualifying_phase": unsaid})},
		"weather": {table: "weather", storedOnly: true, fields: with("date=time air_temperature=air_c track_temperature=track_c humidity=humidity_pct pressure=pressure_hpa wind_direction=wind_deg wind_speed=wind_ms",
			map[string]making{"rainfall": func(c cells) any {
				if rain, ok := c["rainfall"].(bool); !ok || !rain {
					return map[bool]any{true: 0, false: nil}[ok]
				}
				return 1
			}})},
	}
}

// unsaid is what no table has.
func unsaid(cells) any { return nil }

// result are the fields of a result that follow from several cells.
func (s *recorded) result() map[string]making {
	out := is("status", "retired", "stopped")
	all := map[string]making{
		"dnf": out, "dns": is("status", "not_started"), "dsq": is("status", "disqualified"), "duration": secondsOf("time_ms"), "gap_to_leader": behind("gap_ms"),
		"position": as("position"),
	}
	if s.race {
		all["points"] = as("points")
		all["position"] = func(c cells) any {
			if c["classified"] == false {
				return nil
			}
			return c["position"]
		}
		all["gap_to_leader"] = func(c cells) any {
			if out(c) == true || c["status"] == "not_started" {
				return nil
			}
			return behind("gap_ms")(c)
		}
	}
	return all
}

// rowsOf are the rows of a table made of messages.
func rowsOf(t testing.TB, d *derive.Session, table string) (all []cells) {
	t.Helper()
	desc, err := tables.Find(table)
	if err != nil {
		t.Fatal(err)
	}
	for row := range d.Rows().Cells(table) {
		c := cells{}
		for i, col := range desc.Columns {
			if !row[i].Known {
				continue
			}
			switch col.Type {
			case tables.Int:
				c[col.Name] = row[i].N
			case tables.Float:
				c[col.Name] = row[i].F
			case tables.Bool:
				c[col.Name] = row[i].N != 0
			case tables.Time:
				c[col.Name] = time.UnixMilli(row[i].N)
			default:
				if row[i].S != "" {
					c[col.Name] = row[i].S
				}
			}
		}
		all = append(all, c)
	}
	return all
}

// answered are the rows of an answer, each field as it stands there; nothing found is none.
func (s *stand) answered(path string) (all []map[string]string) {
	s.Helper()
	resp, body := s.ask(path)
	if resp.StatusCode == 404 {
		return nil
	}
	if resp.StatusCode != 200 {
		s.Fatalf("%s: %s: %.200s", path, resp.Status, body)
	}
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	var rows []map[string]any
	if err := in.Decode(&rows); err != nil {
		s.Fatalf("%s: %v", path, err)
	}
	for _, row := range rows {
		fields := map[string]string{}
		for name, v := range row {
			fields[name] = spelled(v)
		}
		all = append(all, fields)
	}
	return all
}

// TestCollectionsAreTables holds every document of every collection, field by field, to the row or message that it is made of, of
// real recordings and simulations: while the session is held, and when it is only stored.
func TestCollectionsAreTables(t *testing.T) {
	real := func(path string, race bool, without ...string) *recorded {
		folder := reference.Path(t, append([]string{"live-timing", "archive"}, strings.Split(path, "/")...)...)
		return &recorded{path: path + "/", race: race, messages: reference.Messages(t, folder, without...)}
	}
	all := map[string]*recorded{
		"simulated race":       {race: true, messages: simulated(t, f1.Race)},
		"qualifying of 2019":   real("2019/2019-09-08_Italian_Grand_Prix/2019-09-07_Qualifying", false),
		"simulated qualifying": {messages: slices.DeleteFunc(simulated(t, f1.Qualifying), sampled)},
	}
	if os.Getenv("PITWALL_FULL") != "" {
		with := real("2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying", false)
		n := 0
		with.messages = slices.DeleteFunc(with.messages, func(m feed.Message) bool { n++; return sampled(m) && n%20 != 0 }) // of millions of samples these do
		all["qualifying of 2025"] = with
		all["race of 2018"] = real("2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race", true)
		all["sprint of 2025"] = real("2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint", true)
		all["practice of 2024"] = real("2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1", false)
		all["qualifying of 2021"] = real("2021/2021-11-07_Mexico_City_Grand_Prix/2021-11-06_Qualifying", false)
	}
	for name, r := range all {
		t.Run(name, func(t *testing.T) { r.compare(t) })
	}
}

func (r *recorded) compare(t *testing.T) {
	held, stored := newStand(t), newStand(t)
	key := held.hold(r.messages, nil)
	stored.keep(r.messages)
	d := derive.New("1", derive.All())
	for i := range r.messages {
		m := r.messages[i]
		m.Offset = uint64(i + 1)
		_ = d.Take(&m) // samples that can not be read are missing everywhere
	}
	simulated := d.State.Info.Simulated
	for name, m := range made(r) {
		rows := rowsOf(t, d, m.table)
		where := map[string]*stand{"held": held, "stored": stored}
		if m.storedOnly {
			delete(where, "held")
		}
		counts := ""
		for place, s := range where {
			fields, meeting := maps.Clone(m.fields), fmt.Sprint(d.State.Info.MeetingKey)
			if place == "stored" { // no log of the weekend is at hand
				row := d.State.SessionRow()
				meeting = "null"
				if row.Season.Known && row.Round.Known {
					meeting = fmt.Sprint(row.Season.Value*100 + row.Round.Value)
				}
				if name == teamRadioOf && (simulated || !r.race) {
					fields["recording_url"] = unsaid // the day of the race is not known here
				}
			} else if name == teamRadioOf {
				path := d.State.Info.Path
				fields["recording_url"] = func(c cells) any { return "https://livetiming.formula1.com/static/" + path + c["path"].(string) }
			}
			if name == sessionResultOf && !r.race && strings.HasPrefix(string(d.State.Info.Type), "qualifying") && place == "held" {
				delete(fields, "duration") // lists: see TestQualifyingParts
				delete(fields, "gap_to_leader")
			}
			fields["session_key"] = func(cells) any { return key }
			fields["meeting_key"] = func(cells) any { return meeting }
			got := s.answered("v1/" + name + "?session_key=" + key)
			n := holdRows(t, name+", "+place, got, rows, m.keep, fields)
			counts += fmt.Sprintf(" %d %s", n, place)
		}
		t.Logf("%s: documents equal to rows of %s:%s", name, m.table, counts)
	}
	r.championship(t, held, key)
	if rows := stored.answered("v1/championship_drivers?session_key=" + key); rows != nil {
		t.Errorf("a stored session has a championship: %v", rows[0])
	}
	r.session(t, held, stored, d)
}

// holdRows compares documents with rows as multisets and gives their number. A field of a document that is made of nothing is
// an error.
func holdRows(t *testing.T, what string, got []map[string]string, rows []cells, keep func(cells) bool, fields map[string]making) int {
	t.Helper()
	line := func(of func(name string) (string, bool)) string {
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			v, ok := of(name)
			if !ok {
				v = "absent"
			}
			b.WriteString(name + "=" + v + " ")
		}
		return b.String()
	}
	want := map[string]int{}
	n := 0
	for _, row := range rows {
		if keep == nil || keep(row) {
			n++
			want[line(func(name string) (string, bool) { return spelled(fields[name](row)), true })]++
		}
	}
	skipped := strings.HasPrefix(what, sessionResultOf)
	for _, doc := range got {
		for name := range doc {
			if _, ok := fields[name]; !ok && !(skipped && (name == "duration" || name == "gap_to_leader")) {
				t.Errorf("%s: %s is made of nothing", what, name)
				return 0
			}
		}
		want[line(func(name string) (string, bool) { v, ok := doc[name]; return v, ok })]--
	}
	wrong := 0
	for l, n := range want {
		if n != 0 {
			if wrong++; wrong <= 4 {
				t.Errorf("%s: %+d (1: missing, -1: more) %s", what, n, l)
			}
		}
	}
	if len(got) != n || wrong > 0 {
		t.Errorf("%s: %d documents of %d rows, %d lines differ", what, len(got), n, wrong)
	}
	return n
}
