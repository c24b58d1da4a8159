package store

import "fmt"

// Check holds reference data to their own rules: everything has an id, races a season.
func (r *Reference) Check() error {
	wrong := func(kind string, i int) error {
		return fmt.Errorf("%w reference: %s %d has no id", ErrInvalid, kind, i)
	}
	for i := range r.Circuits {
		if r.Circuits[i].ID == "" {
			return wrong("circuit", i)
		}
	}
	for i := range r.Drivers {
		if r.Drivers[i].ID == "" {
			return wrong("driver", i)
		}
	}
	for i := range r.Constructors {
		if r.Constructors[i].ID == "" {
			return wrong("constructor", i)
		}
	}
	for i := range r.Races {
		if r.Races[i].ID == "" || r.Races[i].Season == 0 {
			return wrong("race", i)
		}
	}
	return nil
}

// Check holds a version of a setting to its own rules.
func (s *Setting) Check() error {
	if s.Key == "" || s.Version < 1 || s.ChangedAt.IsZero() {
		return fmt.Errorf("%w setting %q: it needs a key, a version from 1 and when it was changed", ErrInvalid, s.Key)
	}
	return nil
}
