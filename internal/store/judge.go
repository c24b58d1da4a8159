package store

// Verdict is what a store does with a batch.
type Verdict uint8

// The verdicts.
const (
	Apply Verdict = iota // write it
	Old                  // leave everything as it is
	End                  // only mark the session as stored to its end
)

// Judge says what a store does with a batch that passed [Batch.Check], given whether the session is stored, from
// which log and at which offset. The error is ErrBehind or ErrOtherLog.
func Judge(b *Batch, stored bool, log string, offset uint64) (Verdict, error) {
	switch {
	case !stored:
		if !b.Whole && b.From != 0 {
			return Old, ErrBehind
		}
		return Apply, nil
	case b.Replace:
		return Apply, nil
	case b.Log != log:
		return Old, ErrOtherLog
	case b.Offset < offset:
		return Old, nil
	case b.Whole:
		return Apply, nil
	case b.Ended && b.From == offset && b.Offset == offset && len(b.Changes) > 0:
		return Apply, nil // the last rows, which were not looked at before it was known that nothing follows
	case b.Offset == offset && b.Ended:
		return End, nil
	case b.Offset == offset:
		return Old, nil
	case b.From != offset:
		return Old, ErrBehind
	}
	return Apply, nil
}
