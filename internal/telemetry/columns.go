package telemetry

import (
	"encoding/binary"
	"math"
	"math/bits"
	"time"

	"pitwall.live/internal/f1"
)

// Columns of a chunk's body. A column of integers is one byte for its order and then a varint a value:
// the values themselves, their differences, or the differences of those, whichever is shortest.
// Arithmetic wraps, so that every int64 comes back.
const (
	orderPlain    = 0 // zigzag
	orderDelta    = 1 // zigzag; the first against 0
	orderDelta2   = 2 // zigzag; the first two against 0
	orderUnsigned = 3 // for values that are never negative
	orders        = 4
)

// Forms of the time column: the first that fits.
const (
	timesMilli = 0 // whole milliseconds since 1970
	timesTicks = 1 // milliseconds, and a second column of the tenths of microseconds beyond them: the feed's own
	timesWide  = 2 // seconds, and a second column of nanoseconds: any time.Time
)

// Forms of a channel: whether its values are known. The values that are follow as a column of integers.
const (
	allKnown  = 0
	noneKnown = 1
	someKnown = 2 // first a bit a sample, lowest first, set where known
)

// Forms of a coordinate: the first that gives every value back to the bit.
const (
	floatsDeci  = 0 // integers in 1/10 m, as in the feed
	floatsMilli = 1 // integers in 1/1000 m
	floatsBits  = 2 // the bits of each value XOR those before, lowest bytes of all samples first
)

var floatScales = [...]float64{floatsDeci: 10, floatsMilli: 1000}

// appendInts appends vals as a column.
func (w *workspace) appendInts(vals []int64) {
	var size [orders]int
	last, lastDelta, sign := int64(0), int64(0), int64(0)
	for _, v := range vals {
		delta := v - last
		size[orderPlain] += varintSize(v)
		size[orderDelta] += varintSize(delta)
		size[orderDelta2] += varintSize(delta - lastDelta)
		size[orderUnsigned] += (bits.Len64(uint64(v)|1) + 6) / 7
		last, lastDelta = v, delta
		sign |= v
	}
	order := orderPlain
	for o, n := range size {
		if n < size[order] && (o != orderUnsigned || sign >= 0) {
			order = o
		}
	}
	out := append(w.plain, byte(order))
	last, lastDelta = 0, 0
	for _, v := range vals {
		switch order {
		case orderPlain:
			out = binary.AppendVarint(out, v)
		case orderDelta:
			out = binary.AppendVarint(out, v-last)
		case orderDelta2:
			out = binary.AppendVarint(out, v-last-lastDelta)
		case orderUnsigned:
			out = binary.AppendUvarint(out, uint64(v))
		}
		last, lastDelta = v, v-last
	}
	w.plain = out
}

// varintSize is the bytes of v's zigzag varint.
func varintSize(v int64) int { return (bits.Len64(uint64(v<<1^v>>63)|1) + 6) / 7 }

// readInts fills vals from a column.
func (w *workspace) readInts(vals []int64) {
	order := w.in.byte()
	if order >= orders {
		w.in.bad = true
	}
	last, lastDelta := int64(0), int64(0)
	for i := range vals {
		if w.in.bad {
			return
		}
		var v int64
		switch order {
		case orderPlain:
			v = w.in.signed()
		case orderDelta:
			v = last + w.in.signed()
		case orderDelta2:
			v = last + lastDelta + w.in.signed()
		case orderUnsigned:
			v = int64(w.in.unsigned(math.MaxInt64))
		}
		last, lastDelta = v, v-last
		vals[i] = v
	}
}

// appendTimes appends the time column.
func (w *workspace) appendTimes() {
	form := byte(timesMilli)
	for _, t := range w.times[:w.count] {
		switch sec, ns := t.Unix(), t.Nanosecond(); {
		case ns%100 != 0 || sec > math.MaxInt64/1000-1 || sec < math.MinInt64/1000+1:
			form = timesWide
		case ns%1e6 != 0:
			form = max(form, timesTicks)
		}
	}
	w.plain = append(w.plain, form)
	coarse, fine := w.ints[:w.count], w.spare[:w.count]
	for i, t := range w.times[:w.count] {
		sec, ns := t.Unix(), int64(t.Nanosecond())
		if form == timesWide {
			coarse[i], fine[i] = sec, ns
		} else {
			coarse[i], fine[i] = sec*1000+ns/1e6, ns%1e6/100
		}
	}
	w.appendInts(coarse)
	if form != timesMilli {
		w.appendInts(fine)
	}
}

// readTimes fills times from the time column.
func (w *workspace) readTimes() {
	form := w.in.byte()
	if form > timesWide {
		w.in.bad = true
	}
	coarse, fine := w.ints[:w.count], w.spare[:w.count]
	w.readInts(coarse)
	clear(fine)
	if form != timesMilli {
		w.readInts(fine)
	}
	if w.in.bad {
		return
	}
	for i, c := range coarse {
		sec, ns, whole := c, fine[i], int64(1e9)
		if form != timesWide {
			sec = c / 1000
			ns, whole = c%1000*1e6+fine[i]*100, 1e4 // below 0 before 1970, which time.Unix takes
		}
		if fine[i] < 0 || fine[i] >= whole {
			w.in.bad = true
			return
		}
		w.times[i] = time.Unix(sec, ns).UTC()
	}
}

