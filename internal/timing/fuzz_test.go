package timing_test

import (
	"slices"
	"testing"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/timing"
)

// examples are real messages of every topic, from the protocol document.
var examples = []struct{ topic, payload string }{
	{feed.TopicSessionInfo, `{"Meeting":{"Key":1280,"Name":"Chinese Grand Prix","OfficialName":"FORMULA 1 CHINESE GRAND PRIX","Location":"Shanghai","Number":2,"Country":{"Key":53,"Code":"CHN","Name":"China"},"Circuit":{"Key":49,"ShortName":"Shanghai"}},"SessionStatus":"Inactive","ArchiveStatus":{"Status":"Generating"},"Key":11245,"Type":"Race","Name":"Race","StartDate":"2026-03-15T15:00:00","EndDate":"2026-03-15T17:00:00","GmtOffset":"08:00:00","Path":"2026/2026-03-15_Chinese_Grand_Prix/2026-03-15_Race/"}`},
	{feed.TopicArchiveStatus, `{"Status":"Generating"}`},
	{feed.TopicSessionStatus, `{"Status":"Started","Started":"Started"}`},
	{feed.TopicSessionData, `{"Series":[{"Utc":"2026-03-15T07:00:00Z","Lap":1}],"StatusSeries":[{"Utc":"2026-03-15T07:00:00Z","TrackStatus":"AllClear"},{"Utc":"2026-03-15T07:00:00Z","SessionStatus":"Started"}]}`},
	{feed.TopicExtrapolatedClock, `{"Utc":"2026-03-15T07:00:00Z","Remaining":"00:17:59","Extrapolating":true}`},
	{feed.TopicTrackStatus, `{"Status":"2","Message":"Yellow"}`},
	{feed.TopicLapCount, `{"CurrentLap":1,"TotalLaps":56}`},
	{feed.TopicRaceControlMessages, `{"Messages":[{"Utc":"2026-03-15T07:00:00","Lap":1,"Category":"Flag","Flag":"DOUBLE YELLOW","Scope":"Sector","Sector":7,"Message":" DOUBLE YELLOW IN TRACK SECTOR 7 "}]}`},
	{feed.TopicTlaRcm, `{"Timestamp":"2026-03-29T14:48:11","Message":"SAFETY CAR DEPLOYED"}`},
	{feed.TopicDriverList, `{"12":{"RacingNumber":"12","BroadcastName":"K ANTONELLI","FullName":"Kimi ANTONELLI","Tla":"ANT","Line":1,"TeamName":"Mercedes","TeamColour":"00D7B6","FirstName":"Kimi","LastName":"Antonelli","Reference":"ANDANT01","HeadshotUrl":"https://example.test/a.png"},"_kf":true}`},
	{feed.TopicTimingData, `{"Lines":{"63":{"GapToLeader":"LAP 1","IntervalToPositionAhead":{"Value":"LAP 1","Catching":false},"Line":1,"Position":"1","ShowPosition":true,"RacingNumber":"63","Retired":false,"InPit":false,"PitOut":false,"Stopped":false,"Status":64,"Sectors":[{"Stopped":false,"Value":"32.501","Status":0,"OverallFastest":false,"PersonalFastest":false,"Segments":[{"Status":2064},{"Status":2048}],"PreviousValue":"32.501"}],"Speeds":{"I1":{"Value":"261","Status":0,"OverallFastest":false,"PersonalFastest":false},"I2":{},"FL":{},"ST":{}},"BestLapTime":{"Value":"1:28.370","Lap":7},"LastLapTime":{"Value":"1:28.370","Status":0,"OverallFastest":false,"PersonalFastest":true},"NumberOfLaps":8,"NumberOfPitStops":1}},"Withheld":false}`},
	{feed.TopicTimingData, `{"Lines":{"63":{"Sectors":[{"Segments":[{}]}]}}}`}, // a mini-sector without a colour
	{feed.TopicTimingDataF1, `{"Lines":{"63":{"Sectors":{"1":{"Value":""},"2":{"Value":"24.1"}},"Stats":{"0":{"TimeDiffToFastest":"+0.1","TimeDifftoPositionAhead":""}}}},"SessionPart":2,"NoEntries":[20,15,10],"CutOffTime":"1:21.065"}`},
	{feed.TopicTimingAppData, `{"Lines":{"63":{"RacingNumber":"63","Line":2,"GridPos":"3","Stints":[{"LapFlags":1,"Compound":"HARD","New":"true","TyresNotChanged":"0","TotalLaps":4,"StartLaps":0,"LapTime":"1:29.049","LapNumber":6}]}}}`},
	{feed.TopicTimingStats, `{"Lines":{"63":{"Line":1,"RacingNumber":"63","PersonalBestLapTime":{"Lap":13,"Position":1,"Value":"1:25.469"},"BestSectors":[{"Position":3,"Value":"28.1"},{},{}],"BestSpeeds":{"I1":{"Position":1,"Value":"178"}}}},"SessionType":"Race","Withheld":false}`},
	{feed.TopicTopThree, `{"Lines":[{"Position":"1","ShowPosition":true,"RacingNumber":"63","Tla":"RUS","LapTime":"1:28.156","LapState":67,"DiffToAhead":"","DiffToLeader":"","OverallFastest":true,"PersonalFastest":true}]}`},
	{feed.TopicDriverTracker, `{"Lines":[{"Position":"1","RacingNumber":"63","LapTime":"1:28.156","LapState":67},{"Position":"2","RacingNumber":"12","DiffToLeader":"+1.0"}]}`},
	{feed.TopicCarData, `"7ZhBasMwEEXvMmsnaDQaSda29AbtpqELUwINFC/S7Ezu3tjQeEb"`},
	{feed.TopicPosition, `"7ZhBasMwEEXvMmsnaDQaSda29AbtpqELUwINFC/S7Ezu3tjQeEb"`},
	{feed.TopicWeatherData, `{"AirTemp":"24.3","Humidity":"43.0","Pressure":"1008.2","Rainfall":"0","TrackTemp":"43.0","WindDirection":"106","WindSpeed":"3.1"}`},
	{feed.TopicWeatherDataSeries, `{"Series":{"0":{"Timestamp":"2026-03-15T07:00:00Z","Weather":{"AirTemp":"24.3","Rainfall":"1"}}}}`},
	{feed.TopicTeamRadio, `{"Captures":[{"Utc":"2024-07-07T13:22:02.763Z","RacingNumber":"16","Path":"TeamRadio/CHALEC01_16_20240707_142152.mp3"}]}`},
	{feed.TopicPitLaneTimeCollection, `{"PitTimes":{"63":{"RacingNumber":"63","Duration":"24.2","Lap":"9"},"_deleted":["27"]}}`},
	{feed.TopicPitStopSeries, `{"PitTimes":{"63":[{"Timestamp":"2026-06-07T13:05:11.753Z","PitStop":{"RacingNumber":"63","PitStopTime":"3.0","PitLaneTime":"25.927","Lap":"9"}}]}}`},
	{feed.TopicPitStop, `{"RacingNumber":"63","PitStopTime":"2.2","PitLaneTime":"24.690","Lap":"43"}`},
	{feed.TopicDriverRaceInfo, `{"63":{"RacingNumber":"63","Position":"4","Gap":"+1:09.473","Interval":"+1 LAP","PitStops":1,"Catching":2,"OvertakeState":0,"IsOut":false}}`},
	{feed.TopicOvertakeSeries, `{"Overtakes":{"63":[{"Timestamp":"2026-06-07T13:05:11Z","count":1}]}}`},
	{feed.TopicLapSeries, `{"63":{"RacingNumber":"63","LapPosition":["1"]}}`},
	{feed.TopicTyreStintSeries, `{"Stints":{"63":{"0":{"Compound":"MEDIUM","New":"true","TyresNotChanged":"0","TotalLaps":0,"StartLaps":0}}}}`},
	{feed.TopicCurrentTyres, `{"Tyres":{"63":{"Compound":"MEDIUM","New":true}}}`},
	{feed.TopicChampionshipPrediction, `{"Drivers":{"1":{"RacingNumber":"1","CurrentPosition":1,"PredictedPosition":2,"CurrentPoints":237.0,"PredictedPoints":255.5}},"Teams":{"Red Bull Racing":{"TeamName":"Red Bull Racing","CurrentPosition":0}}}`},
	{feed.TopicAudioStreams, `{"Streams":[{"Name":"Live coverage (EN)","Language":"en","Uri":"https://example.test/index.m3u8","Path":"Live_coverage_(EN)-en/stream.m3u8","Utc":"2026-06-07T13:05:11Z"}]}`},
	{feed.TopicContentStreams, `{"Streams":[{"Type":"Commentary","Name":"en","Utc":"0001-01-01T00:00:00"}]}`},
	{feed.TopicHeartbeat, `{"Utc":"2024-05-18T13:59:13.5465874Z"}`},
}

