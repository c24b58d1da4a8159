package app

import (
	"io"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress draws a bar for work that takes longer than a second while a person watches; otherwise it does
// nothing. update may be called as often as wanted; done removes the bar.
func (e *env) progress(what string) (update func(done, total int64), done func()) {
	if !e.person {
		return func(int64, int64) {}, func() {}
	}
	return newProgress(e.err, what, time.Now)
}

func newProgress(w io.Writer, what string, now func() time.Time) (update func(done, total int64), done func()) {
	begin, drawn := now(), time.Time{}
	var all *mpb.Progress
	var bar *mpb.Bar
	update = func(n, total int64) {
		t := now()
		if t.Sub(begin) < time.Second || t.Sub(drawn) < 100*time.Millisecond {
			return
		}
		drawn = t
		if bar == nil {
			all = mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))
			bar = all.New(total, mpb.BarStyle().Rbound("]").Lbound("["),
				mpb.BarRemoveOnComplete(),
				mpb.PrependDecorators(decor.Name(what+" ")),
				mpb.AppendDecorators(decor.Percentage(), decor.Name(" "), decor.AverageETA(decor.ET_STYLE_GO)))
		}
		bar.SetTotal(total, false)
		bar.SetCurrent(n)
	}
	return update, func() {
		if bar != nil {
			bar.Abort(true)
			all.Wait()
		}
	}
}
