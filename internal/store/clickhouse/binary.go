package clickhouse

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"pitwall.live/internal/f1"
)

// binary runs a SELECT and calls row for each of its rows, which reads the cells of the row in their order.
func (s *Store) binary(ctx context.Context, sql string, args map[string]any, row func(*binaryReader)) (err error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	resp, err := s.send(ctx, sql+"\nFORMAT RowBinary", args, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	b := &binaryReader{from: bufio.NewReaderSize(resp.Body, 64<<10)}
	for {
		if _, err := b.from.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		if row(b); b.err != nil {
			return fmt.Errorf("answer of ClickHouse: %w", b.err)
		}
	}
}

// binaryReader reads cells in ClickHouse's format RowBinary. After an error all cells are zero.
type binaryReader struct {
	from  *bufio.Reader
	err   error
	above string // the text before, which is mostly the next one too
}

// maxCell is how long a text may be: keys of sessions are far shorter.
const maxCell = 4096

// next are the next n bytes, until the next call; nil when they are not there.
func (b *binaryReader) next(n int) []byte {
	if b.err != nil {
		return nil
	}
	p, err := b.from.Peek(n)
	if err == nil {
		_, err = b.from.Discard(n)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if b.err = err; err != nil {
		return nil
	}
	return p
}

func (b *binaryReader) text() string {
	if b.err != nil {
		return ""
	}
	n, err := binary.ReadUvarint(b.from)
	if err == nil && n > maxCell {
		err = fmt.Errorf("a text of %d bytes", n)
	}
	if b.err = err; err != nil {
		return ""
	}
	if p := b.next(int(n)); string(p) != b.above {
		b.above = string(p)
	}
	return b.above
}

func (b *binaryReader) int64() int64 {
	if p := b.next(8); p != nil {
		return int64(binary.LittleEndian.Uint64(p))
	}
	return 0
}

// known says whether the next cell has a value, which then follows.
func (b *binaryReader) known() bool {
	p := b.next(1)
	return p != nil && p[0] == 0
}

func (b *binaryReader) channel() (c f1.Opt[int16]) {
	if c.Known = b.known(); c.Known {
		c.Value = int16(b.int64())
	}
	return c
}

func (b *binaryReader) metres() float64 {
	if !b.known() {
		return 0
	}
	return math.Float64frombits(uint64(b.int64()))
}

func (b *binaryReader) truth() (t f1.Opt[bool]) {
	if t.Known = b.known(); t.Known {
		p := b.next(1)
		t.Value = p != nil && p[0] != 0
	}
	return t
}
