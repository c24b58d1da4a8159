package timing

type history struct{}
