package recording

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// telemetryLine is a line of CarData.z whose newest reading was taken at utc.
func telemetryLine(offset, utc string) string {
	var z bytes.Buffer
	w, err := flate.NewWriter(&z, flate.BestSpeed)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(w, `{"Entries":[{"Utc":"2024-05-18T12:00:00Z","Cars":{}},{"Utc":"%s","Cars":{}}]}`, utc)
	if err := w.Close(); err != nil {
		panic(err)
	}
	return fmt.Sprintf("%s%q\r\n", offset, base64.StdEncoding.EncodeToString(z.Bytes()))
}

func TestArchiveBase(t *testing.T) {
	const (
		session   = "00:00:00.000{\"Key\":1,\"StartDate\":\"2024-05-18T16:00:00\",\"GmtOffset\":\"02:00:00\"}\r\n"
		status    = "00:00:01.000{\"Status\":\"Inactive\"}\r\n00:10:00.000{\"Status\":\"Started\"}\r\n00:30:00.000{\"Status\":\"Started\"}\r\n"
		heartbeat = "00:00:10.000{\"Utc\":\"2024-05-18T13:50:12.0400000Z\"}\r\n00:00:25.000{\"Utc\":\"2024-05-18T13:50:27.04Z\"}\r\n00:01:25.000{\"Utc\":\"2024-05-18T13:55:27.04Z\"}\r\n"
		clock     = "00:00:03.110{\"Utc\":\"2024-05-18T13:50:03.610Z\"}\r\n00:00:04.110{\"Utc\":\"2024-05-18T13:50:04.610Z\"}\r\n00:10:00.000{\"Remaining\":\"1\"}\r\n00:20:00.000{\"Utc\":\"2024-05-18T14:10:00.5Z\"}\r\n"
		control   = "00:01:00.300{\"Messages\":[{\"Utc\":\"2024-05-18T13:51:00\"}]}\r\n00:02:00.000{\"Messages\":{\"1\":{\"Utc\":\"2024-05-18T13:52:00\"}}}\r\n01:00:00.000{\"Messages\":{\"2\":{\"Utc\":\"2024-05-18T13:52:00\"}}}\r\n"
	)
	car := telemetryLine("00:00:20.000", "2024-05-18T13:50:19.900Z") + telemetryLine("00:00:21.000", "2024-05-18T13:50:20.950Z") +
		telemetryLine("00:00:22.000", "2024-05-19T13:50:20.950Z") + telemetryLine("00:00:23.000", "2024-05-18T13:50:22.940Z")
	f := func(want, from string, fs files) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "2024-05-18_Qualifying")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for topic, body := range fs {
			if err := os.WriteFile(filepath.Join(dir, topic+".jsonStream"), []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got := r.Info().Base.Format("2006-01-02 15:04:05.000"); got != want || !strings.Contains(r.Info().BaseFrom, from) {
			t.Errorf("base %s from %q, want %s from %s", got, r.Info().BaseFrom, want, from)
		}
	}
	all := files{"SessionInfo": session, "SessionStatus": status, "Heartbeat": heartbeat, "ExtrapolatedClock": clock, "RaceControlMessages": control, "CarData.z": car}
	f("2024-05-18 13:50:00.500", "ExtrapolatedClock", all)
	delete(all, "ExtrapolatedClock")
	f("2024-05-18 13:49:59.950", "CarData.z", all) // the reading of the next day is left out
	delete(all, "CarData.z")
	f("2024-05-18 13:49:59.700", "RaceControlMessages", all)
	delete(all, "RaceControlMessages")
	f("2024-05-18 13:50:00.000", "Heartbeat", all)
	delete(all, "Heartbeat")
	f("2024-05-18 13:50:00.000", "scheduled start", all)
	delete(all, "SessionStatus")
	f("2024-05-18 14:00:00.000", "scheduled start", all)
	delete(all, "SessionInfo")
	all["TrackStatus"] = "00:00:01.000{\"Status\":\"1\"}\r\n"
	f("2024-05-18 00:00:00.000", "folder's name", all)
}
