package wire

import "errors"

// What a client can be told went wrong. Roles wrap these; the gateway and the API turn them into their
// protocol's form. Any other error is ours alone and reads "internal" outside.
var (
	ErrNotFound = errors.New("not found")
	ErrInvalid  = errors.New("invalid")
	ErrConflict = errors.New("not possible now")
	ErrTooMany  = errors.New("too many")
)
