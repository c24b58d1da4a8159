package persist_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
)

// weekend is a short race whose round the feed does not say, as before 2024.
func weekend() []feed.Message {
	at := time.Date(2018, 4, 29, 12, 10, 0, 0, time.UTC)
	var all []feed.Message
	for i, m := range [][2]string{
		{feed.TopicSessionInfo, `{"Key":5001,"Type":"Race","Name":"Race","Meeting":{"Name":"Azerbaijan Grand Prix","Country":{"Code":"AZE","Name":"Azerbaijan"},"Circuit":{"ShortName":"Baku"}},"StartDate":"2018-04-29T16:10:00","EndDate":"2018-04-29T18:10:00","GmtOffset":"04:00:00"}`},
		{feed.TopicDriverList, `{"44":{"RacingNumber":"44","Tla":"HAM","FirstName":"Lewis","LastName":"Hamilton","TeamName":"Mercedes","TeamColour":"00D2BE"},"1":{"RacingNumber":"1","Tla":"VER","FirstName":"Max","LastName":"Verstappen","TeamName":"Red Bull Racing","TeamColour":"1E41FF"}}`},
		{feed.TopicSessionData, `{"StatusSeries":[{"Utc":"2018-04-29T12:10:02Z","SessionStatus":"Started"}]}`},
		{feed.TopicSessionStatus, `{"Status":"Finalised"}`},
		{feed.TopicSessionStatus, `{"Status":"Ends"}`},
	} {
		t := at.Add(time.Duration(i) * time.Second)
		all = append(all, feed.Message{Topic: m[0], Payload: []byte(m[1]), Time: t, Received: t})
	}
	return all
}

func referenceOf(t *testing.T, st store.References) store.Reference {
	t.Helper()
	r, err := st.Reference(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A session that is imported or followed brings its drivers, constructors, circuit and race; what is known better stays.
func TestBringsReference(t *testing.T) {
	for _, followed := range []bool{false, true} {
		t.Run("followed "+strconv.FormatBool(followed), func(t *testing.T) {
			st := openSQLite(t)
			date := time.Date(2018, 4, 29, 0, 0, 0, 0, time.UTC)
			better := store.Reference{
				Circuits:     []store.Circuit{{ID: "baku", Name: "Baku City Circuit", Length: f1.Some(6003.0)}},
				Drivers:      []store.Driver{{ID: "HAM", Name: "Lewis Hamilton", Nationality: "British"}},
				Constructors: []store.Constructor{{ID: "red-bull", Name: "Red Bull", Nationality: "Austrian"}},
				Races:        []store.Race{{ID: "azerbaijan_2018", Season: 2018, Round: 4, CircuitID: "baku", Name: "Azerbaijan Grand Prix", Date: date}},
			}
			if err := st.PutReference(t.Context(), &better); err != nil {
				t.Fatal(err)
			}
			if followed {
				log := logOf(t, "5001")
				add(t, log, weekend())
				w := persist.New(quick(t, st))
				w.Follow(log, persist.About{Key: "5001"})
				stop := run(t, w)
				untilDoing(t, w, persist.Ended)
				stop()
			} else {
				importWeekend(t, st)
			}
			got := referenceOf(t, st)
			want := store.Reference{
				Circuits:     []store.Circuit{{ID: "baku", Name: "Baku City Circuit", Country: "Azerbaijan", Length: f1.Some(6003.0)}},
				Drivers:      []store.Driver{{ID: "HAM", Name: "Lewis Hamilton", Nationality: "British", Number: f1.Some(44)}, {ID: "VER", Name: "Max Verstappen"}},
				Constructors: []store.Constructor{{ID: "mercedes", Name: "Mercedes", Colour: "00D2BE"}, {ID: "red-bull", Name: "Red Bull", Nationality: "Austrian", Colour: "1E41FF"}},
				Races:        better.Races,
			}
			if !slices.Equal(got.Circuits, want.Circuits) || !slices.Equal(got.Drivers, want.Drivers) || !slices.Equal(got.Constructors, want.Constructors) || !slices.Equal(got.Races, want.Races) {
				t.Errorf(" got %+v\nwant %+v", got, want)
			}
		})
	}
}

// A simulated session happened nowhere: it brings nothing.
func TestSimulationBringsNoReference(t *testing.T) {
	st := openSQLite(t)
	r := persist.NewRecording("5001", events.Defaults())
	marked := false
	for _, m := range weekend() {
		if m.Topic == feed.TopicSessionInfo {
			m.Payload = append([]byte(`{"Simulated":true,`), m.Payload[1:]...)
			marked = true
		}
		if err := r.Take(&m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Store(t.Context(), st, false); err != nil || !marked {
		t.Fatal(err, marked)
	}
	if got := referenceOf(t, st); len(got.Circuits)+len(got.Drivers)+len(got.Constructors)+len(got.Races) > 0 {
		t.Errorf("it brought %+v", got)
	}
	if _, err := st.Find(t.Context(), "5001"); err != nil {
		t.Errorf("the session itself: %v", err)
	}
}

func importWeekend(t *testing.T, st persist.Store) persist.Outcome {
	t.Helper()
	r := persist.NewRecording("5001", events.Defaults())
	for _, m := range weekend() {
		if err := r.Take(&m); err != nil {
			t.Fatal(err)
		}
	}
	o, err := r.Store(t.Context(), st, true)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The round that an import of tables has told a session stays when the session is written again: when something follows,
// when another writer begins, and when it is imported again. With it, the session brings its race.
func TestRoundStays(t *testing.T) {
	st := openSQLite(t)
	log := logOf(t, "5001")
	add(t, log, weekend())
	round := func(when string) {
		t.Helper()
		if at, err := st.Find(t.Context(), "5001"); err != nil || at.Round != f1.Some(4) {
			t.Errorf("%s: round %+v, %v", when, at.Round, err)
		}
	}
	w := persist.New(quick(t, st))
	w.Follow(log, persist.About{Key: "5001"})
	stop := run(t, w)
	untilDoing(t, w, persist.Ended)
	if err := persist.SetRound(t.Context(), st, "5001", f1.Some(4)); err != nil {
		t.Fatal(err)
	}
	follow := func(payload string) {
		t.Helper()
		n := log.Len() + 1
		add(t, log, []feed.Message{{Topic: feed.TopicSessionStatus, Payload: []byte(payload), Time: log.End().Add(time.Second)}})
		until(t, w, "stored", func(s persist.State) bool { return s.Stored == n && s.Doing == persist.Ended })
	}
	follow(`{"Status":"Finalised"}`)
	round("something followed")
	stop()
	w = persist.New(quick(t, st))
	w.Follow(log, persist.About{Key: "5001"})
	stop = run(t, w)
	untilDoing(t, w, persist.Ended)
	follow(`{"Status":"Ends"}`)
	stop()
	round("another writer")
	importWeekend(t, st)
	round("imported again")
	if r := referenceOf(t, st); len(r.Races) != 1 || r.Races[0].ID != "azerbaijan_2018" || r.Races[0].Round != 4 || r.Races[0].CircuitID != "baku" {
		t.Errorf("%+v", r.Races)
	}
}
