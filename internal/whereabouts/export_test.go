package whereabouts

func (c *Course) Along(s float64) float64 { return c.along(s) }
