package timing

import (
	"bytes"

	"pitwall.live/internal/feed"
)

// newest keeps the newest message of a compressed topic. Package telemetry decodes it when somebody asks
// for the samples: a seek then needs to decode one frame instead of thousands.
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
