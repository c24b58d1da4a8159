package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A session that the archive's index has without a path is found a day later than the index says, and stored; of one that
// is nowhere it is said that it is missing.
func TestSyncFindsPath(t *testing.T) {
	const folder = "/static/2020/2020-08-10_70th_Anniversary_Grand_Prix/2020-08-08_Practice_2/"
	const info = `{"Key":7,"Type":"Practice","Number":2,"Name":"Practice 2","Meeting":{"Name":"70th Anniversary Grand Prix"},"StartDate":"2020-08-07T15:00:00","EndDate":"2020-08-07T16:30:00","GmtOffset":"01:00:00"}`
	pages := map[string]string{
		"/static/2020/Index.json": `{"Year":2020,"Meetings":[{"Key":1,"Name":"70th Anniversary Grand Prix","Sessions":[
			{"Key":7,"Type":"Practice","Number":2,"Name":"Practice 2","StartDate":"2020-08-07T15:00:00","EndDate":"2020-08-07T16:30:00","GmtOffset":"01:00:00"},
			{"Key":8,"Type":"Race","Name":"Race","StartDate":"2020-08-09T14:10:00","EndDate":"2020-08-09T16:10:00","GmtOffset":"01:00:00"}]}]}`,
		folder + "Index.json":             `{"Feeds":{"SessionInfo":{"StreamPath":"SessionInfo.jsonStream"},"TimingData":{"StreamPath":"TimingData.jsonStream"}}}`,
		folder + "SessionInfo.jsonStream": "00:00:00.000" + info + "\r\n",
		folder + "TimingData.jsonStream":  "00:00:01.000" + `{"Lines":{"44":{"Line":1,"Position":"1","NumberOfLaps":1}}}` + "\r\n",
	}
	var mu sync.Mutex
	var asked []string
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		body, ok := pages[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Last-Modified", "Mon, 10 Aug 2020 10:00:00 GMT")
		fmt.Fprint(w, "\ufeff"+body)
	}))
	defer front.Close()
	data := t.TempDir()
	run := func() (string, int) {
		mu.Lock()
		asked = nil
		mu.Unlock()
		out, _ := pitwallRun(t, exitDone, "sync", "--season", "2020", "--data", data, "--archive", front.URL+"/static/", "--jolpica", "none", "--openf1", "none")
		return out, len(asked)
	}
	out, n := run()
	says(t, out, `stored +70th Anniversary Grand Prix 2020 Practice 2 +archive +session 7`, `not there +70th Anniversary Grand Prix 2020 Race +- +the archive lists no recording of it`)
	out, again := run()
	says(t, out, `(?m)^0 stored, 0 missing, 1 unchanged`)
	if n < 9 || again > 1 { // one is whether the archive can be reached
		t.Errorf("%d requests, then %d: %s", n, again, strings.Join(asked, " "))
	}
}
