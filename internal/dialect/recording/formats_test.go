package recording

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"pitwall.live/internal/feed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// packings are the compressions that every format comes in, with a name's suffix.
var packings = map[string]func([]byte) []byte{
	"":    func(b []byte) []byte { return b },
	".gz": gzipped,
	".zst": func(b []byte) []byte {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err)
		}
		return w.EncodeAll(b, nil)
	},
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// files is a folder's content by name.
type files map[string]string

// write makes a folder; a single file is returned as that file's path.
func (fs files) write(t *testing.T, suffix string) string {
	t.Helper()
	dir := t.TempDir()
	path := dir
	for name, body := range fs {
		p := filepath.Join(dir, name+suffix)
		if err := os.WriteFile(p, packings[suffix]([]byte(body)), 0o644); err != nil {
			t.Fatal(err)
		}
		if len(fs) == 1 {
			path = p
		}
	}
	return path
}

// show writes messages one to a line: time, topic, payload, with S for a snapshot and #n for occurrence n.
func show(ms []message) string {
	var b strings.Builder
	for _, m := range ms {
		fmt.Fprintf(&b, "%s %s %s", m.Time.Format("15:04:05.000"), m.Topic, m.payload)
		if m.Snapshot {
			b.WriteString(" S")
		}
		if m.Occurrence > 0 {
			fmt.Fprintf(&b, " #%d", m.Occurrence)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// plain are three messages as every format without snapshots has to yield them.
const plain = `13:59:11.388 Heartbeat {"Utc":"x"}
13:59:12.000 TimingData {"Lines":{"4":{"InPit":true}}}
13:59:11.900 CarData.z "7ZSx"
`

// withState are the same behind a snapshot, which takes the first known time; SessionInfo leads it.
const withState = `13:59:11.388 SessionInfo {"Key":1} S
13:59:11.388 TrackStatus {"Status":"1"} S
` + plain

var formatCases = []struct {
	name   string
	format Format
	lines  Format
	want   string
	files  files
}{
	{"legacy frames", FormatSignalR, "", plain, files{"a.txt": `{"C":"d-1","S":1,"M":[]}
{"C":"d-1","M":[{"H":"Streaming","M":"feed","A":["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"]},{"H":"Streaming","M":"feed","A":["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12Z"]}]}
{}
{"I":"1","M":[{"H":"Streaming","M":"feed","A":["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]}]}
`}},
	{"invocations", FormatSignalR, "", plain, files{"a.txt": "\xef\xbb\xbf" + `{  "H": "Streaming",  "M": "feed",  "A": ["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"  ]}` + "\r\n\r\n" +
		`{"A":["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12"],"M":"feed","H":"streaming"}` + "\r\n" +
		`{"H":"Streaming","M":"feed","A":["CarData.z","7ZSx","2024-05-18T15:59:11.9+02:00"]}`}},
	{"core text", FormatCore, "", withState, files{"a.txt": "{\"protocol\":\"json\",\"version\":1}\x1e\n{}\x1e{\"type\":6}\x1e\n" +
		`{"type":3,"invocationId":"0","result":{"TrackStatus":{"Status":"1"},"SessionInfo":{"Key":1}}}` + "\x1e\n" +
		`{"type":1,"target":"feed","arguments":["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"]}` + "\x1e" +
		`{"type":1,"target":"feed","arguments":["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12Z"]}` + "\x1e\n" +
		`{"type":1,"target":"feed","arguments":["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]}` + "\x1e"}},
	{"core text split over lines", FormatCore, "", plain, files{"a.txt": `{"type":6}` + "\x1e\n" +
		`{"type":1,"target":"feed","arguments":["Heartbeat",{"Utc":"x"},"2024-05-1` + "\n" + `8T13:59:11.388Z"]}` + "\x1e\n" +
		`{"type":1,"target":"feed","arguments":["TimingData",` + "\n" + `{"Lines":{"4":{"InP` + "\n" + `it":true}}},"2024-05-18T13:59:12Z"]}` + "\x1e" +
		`{"type":1,"target":"feed","arguments":["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]}` + "\x1e\n"}},
	{"typed lines", FormatTyped, "", plain, files{"a.jsonl": `{"Type":"Heartbeat","Json":{"Utc":"x"},"DateTime":"2024-05-18T13:59:11.388+00:00"}
{"DateTime":"2024-05-18T13:59:12","Json":{"Lines":{"4":{"InPit":true}}},"Type":"TimingData"}
{"Type":"CarData.z","Json":"7ZSx","DateTime":"2024-05-18T13:59:11.900000000123Z"}
`}},
	{"python lists", FormatPython, "", plain, files{"a.txt": `['Heartbeat', {'Utc': 'x'}, '2024-05-18T13:59:11.388Z']
["TimingData", {'Lines': {'4': {'InPit': True}}}, '2024-05-18T13:59:12Z']
('CarData.z', '7ZSx', '2024-05-18T13:59:11.9Z')
`}},
	{"python lists with snapshot", FormatPython, "", withState, files{"a.txt": `['TrackStatus', '{"Status":"1"}', '']
['SessionInfo', '{"Key":1}', '']
['Heartbeat', {'Utc': 'x'}, '2024-05-18T13:59:11.388Z']
['TimingData', {'Lines': {'4': {'InPit': True}}}, '2024-05-18T13:59:12Z']
['CarData.z', '7ZSx', '2024-05-18T13:59:11.9Z']
`}},
	{"python frames", FormatPyFrames, "", plain, files{"a.txt": `{'C': 'd-1', 'S': 1, 'M': []}
{'C': 'd-2', 'M': [{'H': 'Streaming', 'M': 'feed', 'A': ['Heartbeat', {'Utc': 'x'}, '2024-05-18T13:59:11.388Z']}]}
{'C': 'd-3', 'M': [{'H': 'Streaming', 'M': 'feed', 'A': ['TimingData', {'Lines': {'4': {'InPit': True}}}, '2024-05-18T13:59:12Z']}, {'H': 'Streaming', 'M': 'feed', 'A': ['CarData.z', '7ZSx', '2024-05-18T13:59:11.9Z']}]}
`}},
	{"json lists", FormatLists, "", plain, files{"a.txt": `["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"]
["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12Z"]
["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]`}},
	{"f1-dash", FormatF1Dash, FormatSignalR, withState, files{"a.data.txt": `{"R":{"TrackStatus":{"Status":"1"},"SessionInfo":{"Key":1}},"I":"1"}
{"C":"d-1","M":[{"H":"Streaming","M":"feed","A":["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"]},{"H":"Streaming","M":"feed","A":["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12Z"]},{"H":"Streaming","M":"feed","A":["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]}]}
`}},
	{"f1-dash core", FormatF1Dash, FormatCore, withState, files{"a.txt": `{"TrackStatus":{"Status":"1"},"SessionInfo":{"Key":1}}
{"type":1,"target":"feed","arguments":["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"]}` + "\x1e" + `
{"type":1,"target":"feed","arguments":["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12Z"]}` + "\x1e" + `{"type":1,"target":"feed","arguments":["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]}` + "\x1e\n"}},
	{"undercut-f1 old", FormatUndercut, FormatSignalR, withState, files{
		"subscribe.txt": `{"TrackStatus":{"Status":"1"},"SessionInfo":{"Key":1}}`,
		"live.txt": `{"H":"Streaming","M":"feed","A":["Heartbeat",{"Utc":"x"},"2024-05-18T13:59:11.388Z"]}
{"H":"Streaming","M":"feed","A":["TimingData",{"Lines":{"4":{"InPit":true}}},"2024-05-18T13:59:12Z"]}
{"H":"Streaming","M":"feed","A":["CarData.z","7ZSx","2024-05-18T13:59:11.9Z"]}`}},
	{"undercut-f1 new", FormatUndercut, FormatTyped, withState, files{
		"subscribe.json": "{\n  \"TrackStatus\": {\n    \"Status\": \"1\"\n  },\n  \"SessionInfo\": { \"Key\": 1 }\n}\n",
		"live.jsonl": `{"Type":"Heartbeat","Json":{"Utc":"x"},"DateTime":"2024-05-18T13:59:11.388+00:00"}
{"Type":"TimingData","Json":{"Lines":{"4":{"InPit":true}}},"DateTime":"2024-05-18T13:59:12+00:00"}
{"Type":"CarData.z","Json":"7ZSx","DateTime":"2024-05-18T13:59:11.9+00:00"}`}},
	{"newest first", FormatTyped, "", `13:59:11.900 CarData.z "7ZSx"
13:59:12.000 TimingData {"Lines":{"4":{"InPit":true}}}
13:59:13.388 Heartbeat {"Utc":"x"}
`, files{"a.jsonl": `{"Type":"Heartbeat","Json":{"Utc":"x"},"DateTime":"2024-05-18T13:59:13.388+00:00"}
{"Type":"TimingData","Json":{"Lines":{"4":{"InPit":true}}},"DateTime":"2024-05-18T13:59:12"}
{"Type":"CarData.z","Json":"7ZSx","DateTime":"2024-05-18T13:59:11.900Z"}
`}},
	{"overlapping recorders", FormatTyped, "", plain, files{
		"first.jsonl": `{"Type":"Heartbeat","Json":{"Utc":"x"},"DateTime":"2024-05-18T13:59:11.388+00:00"}
{"Type":"TimingData","Json":{"Lines":{"4":{"InPit":true}}},"DateTime":"2024-05-18T13:59:12Z"}
{"Type":"CarData.z","Json":"7ZSx","DateTime":"2024-05-18T13:59:11.900Z"}`,
		"second.jsonl": `{"Type":"TimingData","Json":{"Lines":{"4":{"InPit":true}}},"DateTime":"2024-05-18T13:59:12Z"}
{"Type":"CarData.z","Json":"7ZSx","DateTime":"2024-05-18T13:59:11.900Z"}`}},
	{"snapshots", FormatSnapshots, "", `12:56:43.920 Heartbeat {"Utc":"2024-05-19T12:56:43.92Z"} S
14:50:50.700 Heartbeat {"Utc":"2024-05-19T14:50:50.7Z"} S
14:50:50.700 TrackStatus {"Status":"1"} S
`, files{
		"a_end.json":   "{\n \"TrackStatus\":{\"Status\":\"1\"},\n \"Heartbeat\": {\"Utc\":\"2024-05-19T14:50:50.7Z\"}\n}",
		"b_start.json": `{"R":{"Heartbeat":{"Utc":"2024-05-19T12:56:43.92Z"}},"I":"0"}`}},
	{"states", FormatStates, "", `12:56:43.920 SessionInfo {"SessionStatus":"Started","Key":1} S
12:56:43.920 Heartbeat {"Utc":"2024-05-19T12:56:43.92Z"} S
12:56:43.920 CarData.z "7ZSx" S
`, files{
		"CarData.z.json":   `"7ZSx"`,
		"Heartbeat.json":   "{\n  \"Utc\": \"2024-05-19T12:56:43.92Z\"\n}\n",
		"SessionInfo.json": `{"SessionStatus":"Started","Key":1}`,
		"README.md":        "# what this is\n"}},
	{"archive", FormatArchive, "", `00:00:00.000 SessionInfo {"Key":7}
00:00:01.500 TrackStatus {"Status":"1"}
00:00:01.500 TrackStatus {"Status":"2"}
00:00:01.500 TrackStatus {"Status":"1"} #1
00:00:01.500 TimingData {"Lines":{}}
00:00:02.000 TimingData {"Lines":{"4":{}}}
`, files{
		"Index.json":                 `{"Feeds":{"TrackStatus":{"KeyFramePath":"TrackStatus.json","StreamPath":"TrackStatus.jsonStream"}}}`,
		"SessionInfo.jsonStream":     "\xef\xbb\xbf00:00:00.000{\"Key\":7}\r\n",
		"TimingData.jsonStream":      "00:00:01.500{\"Lines\":{}}\r\n00:00:02.000{\"Lines\":{\"4\":{}}}\r\n",
		"TrackStatus.jsonStream":     "\xef\xbb\xbf00:00:01.500{\"Status\":\"1\"}\r\n00:00:01.500{\"Status\":\"2\"}\r\n00:00:01.500{\"Status\":\"1\"}\r\n",
		"TrackStatus.json":           `{"Status":"1"}`,
		"NothingHappened.jsonStream": ""}},
	{"one archive file", FormatArchive, "", "00:00:01.500 TrackStatus {\"Status\":\"1\"}\n", files{
		"TrackStatus.jsonStream": "00:00:01.500{\"Status\":\"1\"}\r\n"}},
	{"ours", FormatOwn, "", withState + "13:59:12.000 TimingData {\"Lines\":{\"4\":{\"InPit\":true}}} #1\n", files{"a.pitwall": ownRecording(
		feed.Message{Topic: "SessionInfo", Payload: []byte(`{"Key":1}`), Time: clockTime("13:59:11.388"), Snapshot: true, Offset: 1},
		feed.Message{Topic: "TrackStatus", Payload: []byte(`{"Status":"1"}`), Time: clockTime("13:59:11.388"), Snapshot: true, Offset: 2},
		feed.Message{Topic: "Heartbeat", Payload: []byte(`{"Utc":"x"}`), Time: clockTime("13:59:11.388"), Offset: 3},
		feed.Message{Topic: "TimingData", Payload: []byte(`{"Lines":{"4":{"InPit":true}}}`), Time: clockTime("13:59:12.000"), Offset: 4},
		feed.Message{Topic: "CarData.z", Payload: []byte(`"7ZSx"`), Time: clockTime("13:59:11.900"), Offset: 5},
		feed.Message{Topic: "TimingData", Payload: []byte(`{"Lines":{"4":{"InPit":true}}}`), Time: clockTime("13:59:12.000"), Offset: 6, Occurrence: 1},
	)}},
}

func clockTime(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.000", "2024-05-18T"+s)
	if err != nil {
		panic(err)
	}
	return t
}

func ownRecording(ms ...feed.Message) string {
	b := feed.AppendHeader(nil, feed.Header{Session: "9511", Created: clockTime("13:59:00.000")})
	for i := range ms {
		b = feed.AppendLine(b, &ms[i])
	}
	return string(b)
}

func TestFormats(t *testing.T) {
	for _, c := range formatCases {
		for suffix := range packings {
			path := c.files.write(t, suffix)
			ms, r := readAll(t, path)
			got := show(ms)
			// Archive folders have no date here; their offsets are what counts.
			if got != c.want {
				t.Errorf("%s%s:\n%s\nwant\n%s", c.name, suffix, got, c.want)
			}
			info := r.Info()
			if info.Format != c.format || info.Lines != c.lines {
				t.Errorf("%s%s: format %s (%s), want %s (%s)", c.name, suffix, info.Format, info.Lines, c.format, c.lines)
			}
			if r.Damaged() {
				t.Errorf("%s%s: %v", c.name, suffix, r.Problems())
			}
			if done, total := r.Progress(); done != total || total == 0 {
				t.Errorf("%s%s: read %d of %d bytes", c.name, suffix, done, total)
			}
			if info.NewestFirst != strings.HasPrefix(c.name, "newest") {
				t.Errorf("%s%s: newest first is %v", c.name, suffix, info.NewestFirst)
			}
		}
	}
}

// TestKeys: our own recordings name their session; any other has a key that does not depend on name or
// compression.
func TestKeys(t *testing.T) {
	key := func(fs files, suffix string) string {
		t.Helper()
		_, r := readAll(t, fs.write(t, suffix))
		return r.FallbackKey()
	}
	seen := map[string]string{}
	for _, c := range formatCases {
		k := key(c.files, "")
		if c.format == FormatOwn && k != "9511" {
			t.Errorf("%s: key %s", c.name, k)
		}
		for suffix := range packings {
			if again := key(c.files, suffix); again != k {
				t.Errorf("%s%s: key %s, without compression %s", c.name, suffix, again, k)
			}
		}
		if strings.ContainsAny(k, "/ ") || k == "" {
			t.Errorf("%s: key %q cannot stand in an address", c.name, k)
		}
		seen[k] = c.name
	}
	if len(seen) < 6 {
		t.Errorf("only %d keys for all recordings: %v", len(seen), seen)
	}
}

func TestOpenRefuses(t *testing.T) {
	f := func(fs files, want string) {
		t.Helper()
		_, err := Open(fs.write(t, ""))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q in it", fs, err, want)
		}
	}
	f(files{"a.txt": ""}, "empty")
	f(files{"a.txt": "\xef\xbb\xbf \r\n"}, "empty")
	f(files{"a.txt": "driver,lap,time\n1,1,90.1\n"}, "not a recording: expected")
	f(files{"a.txt": "TimingData > {'Lines': 1}\n"}, "LiveF1")
	f(files{"a.txt": `{"a":1,"b":2}`}, "object with a, b is of no known form")
	f(files{"a.txt": `['WeatherData']` + "\n" + `['WeatherData', 1]`}, "line 1: 1 of the three items")
	f(files{"a.md": "x", "b.csv": "1,2"}, "not a recording: expected")
	if _, err := Open(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("an absent file opens")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "2025", "race"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "2025", "race", "TimingData.jsonStream"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), filepath.Join("2025", "race")) {
		t.Errorf("a season's folder: %v", err)
	}
}

// TestProblems: what is wrong is named, the rest is used.
func TestProblems(t *testing.T) {
	f := func(fs files, suffix, want string, problems ...string) {
		t.Helper()
		ms, r := readAll(t, fs.write(t, suffix))
		var got []string
		for _, p := range r.Problems() {
			got = append(got, fmt.Sprintf("%s:%d %s %s", p.File, p.Line, p.Kind, p.Reason))
		}
		if show(ms) != want {
			t.Errorf("messages\n%s\nwant\n%s", show(ms), want)
		}
		if !slices.EqualFunc(got, problems, strings.Contains) {
			t.Errorf("problems %q, want %q", got, problems)
		}
		if n := r.ProblemCount(Malformed) + r.ProblemCount(BadTime); n != len(problems) || r.Damaged() != (n > 0) {
			t.Errorf("%d problems counted", n)
		}
	}
	// A wrong time before any right one waits for it; one after takes the last.
	f(files{"a": `['A', {}, 'soon']
['B', {}, '2024-05-18T13:59:11Z']
['C', {}, 12]
['D', None, '2024-05-18T13:59:11Z']
[5, {}, '2024-05-18T13:59:11Z']
['', {}, '2024-05-18T13:59:11Z']
['E', {}, '0001-01-01T00:00:00Z']
`}, "", "13:59:11.000 A {}\n13:59:11.000 B {}\n13:59:11.000 C {}\n13:59:11.000 E {}\n",
		"a:1 bad_time A:", "a:3 bad_time C:", "a:4 malformed payload is neither", "a:5 malformed topic is not a string",
		"a:6 malformed topic is not a name", "a:7 bad_time E:")
	// One bad invocation does not cost the frame.
	f(files{"a": `{"C":"1","M":[{"M":"feed","A":["A",{},"2024-05-18T13:59:11Z"]},{"M":"feed","A":["B"]},5,{"M":"other"}]}
{"C":"1","M":[{"M":"feed","A":["B"]}]}
{"M":"feed"}`}, "", "13:59:11.000 A {}\n",
		"a:1 malformed 1 of the three items", "a:2 malformed 1 of the three items", `a:3 malformed invocation of feed without`)
	// A message of Core text whose rest never comes.
	f(files{"a": "{\"type\":6}\x1e\n{\"type\":1,\"target\":\"feed\",\"arg\n" +
		"{\"type\":1,\"target\":\"feed\",\"arguments\":[\"A\",{},\"2024-05-18T13:59:11Z\"]}\x1e\n{\"type\":1,\"tar"}, "",
		"13:59:11.000 A {}\n", "a:2 malformed message is cut off", "a:4 malformed not JSON: cut off")
	// Archive: a cut last line, a wrong offset, a line without one, text that is not UTF-8.
	f(files{"A.jsonStream": "00:00:01.000{\"a\":1}\r\n00:99:02.000{\"a\":2}\r\nhello\r\n00:00:04.000{\"a\":\"\xff\"}\r\n00:00:05.000{\"a\":3,"}, "",
		"00:00:01.000 A {\"a\":1}\n00:00:01.000 A {\"a\":2}\n",
		"A.jsonStream:2 bad_time not an offset", "A.jsonStream:3 malformed not an archive line", "A.jsonStream:4 malformed not valid UTF-8",
		"A.jsonStream:5 malformed not JSON: cut off")
	// Ours: the torn tail of a writer that died, and a line that was changed.
	ours := ownRecording(feed.Message{Topic: "A", Payload: []byte(`{"n":1}`), Time: clockTime("13:59:11.000"), Offset: 1},
		feed.Message{Topic: "A", Payload: []byte(`{"n":2}`), Time: clockTime("13:59:12.000"), Offset: 2},
		feed.Message{Topic: "A", Payload: []byte(`{"n":3}`), Time: clockTime("13:59:13.000"), Offset: 3})
	f(files{"a": strings.Replace(ours, `{"n":2}`, `{"n":4}`, 1)[:len(ours)-9]}, "", "13:59:11.000 A {\"n\":1}\n",
		"a:3 malformed line is corrupt", "a:4 malformed line is cut off")
}

// TestCutCompression: what comes before the damage is used.
func TestCutCompression(t *testing.T) {
	var body bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&body, "['A', {'n': %d}, '2024-05-18T13:%02d:%02d.%03dZ']\n", i*7919%10007, i/60000, i/1000%60, i%1000)
	}
	for suffix, pack := range packings {
		packed := pack(body.Bytes())
		path := filepath.Join(t.TempDir(), "a.txt"+suffix)
		if err := os.WriteFile(path, packed[:len(packed)*2/3], 0o644); err != nil {
			t.Fatal(err)
		}
		ms, r := readAll(t, path)
		if len(ms) < 8_000 || len(ms) >= 20_000 {
			t.Errorf("%s: %d messages of two thirds of a file", suffix, len(ms))
		}
		if suffix != "" && !strings.Contains(fmt.Sprint(r.Problems()), "the file is damaged, the rest cannot be read") {
			t.Errorf("%s: problems %v", suffix, r.Problems())
		}
		if !r.Damaged() {
			t.Errorf("%s: the cut goes unnoticed", suffix)
		}
	}
}

