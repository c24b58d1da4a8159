package recording

import (
	"errors"
	"io"
	"path/filepath"
	"testing"

	"pitwall.live/internal/feed"
)

// benchRead reads a recording whole; SetBytes counts payload bytes.
func benchRead(b *testing.B, path string) {
	b.Helper()
	b.ReportAllocs()
	var bytes, messages int64
	for b.Loop() {
		r, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		bytes, messages = 0, 0
		var m feed.Message
		for {
			err := r.Next(&m)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			bytes += int64(len(m.Payload))
			messages++
		}
		r.Close()
	}
	b.SetBytes(bytes)
	b.ReportMetric(float64(messages), "msgs")
}

func BenchmarkReadArchive(b *testing.B) {
	benchRead(b, filepath.Join(liveTiming(b), "archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying"))
}

func BenchmarkReadArchiveTiming(b *testing.B) {
	benchRead(b, filepath.Join(liveTiming(b), "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race"))
}

func BenchmarkReadHubFrames(b *testing.B) {
	benchRead(b, filepath.Join(liveTiming(b), "recordings/2024-05-18_imola_qualifying_hubframes"))
}

func BenchmarkReadTypedLines(b *testing.B) {
	benchRead(b, filepath.Join(liveTiming(b), "recordings/2024-07-05_silverstone_fp1_jsonl"))
}

func BenchmarkReadPython(b *testing.B) {
	benchRead(b, filepath.Join(liveTiming(b), "recordings/2025-12-07_abudhabi_race_last12min_pyrepr"))
}

func BenchmarkDecodeLine(b *testing.B) {
	f := func(name, line string) {
		b.Run(name, func(b *testing.B) {
			d := newDecoder(func(error) {})
			text := []byte(line)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := d.line(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	f("python", `['TimingData', {'Lines': {'5': {'GapToLeader': '+67.058', 'IntervalToPositionAhead': {'Value': '+2.110'}}}}, '2025-12-07T14:15:07.914Z']`)
	f("hub", `{"C":"d-1","M":[{"H":"Streaming","M":"feed","A":["TimingData",{"Lines":{"5":{"GapToLeader":"+67.058"}}},"2025-12-07T14:15:07.914Z"]}]}`)
	f("typed", `{"Type":"TimingData","Json":{"Lines":{"5":{"GapToLeader":"+67.058"}}},"DateTime":"2025-12-07T14:15:07.914+00:00"}`)
}

func BenchmarkParseTime(b *testing.B) {
	text := []byte("2024-05-18T13:59:11.3884546Z")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseTime(text); err != nil {
			b.Fatal(err)
		}
	}
}
