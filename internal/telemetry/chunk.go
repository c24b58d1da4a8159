package telemetry

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"pitwall.live/internal/f1"
)

// A chunk is up to [MaxChunk] consecutive samples of one kind of one car, column by column:
//
//	version 1, kind        one byte each
//	count                  uvarint, 1 to MaxChunk
//	driver number          zigzag varint
//	session key            uvarint length, bytes
//	earliest, latest time  each: seconds since 1970 zigzag varint, nanoseconds uvarint
//	packing                one byte: 0 the body lies plain, 1 it is a zstd frame
//	size                   uvarint: bytes of the plain body, at most maxBody
//	body
//	CRC-32C                of all of the above, 4 bytes little endian
//
// The body is the time column followed by the channels (columns.go). Rows come back as they were: to the
// nanosecond and to the bit of every coordinate. Only a time's zone and the value under an unknown channel,
// which mean nothing, are not kept.
const chunkVersion = 1

// MaxChunk is the most samples that one chunk holds: about a minute of driving.
const MaxChunk = 256

// maxBody bounds a plain body: a time and the channels of MaxChunk samples at their widest. A coordinate or
// channel takes at most 10 bytes a sample, and car channels, the wider kind, are 6 and two columns of time.
const maxBody = MaxChunk*8*binary.MaxVarintLen64 + 1024

const (
	packedPlain = 0
	packedZstd  = 1
)

// ChunkKind says what a chunk is made of.
type ChunkKind byte

// The kinds of chunk. Their values are part of the format.
const (
	CarChunk      ChunkKind = 1 // rows of table telemetry
	LocationChunk ChunkKind = 2 // rows of table locations
)

// What can be wrong with a chunk. Errors of the decoders wrap one of them.
var (
	ErrDamagedChunk = errors.New("damaged chunk")
	ErrChunkVersion = errors.New("chunk of an unknown version") // written by a newer program
	ErrChunkKind    = errors.New("chunk of another kind")       // locations where car channels were asked for, or the other way
)

// ChunkHeader is what a chunk says of itself without being inflated.
type ChunkHeader struct {
	Kind         ChunkKind
	SessionKey   string
	DriverNumber int
	Count        int       // samples, 1 to MaxChunk
	From, To     time.Time // earliest and latest sample, UTC
}

// ReadChunkHeader reads the header of a chunk and verifies its checksum, so that a reader can leave out by
// car or time what it does not need.
func ReadChunkHeader(chunk []byte) (ChunkHeader, error) {
	h, _, err := parseChunk(chunk)
	if err != nil {
		return ChunkHeader{}, fmt.Errorf("telemetry: chunk header: %w", err)
	}
	return ChunkHeader{
		Kind: h.kind, SessionKey: string(h.key), DriverNumber: h.number, Count: h.count, From: h.from, To: h.to,
	}, nil
}

// CarChunks cuts rows, in their order, into the longest runs that a chunk can hold: those of one session
// and car, at most MaxChunk.
func CarChunks(rows []f1.TelemetryRow) iter.Seq[[]f1.TelemetryRow] {
	return cut(rows, func(a, b *f1.TelemetryRow) bool {
		return a.DriverNumber == b.DriverNumber && a.SessionKey == b.SessionKey
	})
}

// LocationChunks is CarChunks for locations.
func LocationChunks(rows []f1.LocationRow) iter.Seq[[]f1.LocationRow] {
	return cut(rows, func(a, b *f1.LocationRow) bool {
		return a.DriverNumber == b.DriverNumber && a.SessionKey == b.SessionKey
	})
}

