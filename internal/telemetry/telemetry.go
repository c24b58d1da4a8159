// Package telemetry reads what the cars send: the channels of CarData.z (speed, engine, pedals) and the
// places of Position.z. It decodes and validates samples and keeps a session's worth of them compactly: in
// memory ([Store]) and as chunks of bytes for the stores ([EncodeCar], [DecodeCar]). For the API it makes few
// samples of many ([LTTB]) and lays laps beside each other by distance ([Trace], [Grid], [Delta], [Corner]).
// It is pure: no clock, no network, and it does not know what the cars are doing, which is package timing's
// business.
//
// A channel that is missing, out of its range or marked as without signal is unknown, never zero; in columns of
// float64 it is NaN.
package telemetry

import (
	"time"

	"pitwall.live/internal/f1"
)

// CarSample is one car's channels at one moment, some four a second. The comment names the feed's
// channel number.
type CarSample struct {
	Time     time.Time // the frame's own time, UTC
	Number   int       // car number
	RPM      f1.Opt[int16]
	Speed    f1.Opt[int16] // 2: km/h
	Gear     f1.Opt[int16] // 3: 0 is neutral
	Throttle f1.Opt[int16] // 4: %
	Brake    f1.Opt[int16] // 5: 0 or 100
	DRS      f1.Opt[int16] // 45: the feed's code; absent since 2026
}

// PositionSample is one car's place at one moment in the circuit's own frame.
type PositionSample struct {
	Time    time.Time // the frame's own time, UTC
	Number  int       // car number; those above 240 are safety and medical cars
	Located bool      // false: the car sent no place, which the feed writes as 0,0,0
	// Frozen marks the samples of a frame in which every car stands where it stood in the frame
	// before. That is right while all are parked, and otherwise a feed that hangs.
	Frozen  bool
	X, Y, Z int32 // 1/10 m, as in the feed
	OnTrack f1.Opt[bool]
}

// Ranges outside of which a channel is taken for damaged. Seen values end well inside: 13,264 rpm,
// 353 km/h, gears to 128, pedals at 104 for "no signal", DRS codes to 14.
const (
	maxRPM   = 20_000
	maxSpeed = 450
	maxGear  = 8
	maxPedal = 100
	maxDRS   = 15
	maxPlace = 1_000_000 // 100 km
)

// aliveSpeed is the speed in km/h above which an engine at rest is a damaged channel: the feed was seen
// to say 0 rpm at 300 km/h.
const aliveSpeed = 100

// Quality counts what decoding met besides good samples.
type Quality struct {
	Frames       uint64 // moments with samples of all cars
	Samples      uint64 // samples handed out
	NoSignal     uint64 // samples whose pedals both read 104: stale, parked cars mostly
	OutOfRange   uint64 // values refused by range, those 104s apart
	UnknownKeys  uint64 // channels and fields we do not know
	NotNumbers   uint64 // channels that hold no number
	BadTimes     uint64 // frames dropped because their time cannot be read
	BadCars      uint64 // entries dropped because their key is no car number
	NotLocated   uint64 // position samples at 0,0,0
	ZeroFrames   uint64 // position frames in which no car has a place
	FrozenFrames uint64 // position frames that repeat the one before
}

// Decoder turns payloads into samples. It keeps buffers and counts, so one serves one stream; it must
// not be shared between goroutines. The zero Decoder is ready.
type Decoder struct {
	Quality Quality

	last     []place // the places of the last position frame
	lastOpen bool    // last holds a frame
}

type place struct {
	number  int
	x, y, z int32
}
