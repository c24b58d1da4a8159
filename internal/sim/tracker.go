package sim

import "pitwall.live/internal/feed"

// openTracker sends the whole field's lines, which have no names.
func (s *Sim) openTracker(*action) {
	s.session.tracker = make([]topLine, len(s.order))
	b := &s.root
	s.b = b
	b.reset()
	b.bool("Withheld", false)
	b.key("Lines")
	b.buf = append(b.buf, '[')
	for k, i := range s.order {
		if k > 0 {
			b.buf = append(b.buf, ',')
		}
		b.buf = append(b.buf, s.placeLine(&s.session.tracker[k], k, i, false)...)
	}
	b.buf = append(b.buf, ']')
	s.send(feed.TopicDriverTracker, b.done(), 0)
}

// sayTracker is TopThree for everybody.
func (s *Sim) sayTracker(*action) {
	s.session.trackerPlanned = false
	s.sayPlaces(feed.TopicDriverTracker, s.session.tracker, false)
}
