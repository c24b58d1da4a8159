package telemetry

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
)

// drawTime draws times of every form: even milliseconds, the feed's ticks, nanoseconds, and times that no
// number of nanoseconds since 1970 holds. A chunk mostly keeps to one of them and may go back.
func drawTime(t *rapid.T, last time.Time, finest int) time.Time {
	switch rapid.IntRange(0, 30).Draw(t, "step") {
	case 0:
		return time.Unix(rapid.Int64().Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond")).UTC()
	case 1:
		return time.Time{}
	case 2:
		return time.Unix(math.MaxInt64/1000-rapid.Int64Range(-1, 3).Draw(t, "edge"), 0).UTC()
	}
	unit := []time.Duration{time.Millisecond, 100 * time.Nanosecond, time.Nanosecond}[rapid.IntRange(0, finest).Draw(t, "unit")]
	return last.Add(time.Duration(rapid.Int64Range(-1_000, 1_000_000).Draw(t, "by")) * unit)
}

func drawChannel(t *rapid.T, name string, mode int) f1.Opt[int16] {
	if mode == 0 || mode == 1 && rapid.Bool().Draw(t, name+" unknown") {
		return f1.Opt[int16]{}
	}
	return f1.Some(rapid.Int16().Draw(t, name))
}

func drawPlace(t *rapid.T, mode int) float64 {
	n := float64(rapid.Int32().Draw(t, "place"))
	switch mode {
	case 0:
		return n / 10
	case 1:
		return n / 1000
	case 2:
		return rapid.Float64().Draw(t, "free")
	default:
		return rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1 << 60,
			math.SmallestNonzeroFloat64, math.MaxFloat64, 0.30000000000000004, n / 10}).Draw(t, "odd")
	}
}

func drawCars(t *rapid.T) []f1.TelemetryRow {
	rows := make([]f1.TelemetryRow, rapid.IntRange(1, MaxChunk).Draw(t, "samples"))
	key, car := rapid.String().Draw(t, "session"), rapid.Int().Draw(t, "car")
	finest := rapid.IntRange(0, 2).Draw(t, "finest")
	var modes [carChannels]int
	for i := range modes {
		modes[i] = rapid.IntRange(0, 2).Draw(t, "mode")
	}
	last := base
	for i := range rows {
		last = drawTime(t, last, finest)
		rows[i] = f1.TelemetryRow{SessionKey: key, DriverNumber: car, Time: last}
		for c := range carChannels {
			*carChannel(&rows[i], c) = drawChannel(t, "channel", modes[c])
		}
	}
	return rows
}

func drawLocations(t *rapid.T) []f1.LocationRow {
	rows := make([]f1.LocationRow, rapid.IntRange(1, MaxChunk).Draw(t, "samples"))
	key, car := rapid.String().Draw(t, "session"), rapid.Int().Draw(t, "car")
	finest := rapid.IntRange(0, 2).Draw(t, "finest")
	mode, flags := rapid.IntRange(0, 3).Draw(t, "mode"), rapid.IntRange(0, 2).Draw(t, "flags")
	last := base
	for i := range rows {
		last = drawTime(t, last, finest)
		rows[i] = f1.LocationRow{SessionKey: key, DriverNumber: car, Time: last,
			X: drawPlace(t, mode), Y: drawPlace(t, mode), Z: drawPlace(t, 0)}
		if flags == 2 || flags == 1 && rapid.Bool().Draw(t, "on track unknown") {
			rows[i].OnTrack = f1.Some(rapid.Bool().Draw(t, "on track"))
		}
	}
	return rows
}

// sameLocation compares to the bit, so that what is not a number equals itself and zeros have signs.
func sameLocation(a, b f1.LocationRow) bool {
	for axis := range 3 {
		if math.Float64bits(*coordinate(&a, axis)) != math.Float64bits(*coordinate(&b, axis)) {
			return false
		}
		*coordinate(&a, axis), *coordinate(&b, axis) = 0, 0
	}
	return a == b
}

// checkHeader holds the header of a chunk to what the rows say.
func checkHeader(t *rapid.T, chunk []byte, want ChunkHeader, times []time.Time) {
	want.Count = len(times)
	want.From = slices.MinFunc(times, time.Time.Compare)
	want.To = slices.MaxFunc(times, time.Time.Compare)
	if got, err := ReadChunkHeader(chunk); err != nil || got != want {
		t.Fatalf("header %+v, %v; want %+v", got, err, want)
	}
}

func TestCarChunkRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawCars(t)
		chunk := EncodeCar([]byte("before"), rows)
		if string(chunk[:6]) != "before" {
			t.Fatalf("the chunk was not appended")
		}
		chunk = chunk[6:]
		first := f1.TelemetryRow{SessionKey: rows[0].SessionKey, DriverNumber: 7}
		got, err := DecodeCar([]f1.TelemetryRow{first}, chunk)
		if err != nil || got[0] != first || !slices.Equal(got[1:], rows) {
			t.Fatalf("%v; got %+v\nwant %+v", err, got[1:], rows)
		}
		var times []time.Time
		for _, r := range rows {
			times = append(times, r.Time)
		}
		checkHeader(t, chunk, ChunkHeader{Kind: CarChunk, SessionKey: rows[0].SessionKey, DriverNumber: rows[0].DriverNumber}, times)
		if _, err := DecodeLocations(nil, chunk); !errors.Is(err, ErrChunkKind) {
			t.Fatalf("read as locations: %v", err)
		}
	})
}

func TestLocationChunkRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawLocations(t)
		chunk := EncodeLocations(nil, rows)
		got, err := DecodeLocations(nil, chunk)
		if err != nil || !slices.EqualFunc(got, rows, sameLocation) {
			t.Fatalf("%v; got %+v\nwant %+v", err, got, rows)
		}
		var times []time.Time
		for _, r := range rows {
			times = append(times, r.Time)
		}
		checkHeader(t, chunk, ChunkHeader{Kind: LocationChunk, SessionKey: rows[0].SessionKey, DriverNumber: rows[0].DriverNumber}, times)
		if _, err := DecodeCar(nil, chunk); !errors.Is(err, ErrChunkKind) {
			t.Fatalf("read as car channels: %v", err)
		}
	})
}

