package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/jackc/pgx/v5"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// PostgreSQL's own binary format of rows, written and read without the detour over Go values of every cell: a
// session has millions of them.

// epochShift is PostgreSQL's epoch, 2000-01-01, in milliseconds since 1970.
const epochShift = 946684800000

// unknownTime stands where a row needs a time and none is known at all, 1900-01-01: nobody raced then.
const unknownTime = -2208988800000

// zeroTime is the zero of time.Time.
const zeroTime = -62135596800000

// copyHeader and copyTrailer enclose the rows of COPY in binary format.
var (
	copyHeader  = append([]byte("PGCOPY\n\xff\r\n\x00"), 0, 0, 0, 0, 0, 0, 0, 0)
	copyTrailer = []byte{0xff, 0xff}
)

type rowBuffer []byte

func (b *rowBuffer) begin(columns int) { *b = binary.BigEndian.AppendUint16(*b, uint16(columns)) }

func (b *rowBuffer) null() { *b = append(*b, 0xff, 0xff, 0xff, 0xff) }

func (b *rowBuffer) int64(v int64) {
	*b = binary.BigEndian.AppendUint64(append(*b, 0, 0, 0, 8), uint64(v))
}

func (b *rowBuffer) int32(v int32) {
	*b = binary.BigEndian.AppendUint32(append(*b, 0, 0, 0, 4), uint32(v))
}

func (b *rowBuffer) int16(v int16) {
	*b = binary.BigEndian.AppendUint16(append(*b, 0, 0, 0, 2), uint16(v))
}

func (b *rowBuffer) float(v float64) {
	*b = binary.BigEndian.AppendUint64(append(*b, 0, 0, 0, 8), math.Float64bits(v))
}

func (b *rowBuffer) bool(v bool) {
	one := byte(0)
	if v {
		one = 1
	}
	*b = append(*b, 0, 0, 0, 1, one)
}

// time writes milliseconds since 1970.
func (b *rowBuffer) time(ms int64) { b.int64((ms - epochShift) * 1000) }

func (b *rowBuffer) text(s string) {
	s = store.Text(s)
	*b = append(binary.BigEndian.AppendUint32(*b, uint32(len(s))), s...)
}

// cell writes a cell as the type of its column.
func (b *rowBuffer) cell(c *storedColumn, v *tables.Cell) {
	switch {
	case !v.Known:
		b.null()
	case c.Kind == tables.String:
		b.text(v.S)
	case c.Kind == tables.Float:
		b.float(v.F)
	case c.Kind == tables.Bool:
		b.bool(v.N == 1)
	case c.Kind == tables.Time:
		b.time(v.N)
	default:
		b.int64(v.N)
	}
}

// copyRows is the reader of a COPY: next appends one row, or says that there is none.
type copyRows struct {
	next func(*rowBuffer) (bool, error)
	buf  rowBuffer
	at   int
	end  bool
}

// Read gives the next bytes of the copy.
func (r *copyRows) Read(p []byte) (int, error) {
	if r.at == len(r.buf) {
		if r.end {
			return 0, io.EOF
		}
		r.buf, r.at = r.buf[:0], 0
		for len(r.buf) < 60<<10 {
			more, err := r.next(&r.buf)
			if err != nil {
				return 0, err
			}
			if !more {
				r.end = true
				r.buf = append(r.buf, copyTrailer...)
				break
			}
		}
	}
	n := copy(p, r.buf[r.at:])
	r.at += n
	return n, nil
}

// copyIn copies rows into a table.
func copyIn(ctx context.Context, tx pgx.Tx, table, columns string, next func(*rowBuffer) (bool, error)) error {
	r := &copyRows{next: next, buf: append(rowBuffer(nil), copyHeader...)}
	_, err := tx.Conn().PgConn().CopyFrom(ctx, r, "COPY "+table+" ("+columns+") FROM STDIN BINARY")
	if err != nil {
		return fmt.Errorf("copy into %s: %w", table, err)
	}
	return nil
}

// decode reads a value in binary format, nil for null, into a cell that holds another one of the same column.
func decode(c *tables.Cell, kind tables.Type, raw []byte) {
	c.Known = raw != nil
	if !c.Known {
		if c.N = 0; kind == tables.String { // a text is written only where there is one, for the collector's sake
			c.S = ""
		}
		c.F = 0
		return
	}
	switch kind {
	case tables.String:
		if c.S != string(raw) {
			c.S = string(raw)
		}
	case tables.Float:
		c.F = math.Float64frombits(binary.BigEndian.Uint64(raw))
	case tables.Bool:
		c.N = int64(raw[0])
	case tables.Time:
		c.N = int64(binary.BigEndian.Uint64(raw))/1000 + epochShift
		c.Known = c.N != unknownTime
		if !c.Known {
			c.N = 0
		}
	default:
		switch len(raw) {
		case 2:
			c.N = int64(int16(binary.BigEndian.Uint16(raw)))
		case 4:
			c.N = int64(int32(binary.BigEndian.Uint32(raw)))
		default:
			c.N = int64(binary.BigEndian.Uint64(raw))
		}
	}
}

// checkTime holds a moment to what PostgreSQL can keep: four-digit years.
func checkTime(what string, ms int64) error {
	if ms < zeroTime || ms >= 253402300800000 {
		return fmt.Errorf("%w: %s: %d ms is no moment of the years 1 to 9999", store.ErrInvalid, what, ms)
	}
	return nil
}
