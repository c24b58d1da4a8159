package live

// Play applies the log linearly from its start and reports the state's hash at the offsets wanted.
func (s *Session) Play(report func(offset, hash uint64), want func(offset uint64) bool) error {
	at := newState()
	for {
		messages, err := s.read(at.offset+1, 256)
		if err != nil || len(messages) == 0 {
			return err
		}
		for i := range messages {
			at.apply(&messages[i])
			if want(at.offset) {
				report(at.offset, at.hash())
			}
		}
	}
}

// HashAt is the hash of the state that a seek to offset gives.
func (s *Session) HashAt(offset uint64) (uint64, error) {
	at, err := s.stateAt(offset)
	if err != nil {
		return 0, err
	}
	return at.hash(), nil
}
