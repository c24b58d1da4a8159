package store

import (
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
)

// TelemetryOf is a row of table telemetry as a sample.
func TelemetryOf(row tables.Row) f1.TelemetryRow {
	channel := func(i int) f1.Opt[int16] { return f1.Opt[int16]{Known: row[i].Known, Value: int16(row[i].N)} }
	return f1.TelemetryRow{
		SessionKey: row[0].S, DriverNumber: int(row[1].N), Time: time.UnixMilli(row[2].N).UTC(),
		Speed: channel(3), RPM: channel(4), Gear: channel(5), Throttle: channel(6), Brake: channel(7), DRS: channel(8),
	}
}

// LocationOf is a row of table locations as a sample.
func LocationOf(row tables.Row) f1.LocationRow {
	return f1.LocationRow{
		SessionKey: row[0].S, DriverNumber: int(row[1].N), Time: time.UnixMilli(row[2].N).UTC(),
		X: row[3].F, Y: row[4].F, Z: row[5].F, OnTrack: f1.Opt[bool]{Known: row[6].Known, Value: row[6].N == 1},
	}
}
