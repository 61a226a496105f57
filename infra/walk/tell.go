package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// event is something of a story: one of its parts is there.
type event struct {
	at     time.Time
	act    string          // what somebody did
	letter *letter         // what left
	duty   *enrolment.Duty // what the organisation is asked
	view   json.RawMessage // the file as the page gets it
}

// tell prints a story day by day.
func tell(out io.Writer, title string, story []event, full bool) error {
	pages, err := readPages(story)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n%s\n", title, strings.Repeat("=", len([]rune(title))))
	day, page := "", ""
	for _, e := range story {
		text := e.words(full)
		if e.view != nil {
			read := pages[0]
			pages = pages[1:]
			if steady(read) == steady(page) {
				continue
			}
			text, page = "Page :\n"+indent(changed(page, read), "  "), read
		}
		if today := guide.Day(e.at); today != day {
			day = today
			fmt.Fprintf(out, "\n--- %s\n", day)
		}
		fmt.Fprintf(out, "%s\n", indent(text, "  "))
	}
	return nil
}

func (e event) words(full bool) string {
	hour := guide.Hour(e.at) + "  "
	switch {
	case e.act != "":
		return hour + "* " + e.act
	case e.duty != nil:
		return hour + "À faire par l’organisme : " + string(e.duty.Kind) + ", avant le " + guide.Day(e.duty.Due) + " à " + guide.Hour(e.duty.Due)
	case e.letter != nil:
		return hour + e.letter.words(full)
	}
	return ""
}

// words is an e-mail: who gets it, its subject, its first lines, its button, and what is attached.
func (l letter) words(full bool) string {
	head := "@ " + l.to
	if l.cc != "" {
		head += " (copie à " + l.cc + ")"
	}
	head += " : « " + l.subject + " »"
	if len(l.attached) > 0 {
		head += "\nJoint : " + strings.Join(l.attached, ", ")
	}
	return head + "\n" + indent(l.lines(full), "  | ")
}

var (
	button = regexp.MustCompile(`(?m)^(.+)[ \x{a0}]:\nhttps?://\S+$`)
	tokens = regexp.MustCompile(`#\S+`)
)

// lines is the text up to its button, or whole.
func (l letter) lines(full bool) string {
	text, _, _ := strings.Cut(l.text, "\n-- \n")
	text = tokens.ReplaceAllString(text, "#…")
	if at := button.FindStringSubmatchIndex(text); at != nil && !full {
		return squeeze(text[:at[0]] + "[ " + text[at[2]:at[3]] + " ]")
	}
	if full {
		return text
	}
	return squeeze(text)
}

func squeeze(text string) string { return regexp.MustCompile(`\n{2,}`).ReplaceAllString(text, "\n") }

var daily = regexp.MustCompile(`il reste .{1,20}[ \x{a0}]jours?[ \x{a0}]ouvrés?`)

// steady is a page without what changes every day: how many days are left.
func steady(page string) string { return daily.ReplaceAllString(page, "") }

// changed is a page, without the lines that the reader has seen just before, but for its title.
func changed(before, after string) string {
	had := map[string]bool{}
	for _, line := range strings.Split(steady(before), "\n") {
		had[line] = true
	}
	var lines []string
	for _, line := range strings.Split(after, "\n") {
		if strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "##") || !had[steady(line)] {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// readPages gives what the page says of each view, in order, by the page's own code.
func readPages(story []event) ([]string, error) {
	var in bytes.Buffer
	for _, e := range story {
		if e.view != nil {
			fmt.Fprintf(&in, `{"at":%q,"file":%s}`+"\n", e.at.Format(time.RFC3339), e.view)
		}
	}
	node := exec.Command("node", "frontend/tools/read-page.js")
	node.Stdin, node.Stderr = &in, os.Stderr
	raw, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	var pages []string
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		var page string
		if err := json.Unmarshal([]byte(line), &page); err != nil {
			return nil, fmt.Errorf("read the pages: %w", err)
		}
		pages = append(pages, page)
	}
	return pages, nil
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by)
}