// TestArchiveNotes: streams that the index lists and that are missing, and a topic that is there twice.
func TestArchiveNotes(t *testing.T) {
	path := files{
		"Index.json":               `{"Feeds":{"A":{"StreamPath":"A.jsonStream"},"B":{"StreamPath":"B.jsonStream"}}}`,
		"A.jsonStream":             "00:00:01.000{\"a\":1}\r\n",
		"A.jsonStream.gz":          string(gzipped([]byte("00:00:01.000{\"a\":1}\r\n"))),
		"Position.z.jsonStream.gz": string(gzipped([]byte("00:00:02.000\"7ZSx\"\r\n"))),
	}.write(t, "")
	ms, r := readAll(t, path)
	if got := show(ms); got != "00:00:01.000 A {\"a\":1}\n00:00:02.000 Position.z \"7ZSx\"\n" {
		t.Error(got)
	}
	notes := strings.Join(r.Info().Notes, "\n")
	if !strings.Contains(notes, "B.jsonStream, which is missing") || !strings.Contains(notes, "A.jsonStream.gz: A.jsonStream is read instead") {
		t.Errorf("notes %q", notes)
	}
	if r.Info().Compression != "mixed" {
		t.Errorf("compression %q", r.Info().Compression)
	}
}

func TestReportText(t *testing.T) {
	rep := inspect(t, files{"a.txt": `['SessionInfo', {'Key': 9, 'Name': 'Race', 'Type': 'Race', 'Meeting': {'Name': 'Test'}, 'StartDate': '2024-05-18T16:00:00', 'GmtOffset': '02:00:00'}, '2024-05-18T13:59:11Z']
['Heartbeat', {}, '2024-05-18T13:59:31Z']
['CarData.z', 'AAAA', '2024-05-18T13:59:30Z']
['Heartbeat']
`}.write(t, ".gz"))
	var b bytes.Buffer
	if err := rep.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"python, gzip, 1 file", "9  Test, Race (Race), scheduled 2024-05-18 14:00 UTC", "(0:00:20)", "20.000 s  from 2024-05-18 13:59:11.000",
		"2 unusable line(s), 0 line(s)", "a.txt.gz:3: CarData.z: ", "a.txt.gz:4: 1 of the three items",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, b.String())
		}
	}
	if rep.SessionKey != "9" || rep.Messages != 2 || !rep.Damaged() {
		t.Errorf("session %s, %d messages", rep.SessionKey, rep.Messages)
	}
}

