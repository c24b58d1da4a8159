package tables

// All describes every table, in the contract's order.
func All() []Description {
	out := make([]Description, len(entries))
	for i, e := range entries {
		out[i] = e.describe()
	}
	return out
}
