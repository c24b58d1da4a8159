package telemetry

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// sharedData is the folder of real recordings beside the module's checkout. Tests that need it are
// skipped where it is absent.
func sharedData(tb testing.TB, parts ...string) string {
	tb.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(append([]string{filepath.Dir(dir), "shared", "data", "live-timing"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("real recordings are absent: %v", err)
	}
	return path
}

// lines reads a compressed text file.
func lines(tb testing.TB, path string) []string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	s := bufio.NewScanner(z)
	s.Buffer(nil, 8<<20)
	for s.Scan() {
		out = append(out, strings.TrimSpace(strings.TrimPrefix(s.Text(), "\ufeff")))
	}
	if err := s.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// mexicoQualifying opens the payloads of one topic of the full archive session.
func mexicoQualifying(tb testing.TB, topic string) [][]byte {
	tb.Helper()
	path := sharedData(tb, "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix", "2025-10-25_Qualifying", topic+".jsonStream.gz")
	var out [][]byte
	for i, line := range lines(tb, path) {
		plain, err := new(feed.Inflater).Inflate([]byte(line[12:]))
		if err != nil {
			tb.Fatalf("%s line %d: %v", topic, i+1, err)
		}
		out = append(out, plain)
	}
	return out
}

// practice opens the payloads of one topic of the recording of a practice, made of lines like
// ['CarData.z', 'base64', 'time'].
func practice(tb testing.TB, topic string) [][]byte {
	tb.Helper()
	path := sharedData(tb, "recordings", "2024-10-26_mexico_fp3_cardata_position_pyrepr", "saved_data.txt.gz")
	var out [][]byte
	for i, line := range lines(tb, path) {
		parts := strings.Split(line, "'")
		if len(parts) < 4 || parts[1] != topic {
			continue
		}
		plain, err := new(feed.Inflater).Inflate([]byte(parts[3]))
		if err != nil {
			tb.Fatalf("line %d: %v", i+1, err)
		}
		out = append(out, plain)
	}
	return out
}

func decodeAll(tb testing.TB, cars, places [][]byte) (car, position Quality, store *Store) {
	tb.Helper()
	var carDecoder, placeDecoder Decoder
	store = &Store{SessionKey: "test"}
	var carBuf []CarSample
	var placeBuf []PositionSample
	var err error
	for i, p := range cars {
		if carBuf, err = carDecoder.Car(carBuf[:0], p); err != nil {
			tb.Fatalf("car data %d: %v", i+1, err)
		}
		store.AddCar(carBuf)
	}
	for i, p := range places {
		if placeBuf, err = placeDecoder.Position(placeBuf[:0], p); err != nil {
			tb.Fatalf("position %d: %v", i+1, err)
		}
		store.AddPosition(placeBuf)
	}
	return carDecoder.Quality, placeDecoder.Quality, store
}

// The counts were taken from the same files by a separate program built on Python's json.
func TestDecodeArchive(t *testing.T) {
	car, position, store := decodeAll(t, mexicoQualifying(t, feed.TopicCarData), mexicoQualifying(t, feed.TopicPosition))
	// Out of range are pedals of which one reads 104.
	if want := (Quality{Frames: 17_356, Samples: 347_120, NoSignal: 139_827, OutOfRange: 91}); car != want {
		t.Errorf("car data %+v, want %+v", car, want)
	}
	if want := (Quality{Frames: 17_920, Samples: 358_400, NotLocated: 70_811, ZeroFrames: 3_039, FrozenFrames: 3_399}); position != want {
		t.Errorf("positions %+v, want %+v", position, want)
	}
	rows, places := 0, 0
	for range store.Telemetry() {
		rows++
	}
	for range store.Locations() {
		places++
	}
	if rows != 347_120 || places != 358_400-70_811 || len(store.numbers()) != 20 {
		t.Errorf("%d rows, %d places, %d cars", rows, places, len(store.numbers()))
	}
	if store.size() > 30<<20 {
		t.Errorf("the session takes %d bytes", store.size())
	}
	t.Logf("%d car samples and %d places in %.1f MB", rows, places, float64(store.size())/1e6)

	// Two measures of one run that share nothing: the speed integrated, and the length of the path.
	from := time.Date(2025, 10, 25, 21, 0, 0, 0, time.UTC)
	within := func(at time.Time) bool { return !at.Before(from) && at.Before(from.Add(15*time.Minute)) }
	driven, path := map[int]float64{}, map[int]float64{}
	var sample f1.TelemetryRow
	for r := range store.Telemetry() {
		if within(r.Time) {
			if sample.DriverNumber == r.DriverNumber && sample.Speed.Known && r.Speed.Known {
				driven[r.DriverNumber] += float64(sample.Speed.Value+r.Speed.Value) / 2 / 3.6 * r.Time.Sub(sample.Time).Seconds()
			}
			sample = r
		}
	}
	var place f1.LocationRow
	for r := range store.Locations() {
		if within(r.Time) {
			if place.DriverNumber == r.DriverNumber {
				path[r.DriverNumber] += math.Hypot(r.X-place.X, r.Y-place.Y)
			}
			place = r
		}
	}
	for car, m := range path {
		if m > 5000 && math.Abs(driven[car]/m-1) > .02 {
			t.Errorf("car %d: %.0f m by speed, %.0f m by place", car, driven[car], m)
		}
	}
	if len(path) != 20 {
		t.Errorf("%d cars with a path", len(path))
	}
}

func TestDecodeRecording(t *testing.T) {
	car, position, _ := decodeAll(t, practice(t, feed.TopicCarData), practice(t, feed.TopicPosition))
	if want := (Quality{Frames: 3_617, Samples: 72_340, NoSignal: 19_171, OutOfRange: 67}); car != want {
		t.Errorf("car data %+v, want %+v", car, want)
	}
	if want := (Quality{Frames: 3_693, Samples: 76_152, NotLocated: 74_122, ZeroFrames: 2_608}); position != want {
		t.Errorf("positions %+v, want %+v", position, want)
	}
}

func BenchmarkDecodeCar(b *testing.B) {
	payloads := mexicoQualifying(b, feed.TopicCarData)
	var d Decoder
	var buf []CarSample
	benchmarkDecode(b, payloads, func(p []byte) (err error) { buf, err = d.Car(buf[:0], p); return err })
}

func BenchmarkDecodePosition(b *testing.B) {
	payloads := mexicoQualifying(b, feed.TopicPosition)
	var d Decoder
	var buf []PositionSample
	benchmarkDecode(b, payloads, func(p []byte) (err error) { buf, err = d.Position(buf[:0], p); return err })
}

func benchmarkDecode(b *testing.B, payloads [][]byte, decode func([]byte) error) {
	size := 0
	for _, p := range payloads {
		size += len(p)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range payloads {
			if err := decode(p); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// The whole way of one session: base64, inflate, decode, keep.
func BenchmarkSession(b *testing.B) {
	read := func(topic string) (out [][]byte) {
		for _, line := range lines(b, sharedData(b, "archive", "2025", "2025-10-26_Mexico_City_Grand_Prix",
			"2025-10-25_Qualifying", topic+".jsonStream.gz")) {
			out = append(out, []byte(line[12:]))
		}
		return out
	}
	cars, places := read(feed.TopicCarData), read(feed.TopicPosition)
	var z feed.Inflater
	for b.Loop() {
		var d Decoder
		var store Store
		var carBuf []CarSample
		var placeBuf []PositionSample
		for _, p := range cars {
			plain, err := z.Inflate(p)
			if err == nil {
				carBuf, err = d.Car(carBuf[:0], plain)
			}
			if err != nil {
				b.Fatal(err)
			}
			store.AddCar(carBuf)
		}
		for _, p := range places {
			plain, err := z.Inflate(p)
			if err == nil {
				placeBuf, err = d.Position(placeBuf[:0], plain)
			}
			if err != nil {
				b.Fatal(err)
			}
			store.AddPosition(placeBuf)
		}
	}
}
