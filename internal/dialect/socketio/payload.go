package socketio

import (
	"bytes"
	"encoding/base64"
	"errors"
)

// The first byte of an Engine.IO packet.
const (
	engineOpen    = '0'
	engineClose   = '1'
	enginePing    = '2'
	enginePong    = '3'
	engineMessage = '4'
	engineUpgrade = '5'
	engineNoop    = '6'
	engineBinary  = 'b' // over polling only
)

// separator stands between the packets of one polling body.
const separator = 0x1e

// errPayload says that a polling body is no list of packets.
var errPayload = errors.New("socketio: malformed payload")

// splitPayload gives each packet of a polling body to take, binary ones decoded, until take fails.
func splitPayload(body []byte, take func(data []byte, binary bool) error) error {
	for part := range bytes.SplitSeq(body, []byte{separator}) {
		if len(part) == 0 {
			return errPayload
		}
		if part[0] != engineBinary {
			if err := take(part, false); err != nil {
				return err
			}
			continue
		}
		data, err := base64.StdEncoding.AppendDecode(nil, part[1:])
		if err != nil {
			return errPayload
		}
		if err := take(data, true); err != nil {
			return err
		}
	}
	return nil
}

// appendFrames writes frames as a polling body.
func appendFrames(b []byte, frames []*frame) []byte {
	for i, f := range frames {
		if i > 0 {
			b = append(b, separator)
		}
		b = append(b, f.text...)
		if f.attachment != nil {
			b = append(b, separator, engineBinary)
			b = base64.StdEncoding.AppendEncode(b, f.attachment)
		}
	}
	return b
}
