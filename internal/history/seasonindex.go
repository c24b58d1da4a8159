package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"pitwall.live/internal/f1"
)

// seasonIndex is the official archive's list of a season's sessions.
type seasonIndex struct {
	Year     int
	Meetings []struct {
		Name     string
		Sessions []struct {
			Key       int
			Type      string
			Number    int
			Name      string
			StartDate string
			GmtOffset string
		}
	}
}

// readIndex takes the official keys and starts of races and sprints.
func (r *Reference) readIndex(path, name string, bad func(Defect)) (err error) {
	from, err := open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	var index seasonIndex
	if err := json.NewDecoder(io.LimitReader(from, maxIndex)).Decode(&index); err != nil {
		return fmt.Errorf("history: %s: %w", path, err)
	}
	for _, m := range index.Meetings {
		for _, s := range m.Sessions {
			if s.Type != "Race" || s.Key <= 0 {
				continue
			}
			kind := f1.Race
			switch s.Name {
			case "Race":
			case "Sprint", "Sprint Qualifying": // the sprints of 2021 were called so
				kind = f1.Sprint
			default:
				continue // a test of the timing
			}
			of := official{key: strconv.Itoa(s.Key)}
			local, ok := f1.ParseUTC(s.StartDate)
			offset, ok2 := f1.ParseOffset(s.GmtOffset)
			if ok && ok2 {
				of.start, of.offset = f1.Some(local.Add(-offset)), f1.Some(offset.Truncate(time.Minute))
			} else {
				bad(Defect{Source: Source{SeasonIndex, name}, Kind: FieldUnreadable, Rows: 1,
					Detail: fmt.Sprintf("start %.40q, offset %.40q of session %d", s.StartDate, s.GmtOffset, s.Key)})
			}
			r.official[SessionID(m.Name, index.Year, kind)] = of
		}
	}
	return nil
}

// maxIndex bounds a season index.
const maxIndex = 16 << 20
