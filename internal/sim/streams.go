package sim

import "pitwall.live/internal/feed"

// openStreams announces the commentary and the sound, whose addresses lead nowhere: list first, then the
// second of two by its index.
func (s *Sim) openStreams() {
	const audio = `"Name":"Live coverage (EN)","Language":"en","Uri":"https://simulation.invalid/live/index.m3u8","Path":"Live_coverage_(EN)-en/stream.m3u8","Utc":"`
	at := s.utc(s.now)
	s.send(feed.TopicAudioStreams, []byte(`{"Streams":[{`+audio+at+`"}]}`), 0)
	s.send(feed.TopicContentStreams, []byte(`{"Streams":[{"Type":"Commentary","Name":"simulation","Language":"en","Uri":"https://simulation.invalid/commentary","Utc":"0001-01-01T00:00:00"}]}`), 0)
	s.send(feed.TopicContentStreams, []byte(`{"Streams":{"1":{"Type":"Audio",`+audio+at+`"}}}`), 0)
}