// TestBoundedMemory: a recording is streamed. What is allocated does not grow with its length.
func TestBoundedMemory(t *testing.T) {
	var body bytes.Buffer
	for i := range 200_000 {
		fmt.Fprintf(&body, "{\"Type\":\"TimingData\",\"Json\":{\"Lines\":{\"%d\":{\"InPit\":true}}},\"DateTime\":\"2024-05-18T%02d:%02d:%02d.5Z\"}\n", i%20, i/3600%24, i/60%60, i%60)
	}
	path := filepath.Join(t.TempDir(), "a.jsonl.gz")
	if err := os.WriteFile(path, gzipped(body.Bytes()), 0o644); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n := 0
	for m := new(feed.Message); r.Next(m) == nil; n++ {
	}
	runtime.ReadMemStats(&after)
	if n != 200_000 {
		t.Fatalf("%d messages", n)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes allocated for %d bytes of text", used, body.Len())
	}
}

// TestUnreadableFiles: what cannot be read of a folder is reported, the rest is used; of a single file the
// error says what is wrong with it.
func TestUnreadableFiles(t *testing.T) {
	live := `{"Type":"Heartbeat","Json":{"Utc":"x"},"DateTime":"2024-05-18T13:59:11.388+00:00"}` + "\n"
	line := "00:00:01.000{\"Status\":\"1\"}\r\n"
	f := func(name string, fs files, messages int, problem string) {
		t.Helper()
		r, err := Open(fs.write(t, ""))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		defer r.Close()
		n := 0
		for m := (feed.Message{}); r.Next(&m) == nil; {
			n++
		}
		got := ""
		for _, p := range r.Problems() {
			got += p.String() + "\n"
		}
		if n != messages || !strings.HasPrefix(got, problem) || (problem == "") != (got == "") {
			t.Errorf("%s: %d messages, want %d; problems %q, want %q", name, n, messages, got, problem)
		}
	}
	f("topic file of two bytes", files{"TrackStatus.jsonStream": line, "SessionStatus.jsonStream.gz": "\x1f\x8b"}, 1, "SessionStatus.jsonStream.gz: gzip: unexpected EOF")
	f("topic file that is only a BOM", files{"TrackStatus.jsonStream": line, "SessionStatus.jsonStream": "\xef\xbb\xbf"}, 1, "")
	f("snapshot of two bytes", files{"live.jsonl": live, "subscribe.json.gz": "\x1f\x8b"}, 1, "subscribe.json.gz: gzip: unexpected EOF")
	f("snapshot that is none", files{"live.jsonl": live, "subscribe.json": "oops"}, 1, "subscribe.json: line 1: of no known form")
	f("state that is none", files{"live.jsonl": live, "TrackStatus.json": "oops"}, 1, "TrackStatus.json: line 1: of no known form")
	f("file that is no part of it", files{"live.jsonl": live, "README.md": "# oops"}, 1, "")

	dir := files{"live.jsonl": live, "notes.txt": "x"}.write(t, "")
	for link, to := range map[string]string{"subscribe.json": filepath.Join(dir, "gone"), "folder": t.TempDir()} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if p := r.Problems(); len(p) != 1 || p[0].String() != "subscribe.json: cannot be opened: no such file or directory" {
		t.Errorf("links: %v", p)
	}

	g := func(name string, fs files, want string) {
		t.Helper()
		r, err := Open(fs.write(t, ""))
		if err == nil {
			r.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	g("empty", files{"a.txt": ""}, "empty")
	g("only a BOM", files{"a.txt": "\xef\xbb\xbf"}, "empty")
	g("UTF-16", files{"a.txt": "\xff\xfe[\x00"}, "UTF-16")
	g("cut zstd", files{"a.zst": string(packings[".zst"]([]byte(live))[:20])}, "cut at its beginning")
	g("folder of nothing readable", files{"a.gz": "\x1f\x8b", "b.gz": "\x1f\x8b"}, "gzip: unexpected EOF")
	g("archive of nothing readable", files{"a.jsonStream.gz": "\x1f\x8b", "b.jsonStream.gz": "\x1f\x8b"}, "gzip: unexpected EOF")
}
