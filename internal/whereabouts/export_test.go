package whereabouts

// Along and Doubt are where the model lap is at a share of the lap time, and how sure that is, as shares of
// the length.
func (c *Course) Along(share float64) float64 { return c.along(share) }
func (c *Course) Doubt(share float64) float64 { return c.doubt(share) }
