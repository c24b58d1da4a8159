package watch

// Key is a key somebody pressed: a character, or one of those below.
type Key int

// Keys that are no characters.
const (
	KeyNone Key = -iota // of no meaning here
	KeyUp
	KeyDown
	KeyEnter
	KeyBack // Esc
	KeyEnd  // Ctrl-C, Ctrl-D
)

// Keys reads the bytes of a terminal. rest is the beginning of a sequence whose end has not come yet: Esc alone
// begins like an arrow, so that only time tells the two apart.
func Keys(input []byte) (keys []Key, rest []byte) {
	for len(input) > 0 {
		c := input[0]
		switch {
		case c == 0x1b:
			n := sequence(input)
			if n == 0 {
				return keys, input
			}
			keys = append(keys, arrow(input[:n]))
			input = input[n:]
			continue
		case c == '\r' || c == '\n':
			keys = append(keys, KeyEnter)
		case c == 3 || c == 4:
			keys = append(keys, KeyEnd)
		case c >= ' ' && c < 0x7f:
			keys = append(keys, Key(c))
		}
		input = input[1:]
	}
	return keys, nil
}

// sequence is the length of the escape sequence that input begins with, 0 when it is not complete.
func sequence(input []byte) int {
	if len(input) < 2 {
		return 0
	}
	if input[1] != '[' && input[1] != 'O' {
		return 1 // Esc, and another key behind it
	}
	for i := 2; i < len(input); i++ {
		if input[i] >= 0x40 && input[i] <= 0x7e {
			return i + 1
		}
		if input[i] < 0x20 || input[i] > 0x7e {
			return i // broken off
		}
	}
	return 0
}

func arrow(sequence []byte) Key {
	switch {
	case len(sequence) == 1:
		return KeyBack
	case len(sequence) == 3 && sequence[2] == 'A':
		return KeyUp
	case len(sequence) == 3 && sequence[2] == 'B':
		return KeyDown
	}
	return KeyNone
}
