package timing

import (
	"bytes"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// newest keeps the newest message of a compressed topic. Package telemetry decodes it; whoever wants the
// newest samples as part of the state hands them back with SetSample and SetLocation.
func (s *Session) newest(m *feed.Message, ch *Change) {
	f := Frame{Time: m.Time, Payload: bytes.Clone(m.Payload)}
	if m.Topic == feed.TopicCarData {
		s.CarData = f
		ch.Parts |= PartTelemetry
		return
	}
	s.Position = f
	ch.Parts |= PartLocations
}

// SetSample stores a car's newest sample. Cars that TimingData does not know, such as the safety car,
// are passed over.
func (s *Session) SetSample(row f1.TelemetryRow) {
	if c := s.Cars[row.DriverNumber]; c != nil {
		c.Car = f1.Some(row)
	}
}

// SetLocation stores a car's newest place, as SetSample does its sample.
func (s *Session) SetLocation(row f1.LocationRow) {
	if c := s.Cars[row.DriverNumber]; c != nil {
		c.Location = f1.Some(row)
	}
}
