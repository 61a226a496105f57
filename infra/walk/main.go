// Command walk lives the product day by day, and prints what each person gets: the mails of the day (subject, first lines, button), what
// their page says when it changes, what the organisation is told and asked. It is the real code over DynamoDB Local with a clock moved
// by hand; the page is read by the page's own code (frontend/tools/read-page.js). Read its output as one story: what contradicts
// itself, repeats itself or reads badly is what people meet.
//
//	make walk                     everybody
//	make walk WHO=dife-queue      one of them; WHO=? lists them
//	make walk FULL=1              mails in full
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	who := flag.String("who", "", "whose story: a name, or ? for the list")
	full := flag.Bool("full", false, "print mails in full")
	flag.Parse()
	if *who == "?" {
		for _, l := range people {
			fmt.Println(l.name)
		}
		return
	}
	told := false
	for _, l := range people {
		if *who != "" && l.name != *who {
			continue
		}
		told = true
		story, err := l.live(context.Background())
		if err == nil {
			err = tell(os.Stdout, l.title, story, *full)
		}
		if err != nil {
			log.Fatalf("%s: %v", l.name, err)
		}
	}
	if !told {
		log.Fatalf("nobody is called %q: ask for ?", *who)
	}
}

// live goes through a life, and gives its story.
func (l life) live(ctx context.Context) ([]event, error) {
	h, err := openHouse(ctx, moment(begins))
	if err != nil {
		return nil, err
	}
	if err := h.publish(ctx, "marche", theDay, l.capacity); err != nil {
		return nil, err
	}
	for _, s := range l.scenes {
		if err := h.until(ctx, moment(s.at)); err != nil {
			return nil, err
		}
		h.note(event{act: s.what})
		if err := h.play(ctx, s); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", s.at, s.what, err)
		}
	}
	if err := h.until(ctx, moment(l.ends)); err != nil {
		return nil, err
	}
	return h.story, h.close(ctx)
}

// play does what a scene says, and reads the page after it. Without anything to do, somebody else takes a seat: their file is
// known, and nobody follows it.
func (h *house) play(ctx context.Context, s scene) error {
	if s.do == nil {
		return h.other(ctx)
	}
	if err := s.do(ctx, h); err != nil {
		return err
	}
	if err := h.tend(ctx); err != nil {
		return err
	}
	return h.look(ctx)
}

func (h *house) note(e event) {
	e.at = h.at
	h.story = append(h.story, e)
}