func cut[R any](rows []R, same func(a, b *R) bool) iter.Seq[[]R] {
	return func(yield func([]R) bool) {
		for len(rows) > 0 {
			n := 1
			for n < len(rows) && n < MaxChunk && same(&rows[0], &rows[n]) {
				n++
			}
			if !yield(rows[:n:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

// EncodeCar appends one chunk of rows to dst. The rows are 1 to MaxChunk of one session and car, as
// CarChunks hands them out, in any order of time; anything else is the caller's mistake and panics.
// It may be called from several goroutines.
func EncodeCar(dst []byte, rows []f1.TelemetryRow) []byte {
	w := takeWorkspace()
	defer workspaces.Put(w)
	mustBeChunk(len(rows))
	for i := range rows {
		mustBeOf(rows[i].SessionKey == rows[0].SessionKey && rows[i].DriverNumber == rows[0].DriverNumber)
		w.times[i] = rows[i].Time.Round(0) // without a monotonic clock, which would decide comparisons
	}
	w.count = len(rows)
	w.appendTimes()
	for channel := range carChannels {
		w.unknown = 0
		for i := range rows {
			w.put(i, *carChannel(&rows[i], channel))
		}
		w.appendChannel()
	}
	return w.seal(dst, CarChunk, rows[0].SessionKey, rows[0].DriverNumber)
}

// DecodeCar appends the rows of a chunk to dst. On an error dst comes back as it was. Whatever the chunk
// holds, it takes no more memory than MaxChunk rows. It may be called from several goroutines.
func DecodeCar(dst []f1.TelemetryRow, chunk []byte) ([]f1.TelemetryRow, error) {
	w := takeWorkspace()
	defer workspaces.Put(w)
	h, err := w.open(chunk, CarChunk)
	if err != nil {
		return dst, fmt.Errorf("telemetry: car chunk: %w", err)
	}
	old, before := len(dst), ""
	if old > 0 {
		before = dst[old-1].SessionKey
	}
	dst = slices.Grow(dst, w.count)[:old+w.count]
	rows := dst[old:]
	key := h.keyAfter(before)
	w.readTimes()
	for i := range rows {
		rows[i] = f1.TelemetryRow{SessionKey: key, DriverNumber: h.number, Time: w.times[i]}
	}
	for channel := range carChannels {
		w.readChannel(math.MinInt16, math.MaxInt16)
		for i := range rows {
			if w.known[i] {
				*carChannel(&rows[i], channel) = f1.Some(int16(w.ints[i]))
			}
		}
	}
	if err := w.finish(h); err != nil {
		return dst[:old], fmt.Errorf("telemetry: car chunk: %w", err)
	}
	return dst, nil
}

// carChannels is how many channels a car chunk has, in the order of carChannel.
const carChannels = 6

func carChannel(r *f1.TelemetryRow, channel int) *f1.Opt[int16] {
	switch channel {
	case 0:
		return &r.Speed
	case 1:
		return &r.RPM
	case 2:
		return &r.Gear
	case 3:
		return &r.Throttle
	case 4:
		return &r.Brake
	default:
		return &r.DRS
	}
}

// EncodeLocations is EncodeCar for locations.
func EncodeLocations(dst []byte, rows []f1.LocationRow) []byte {
	w := takeWorkspace()
	defer workspaces.Put(w)
	mustBeChunk(len(rows))
	for i := range rows {
		mustBeOf(rows[i].SessionKey == rows[0].SessionKey && rows[i].DriverNumber == rows[0].DriverNumber)
		w.times[i] = rows[i].Time.Round(0) // without a monotonic clock, which would decide comparisons
	}
	w.count = len(rows)
	w.appendTimes()
	for axis := range 3 {
		for i := range rows {
			w.floats[i] = *coordinate(&rows[i], axis)
		}
		w.appendFloats()
	}
	w.unknown = 0
	for i := range rows {
		on := f1.Opt[int16]{Known: rows[i].OnTrack.Known}
		if rows[i].OnTrack.Value {
			on.Value = 1
		}
		w.put(i, on)
	}
	w.appendChannel()
	return w.seal(dst, LocationChunk, rows[0].SessionKey, rows[0].DriverNumber)
}

// DecodeLocations is DecodeCar for locations.
func DecodeLocations(dst []f1.LocationRow, chunk []byte) ([]f1.LocationRow, error) {
	w := takeWorkspace()
	defer workspaces.Put(w)
	h, err := w.open(chunk, LocationChunk)
	if err != nil {
		return dst, fmt.Errorf("telemetry: location chunk: %w", err)
	}
	old, before := len(dst), ""
	if old > 0 {
		before = dst[old-1].SessionKey
	}
	dst = slices.Grow(dst, w.count)[:old+w.count]
	rows := dst[old:]
	key := h.keyAfter(before)
	w.readTimes()
	for i := range rows {
		rows[i] = f1.LocationRow{SessionKey: key, DriverNumber: h.number, Time: w.times[i]}
	}
	for axis := range 3 {
		w.readFloats()
		for i := range rows {
			*coordinate(&rows[i], axis) = w.floats[i]
		}
	}
	w.readChannel(0, 1)
	for i := range rows {
		if w.known[i] {
			rows[i].OnTrack = f1.Some(w.ints[i] == 1)
		}
	}
	if err := w.finish(h); err != nil {
		return dst[:old], fmt.Errorf("telemetry: location chunk: %w", err)
	}
	return dst, nil
}

func coordinate(r *f1.LocationRow, axis int) *float64 {
	switch axis {
	case 0:
		return &r.X
	case 1:
		return &r.Y
	default:
		return &r.Z
	}
}

func mustBeChunk(n int) {
	if n < 1 || n > MaxChunk {
		panic(fmt.Sprintf("telemetry: a chunk of %d samples", n))
	}
}

func mustBeOf(one bool) {
	if !one {
		panic("telemetry: a chunk of several cars")
	}
}

// rawHeader is a header whose key still lies in the chunk.
type rawHeader struct {
	kind     ChunkKind
	count    int
	number   int
	key      []byte
	from, to time.Time
	packing  byte
	size     int
}

// keyAfter is the session key; the string of the row before where that is the same, since readers mostly
// join the chunks of one session.
func (h *rawHeader) keyAfter(before string) string {
	if before == string(h.key) { // does not allocate
		return before
	}
	return string(h.key)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// parseChunk verifies a chunk's checksum and reads its header. The body is as it lies there.
func parseChunk(chunk []byte) (h rawHeader, body []byte, err error) {
	if len(chunk) < 2+crc32.Size {
		return h, nil, fmt.Errorf("%w: %d bytes", ErrDamagedChunk, len(chunk))
	}
	if chunk[0] != chunkVersion {
		return h, nil, fmt.Errorf("%w: %d", ErrChunkVersion, chunk[0])
	}
	content, sum := chunk[:len(chunk)-crc32.Size], chunk[len(chunk)-crc32.Size:]
	if crc32.Checksum(content, castagnoli) != binary.LittleEndian.Uint32(sum) {
		return h, nil, fmt.Errorf("%w: wrong checksum", ErrDamagedChunk)
	}
	r := reader{rest: content[2:]}
	h.kind = ChunkKind(content[1])
	h.count = int(r.unsigned(MaxChunk))
	number := r.signed()
	h.number = int(number)
	h.key = r.bytes(int(r.unsigned(uint64(len(content)))))
	h.from, h.to = r.moment(), r.moment()
	h.packing = r.byte()
	h.size = int(r.unsigned(maxBody))
	switch {
	case r.bad:
		return h, nil, fmt.Errorf("%w: header", ErrDamagedChunk)
	case h.kind != CarChunk && h.kind != LocationChunk:
		return h, nil, fmt.Errorf("%w: kind %d", ErrDamagedChunk, h.kind)
	case h.count < 1 || int64(h.number) != number || h.to.Before(h.from) || h.packing > packedZstd:
		return h, nil, fmt.Errorf("%w: header", ErrDamagedChunk)
	}
	return h, r.rest, nil
}

// workspace is what one call of an encoder or decoder works on.
type workspace struct {
	count int
	times [MaxChunk]time.Time
	// ints is one column; known says which of it are values, unknown how many are not.
	ints    [MaxChunk]int64
	known   [MaxChunk]bool
	unknown int
	spare   [MaxChunk]int64 // the column again, without the unknown
	floats  [MaxChunk]float64
	plain   []byte // the body, up to maxBody
	packed  []byte
	in      reader // decoding: over plain
}

var workspaces = sync.Pool{New: func() any {
	return &workspace{plain: make([]byte, 0, maxBody), packed: make([]byte, 0, maxBody)}
}}

func takeWorkspace() *workspace {
	w := workspaces.Get().(*workspace)
	w.plain = w.plain[:0]
	return w
}

// The one compressor and the one decompressor. Used for whole frames only, they start no goroutine.
var (
	compressor = sync.OnceValue(func() *zstd.Encoder {
		return must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderCRC(false),
			zstd.WithSingleSegment(true), zstd.WithWindowSize(32<<10), zstd.WithLowerEncoderMem(true)))
	})
	decompressor = sync.OnceValue(func() *zstd.Decoder {
		return must(zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderMaxWindow(maxBody)))
	})
)

// must is for options that are fixed above: they are right or no test passes.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// seal packs the body in w and appends the chunk to dst.
func (w *workspace) seal(dst []byte, kind ChunkKind, key string, number int) []byte {
	from, to := w.span()
	start := len(dst)
	dst = append(dst, chunkVersion, byte(kind))
	dst = binary.AppendUvarint(dst, uint64(w.count))
	dst = binary.AppendVarint(dst, int64(number))
	dst = binary.AppendUvarint(dst, uint64(len(key)))
	dst = append(dst, key...)
	dst = appendMoment(dst, from)
	dst = appendMoment(dst, to)
	body, packing := w.plain, byte(packedPlain)
	w.packed = compressor().EncodeAll(w.plain, w.packed[:0])
	if len(w.packed) < len(w.plain) {
		body, packing = w.packed, packedZstd
	}
	dst = append(dst, packing)
	dst = binary.AppendUvarint(dst, uint64(len(w.plain)))
	dst = append(dst, body...)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// open reads the header of a chunk that must be of the kind, and unpacks its body into w.
func (w *workspace) open(chunk []byte, kind ChunkKind) (rawHeader, error) {
	h, body, err := parseChunk(chunk)
	if err != nil {
		return h, err
	}
	if h.kind != kind {
		return h, fmt.Errorf("%w: %d", ErrChunkKind, h.kind)
	}
	w.count = h.count
	if h.packing == packedPlain {
		w.plain = append(w.plain, body...)
	} else if w.plain, err = decompressor().DecodeAll(body, w.plain); err != nil {
		w.plain = w.plain[:0]
		return h, fmt.Errorf("%w: %w", ErrDamagedChunk, err)
	}
	if len(w.plain) != h.size {
		return h, fmt.Errorf("%w: a body of %d bytes, %d announced", ErrDamagedChunk, len(w.plain), h.size)
	}
	w.in = reader{rest: w.plain}
	return h, nil
}

// finish says whether all of the body was read and is what the header announced.
func (w *workspace) finish(h rawHeader) error {
	if w.in.bad || len(w.in.rest) > 0 {
		return fmt.Errorf("%w: body", ErrDamagedChunk)
	}
	from, to := w.span()
	if !from.Equal(h.from) || !to.Equal(h.to) {
		return fmt.Errorf("%w: times beyond its header", ErrDamagedChunk)
	}
	return nil
}

// span is the earliest and the latest of the times.
func (w *workspace) span() (from, to time.Time) {
	from, to = w.times[0], w.times[0]
	for _, t := range w.times[1:w.count] {
		if t.Before(from) {
			from = t
		}
		if t.After(to) {
			to = t
		}
	}
	return from, to
}