// warm is a session that has been told every example.
func warm() *timing.Session {
	s := timing.New()
	at := time.Date(2026, 3, 15, 7, 0, 0, 0, time.UTC)
	for _, e := range examples {
		s.Apply(&feed.Message{Topic: e.topic, Payload: []byte(e.payload), Time: at})
		at = at.Add(time.Second)
	}
	return s
}

// FuzzApply: whatever arrives, Apply survives it, says what it skipped, touches no clone and stays
// deterministic.
func FuzzApply(f *testing.F) {
	for _, e := range examples {
		f.Add(e.topic, []byte(e.payload), false, int64(1))
		f.Add(e.topic, []byte(e.payload), true, int64(20e9))
	}
	f.Add("TimingData", []byte(`{"Lines":{"63":{"NumberOfLaps":12,"LastLapTime":{"Value":"1:30.000"},"InPit":true}}}`), false, int64(90e9))
	f.Add("TimingData", []byte(`{"Lines":{"63":{"Sectors":{"999999999":{"Value":"1"}},"NumberOfLaps":-3}}}`), false, int64(90e9))
	f.Add("Unknown", []byte(`null`), false, int64(0))
	start := warm()
	f.Fuzz(func(t *testing.T, topic string, payload []byte, snapshot bool, after int64) {
		m := feed.Message{Topic: topic, Payload: slices.Clone(payload), Snapshot: snapshot, Time: start.Now.Add(time.Duration(after))}
		frozen := start.Clone()
		before := frozen.Hash()
		a, b := frozen.Clone(), frozen.Clone()
		for range 2 {
			a.Apply(&m)
			b.Apply(&m)
		}
		if !slices.Equal(m.Payload, payload) {
			t.Fatal("payload changed")
		}
		if a.Hash() != b.Hash() {
			t.Fatal("not deterministic")
		}
		if a.Applied != frozen.Applied+2 {
			t.Fatalf("applied %d", a.Applied)
		}
		tables(a)
		if frozen.Hash() != before {
			t.Fatal("the original changed with its clone")
		}
	})
}
