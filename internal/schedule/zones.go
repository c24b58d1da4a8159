package schedule

import (
	_ "time/tzdata" // the zones, wherever the program runs
)

// zones are the time zones of the circuits by the almanac's ids: those of the calendars since there is live timing, and of
// earlier ones that may come back. A circuit that is not here is not checked.
var zones = map[string]string{
	"adelaide": "Australia/Adelaide", "albert_park": "Australia/Melbourne", "americas": "America/Chicago", "bahrain": "Asia/Bahrain",
	"baku": "Asia/Baku", "brands_hatch": "Europe/London", "buddh": "Asia/Kolkata", "catalunya": "Europe/Madrid",
	"donington": "Europe/London", "estoril": "Europe/Lisbon", "fuji": "Asia/Tokyo", "galvez": "America/Argentina/Buenos_Aires",
	"hockenheimring": "Europe/Berlin", "hungaroring": "Europe/Budapest", "imola": "Europe/Rome", "indianapolis": "America/Indiana/Indianapolis",
	"interlagos": "America/Sao_Paulo", "istanbul": "Europe/Istanbul", "jeddah": "Asia/Riyadh", "jerez": "Europe/Madrid",
	"kyalami": "Africa/Johannesburg", "losail": "Asia/Qatar", "madring": "Europe/Madrid", "magny_cours": "Europe/Paris",
	"marina_bay": "Asia/Singapore", "miami": "America/New_York", "monaco": "Europe/Monaco", "monza": "Europe/Rome",
	"mugello": "Europe/Rome", "nurburgring": "Europe/Berlin", "portimao": "Europe/Lisbon", "red_bull_ring": "Europe/Vienna",
	"ricard": "Europe/Paris", "rodriguez": "America/Mexico_City", "sepang": "Asia/Kuala_Lumpur", "shanghai": "Asia/Shanghai",
	"silverstone": "Europe/London", "sochi": "Europe/Moscow", "spa": "Europe/Brussels", "suzuka": "Asia/Tokyo",
	"valencia": "Europe/Madrid", "vegas": "America/Los_Angeles", "villeneuve": "America/Toronto", "watkins_glen": "America/New_York",
	"yas_marina": "Asia/Dubai", "yeongam": "Asia/Seoul", "zandvoort": "Europe/Amsterdam",
}