// The format is what is on disks: the same rows give the same bytes for as long as the version is 1, but for
// the compressor, whose frames may differ between its versions. This chunk is too short to be compressed.
func TestChunkFormat(t *testing.T) {
	row := f1.TelemetryRow{SessionKey: "95", DriverNumber: 44, Time: time.UnixMilli(1).UTC(), Speed: f1.Some(int16(3)), DRS: f1.Some(int16(0))}
	next := row
	next.Time, next.Speed, next.DRS = time.UnixMilli(-1).UTC(), f1.Some(int16(-2)), f1.Opt[int16]{}
	want := []byte{chunkVersion, byte(CarChunk), 2, 88, 2, '9', '5'}
	want = append(want, 1) // -1 s
	want = binary.AppendUvarint(want, 999_000_000)
	want = append(want, 0) // 0 s
	want = binary.AppendUvarint(want, 1_000_000)
	body := []byte{
		timesMilli, orderPlain, 2, 1,
		allKnown, orderPlain, 6, 3,
		noneKnown, noneKnown, noneKnown, noneKnown,
		someKnown, 1, orderPlain, 0,
	}
	want = append(want, packedPlain, byte(len(body)))
	want = append(want, body...)
	want = binary.LittleEndian.AppendUint32(want, crc32.Checksum(want, castagnoli))
	if got := EncodeCar(nil, []f1.TelemetryRow{row, next}); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Several goroutines encode and decode at once, each its own rows.
func TestChunksConcurrently(t *testing.T) {
	cars, _ := sampleRows()
	var all sync.WaitGroup
	for car := range 8 {
		all.Go(func() {
			rows := slices.Clone(cars)
			for i := range rows {
				rows[i].DriverNumber = car
				rows[i].Speed.Value += int16(car)
			}
			for range 50 {
				if back, err := DecodeCar(nil, EncodeCar(nil, rows)); err != nil || !slices.Equal(back, rows) {
					t.Errorf("car %d: %v", car, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// Columns for which each of the orders is the shortest, and one that looks as if it were never negative.
func TestChunkOrders(t *testing.T) {
	f := func(order byte, value func(i int) int16) {
		t.Helper()
		rows := make([]f1.TelemetryRow, MaxChunk)
		w := &workspace{count: len(rows)}
		for i := range rows {
			rows[i] = f1.TelemetryRow{Time: base, Speed: f1.Some(value(i))}
			w.ints[i] = int64(value(i))
		}
		w.appendInts(w.ints[:w.count])
		if w.plain[0] != order {
			t.Errorf("order %d, want %d", w.plain[0], order)
		}
		if back, err := DecodeCar(nil, EncodeCar(nil, rows)); err != nil || !slices.Equal(back, rows) {
			t.Errorf("order %d: %v", order, err)
		}
	}
	f(orderPlain, func(i int) int16 { return int16(i%2*127 - 64) })
	f(orderDelta, func(i int) int16 { return int16(200 + i%2*40) })
	f(orderDelta2, func(i int) int16 { return int16(i * 100) })
	f(orderUnsigned, func(i int) int16 { return int16(i % 2 * 127) })
	f(orderPlain, func(i int) int16 { return int16(min(i, 1) * (1 + i%2*126) * (1 - i/255*2)) })
}

// resum gives a chunk that was tampered with its checksum again.
func resum(chunk []byte) []byte {
	chunk = chunk[:len(chunk)-crc32.Size]
	return binary.LittleEndian.AppendUint32(chunk, crc32.Checksum(chunk, castagnoli))
}

func sampleRows() (cars []f1.TelemetryRow, places []f1.LocationRow) {
	for i := range 100 {
		at := base.Add(time.Duration(i*240_001_300) * time.Nanosecond)
		cars = append(cars, f1.TelemetryRow{SessionKey: "9574", DriverNumber: 44, Time: at, Speed: opt(80 + i), RPM: opt(9000 + i*7%400), Gear: opt(i % 9), Throttle: opt(100), Brake: opt(0), DRS: opt(-1)})
		places = append(places, f1.LocationRow{SessionKey: "9574", DriverNumber: 44, Time: at, X: float64(i*i) / 10, Y: float64(-i) / 10, Z: 1, OnTrack: f1.Some(i%2 == 0)})
	}
	return cars, places
}

// Any byte changed, cut off or added is found; so is what a right checksum covers.
func TestDamagedChunk(t *testing.T) {
	cars, places := sampleRows()
	kept := []f1.TelemetryRow{{SessionKey: "kept"}}
	for _, chunk := range [][]byte{EncodeCar(nil, cars), EncodeLocations(nil, places)} {
		for i := range chunk {
			bad := slices.Clone(chunk)
			bad[i] ^= 0x10
			got, err := DecodeCar(kept, bad)
			_, errPlaces := DecodeLocations(nil, bad)
			want := ErrDamagedChunk
			if i == 0 {
				want = ErrChunkVersion
			}
			if !errors.Is(err, want) || !errors.Is(errPlaces, want) || len(got) != 1 {
				t.Fatalf("byte %d: %v, %v, %d rows", i, err, errPlaces, len(got))
			}
			if _, err := DecodeCar(nil, chunk[:i]); !errors.Is(err, ErrDamagedChunk) {
				t.Fatalf("cut at %d: %v", i, err)
			}
		}
		if _, err := DecodeCar(nil, append(slices.Clone(chunk), 0)); !errors.Is(err, ErrDamagedChunk) {
			t.Fatalf("a byte added: %v", err)
		}
	}
	f := func(what string, edit func(chunk []byte) []byte) {
		t.Helper()
		if _, err := DecodeCar(nil, resum(edit(EncodeCar(nil, cars[:2])))); !errors.Is(err, ErrDamagedChunk) {
			t.Errorf("%s: %v", what, err)
		}
	}
	f("no samples", func(c []byte) []byte { c[2] = 0; return c })
	f("a sample more than there are", func(c []byte) []byte { c[2]++; return c })
	f("a sample less than there are", func(c []byte) []byte { c[2]--; return c })
	f("a session key beyond the end", func(c []byte) []byte { c[4] = 200; return c })
	f("earlier than it says", func(c []byte) []byte { c[9] += 2; return c })
	f("a kind that does not exist", func(c []byte) []byte { c[1] = 9; return c })
}

// A body that would inflate to 64 MB is refused before it does, whether or not its frame says so.
func TestChunkBomb(t *testing.T) {
	f := func(what string, frame []byte) {
		t.Helper()
		chunk := []byte{chunkVersion, byte(CarChunk), 1, 2, 0, 0, 0, 0, 0, packedZstd}
		chunk = binary.AppendUvarint(chunk, maxBody)
		chunk = resum(append(append(chunk, frame...), 0, 0, 0, 0))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := DecodeCar(nil, chunk)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrDamagedChunk) || n > 1<<20 {
			t.Errorf("%s: %v, %d bytes allocated", what, err, n)
		}
	}
	big := make([]byte, 64<<20)
	stream := func(window int) []byte {
		var out bytes.Buffer
		z, err := zstd.NewWriter(&out, zstd.WithWindowSize(window))
		if err != nil {
			t.Fatal(err)
		}
		z.Write(big)
		z.Close()
		return out.Bytes()
	}
	whole, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	f("its size announced", whole.EncodeAll(big, nil))
	f("a wide window", stream(8<<20))
	f("a small window", stream(16<<10))
}

func fuzzSeeds(f *testing.F) {
	cars, places := sampleRows()
	for _, n := range []int{1, 2, 100} {
		f.Add(EncodeCar(nil, cars[:n]), false)
		f.Add(EncodeLocations(nil, places[:n]), true)
	}
	odd := places[0]
	odd.X = math.Pi
	f.Add(EncodeLocations(nil, []f1.LocationRow{odd}), true)
	f.Add([]byte{}, true)
}

// FuzzCarChunk reads anything, with the checksum made right half of the time; what can be read is written
// and read again the same.
func FuzzCarChunk(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, chunk []byte, sum bool) {
		if sum && len(chunk) > crc32.Size {
			chunk = resum(slices.Clone(chunk))
		}
		rows, err := DecodeCar(nil, chunk)
		if err != nil {
			if len(rows) > 0 {
				t.Fatalf("%d rows with %v", len(rows), err)
			}
			return
		}
		again, err := DecodeCar(nil, EncodeCar(nil, rows))
		if err != nil || !slices.Equal(again, rows) || len(rows) > MaxChunk {
			t.Fatalf("%v: %+v\nthen %+v", err, rows, again)
		}
	})
}

// FuzzLocationChunk is FuzzCarChunk for locations.
func FuzzLocationChunk(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, chunk []byte, sum bool) {
		if sum && len(chunk) > crc32.Size {
			chunk = resum(slices.Clone(chunk))
		}
		rows, err := DecodeLocations(nil, chunk)
		if err != nil {
			if len(rows) > 0 {
				t.Fatalf("%d rows with %v", len(rows), err)
			}
			return
		}
		again, err := DecodeLocations(nil, EncodeLocations(nil, rows))
		if err != nil || !slices.EqualFunc(again, rows, sameLocation) || len(rows) > MaxChunk {
			t.Fatalf("%v: %+v\nthen %+v", err, rows, again)
		}
	})
}

// Runs are whole, in order, of one car and session, and no shorter than they could be.
func TestChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []f1.TelemetryRow
		for range rapid.IntRange(0, 5).Draw(t, "cars") {
			car := rapid.IntRange(1, 2).Draw(t, "car")
			key := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "session")
			for range rapid.IntRange(1, 600).Draw(t, "samples") {
				rows = append(rows, f1.TelemetryRow{SessionKey: key, DriverNumber: car, Speed: f1.Some(int16(len(rows)))})
			}
		}
		var joined []f1.TelemetryRow
		for run := range CarChunks(rows) {
			for _, r := range run {
				if r.DriverNumber != run[0].DriverNumber || r.SessionKey != run[0].SessionKey {
					t.Fatalf("run of %+v and %+v", run[0], r)
				}
			}
			joined = append(joined, run...)
			if next := len(joined); len(run) > MaxChunk || len(run) < MaxChunk && next < len(rows) &&
				rows[next].DriverNumber == run[0].DriverNumber && rows[next].SessionKey == run[0].SessionKey {
				t.Fatalf("run of %d", len(run))
			}
		}
		if !slices.Equal(joined, rows) {
			t.Fatalf("%d rows of %d", len(joined), len(rows))
		}
	})
}

func TestEncodePanics(t *testing.T) {
	f := func(rows []f1.TelemetryRow) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Errorf("%d rows were taken", len(rows))
			}
		}()
		EncodeCar(nil, rows)
	}
	f(nil)
	f(make([]f1.TelemetryRow, MaxChunk+1))
	f([]f1.TelemetryRow{{DriverNumber: 1}, {DriverNumber: 2}})
	f([]f1.TelemetryRow{{SessionKey: "1"}, {SessionKey: "2"}})
}