// put sets sample i of the column to be appended next. Before the first, unknown must be 0.
func (w *workspace) put(i int, v f1.Opt[int16]) {
	w.known[i] = v.Known
	if v.Known {
		w.ints[i-w.unknown] = int64(v.Value)
	} else {
		w.unknown++
	}
}

// appendChannel appends the column that put has filled.
func (w *workspace) appendChannel() {
	switch w.unknown {
	case 0:
		w.plain = append(w.plain, allKnown)
	case w.count:
		w.plain = append(w.plain, noneKnown)
		return
	default:
		w.plain = append(w.plain, someKnown)
		for i := 0; i < w.count; i += 8 {
			b := byte(0)
			for j, known := range w.known[i:min(i+8, w.count)] {
				if known {
					b |= 1 << j
				}
			}
			w.plain = append(w.plain, b)
		}
	}
	w.appendInts(w.ints[:w.count-w.unknown])
}

// readChannel fills known, and ints where known, from a column whose values lie from least to most.
func (w *workspace) readChannel(least, most int64) {
	known := w.known[:w.count]
	n := 0
	switch form := w.in.byte(); form {
	case allKnown, noneKnown:
		for i := range known {
			known[i] = form == allKnown
		}
		if form == allKnown {
			n = w.count
		}
	case someKnown:
		mask := w.in.bytes((w.count + 7) / 8)
		if w.in.bad {
			return
		}
		for i := range known {
			known[i] = mask[i/8]>>(i%8)&1 == 1
			if known[i] {
				n++
			}
		}
	default:
		w.in.bad = true
		return
	}
	if n == 0 {
		return
	}
	vals := w.spare[:n]
	w.readInts(vals)
	if w.in.bad {
		return
	}
	for _, v := range vals {
		if v < least || v > most {
			w.in.bad = true
			return
		}
	}
	next := 0
	for i := range known {
		if known[i] {
			w.ints[i] = vals[next]
			next++
		}
	}
}

// appendFloats appends floats as a coordinate.
func (w *workspace) appendFloats() {
	vals, ints := w.floats[:w.count], w.ints[:w.count]
	for form, scale := range floatScales {
		if scaled(ints, vals, scale) {
			w.plain = append(w.plain, byte(form))
			w.appendInts(ints)
			return
		}
	}
	w.plain = append(w.plain, floatsBits)
	last := uint64(0)
	for i, v := range vals {
		ints[i] = int64(math.Float64bits(v) ^ last)
		last = math.Float64bits(v)
	}
	for shift := 0; shift < 64; shift += 8 {
		for _, v := range ints {
			w.plain = append(w.plain, byte(v>>shift))
		}
	}
}

// scaled sets ints to vals times scale, and says whether they give vals back to the bit. They do not for what
// is finer, beyond 2^53, not a number, or a negative zero.
func scaled(ints []int64, vals []float64, scale float64) bool {
	for i, v := range vals {
		n := math.Round(v * scale)
		if !(math.Abs(n) < 1<<53) {
			return false
		}
		ints[i] = int64(n)
		if math.Float64bits(float64(ints[i])/scale) != math.Float64bits(v) {
			return false
		}
	}
	return true
}

// readFloats fills floats from a coordinate.
func (w *workspace) readFloats() {
	vals, ints := w.floats[:w.count], w.ints[:w.count]
	form := w.in.byte()
	if form > floatsBits {
		w.in.bad = true
	}
	if form != floatsBits {
		w.readInts(ints)
	}
	if w.in.bad {
		return
	}
	if form != floatsBits {
		for i, n := range ints {
			vals[i] = float64(n) / floatScales[form]
		}
		return
	}
	planes := w.in.bytes(8 * w.count)
	if w.in.bad {
		return
	}
	last := uint64(0)
	for i := range vals {
		for b := range 8 {
			last ^= uint64(planes[b*w.count+i]) << (8 * b)
		}
		vals[i] = math.Float64frombits(last)
	}
}

// appendMoment appends a time of the header.
func appendMoment(dst []byte, t time.Time) []byte {
	dst = binary.AppendVarint(dst, t.Unix())
	return binary.AppendUvarint(dst, uint64(t.Nanosecond()))
}

// reader takes a chunk apart. What is not there makes it bad and reads as zero.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) byte() byte {
	if b := r.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// bytes is the next n bytes, nil when there are not as many.
func (r *reader) bytes(n int) []byte {
	if r.bad || n < 0 || n > len(r.rest) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// unsigned is a uvarint of at most most.
func (r *reader) unsigned(most uint64) uint64 {
	v, n := binary.Uvarint(r.rest)
	if r.bad || n <= 0 || v > most {
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) signed() int64 {
	u := r.unsigned(math.MaxUint64)
	return int64(u>>1) ^ -int64(u&1)
}

func (r *reader) moment() time.Time {
	sec := r.signed()
	return time.Unix(sec, int64(r.unsigned(1e9-1))).UTC()
}
