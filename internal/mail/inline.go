package mail

import (
	"regexp"
	"strings"
	"sync"
)

var (
	styleSheet = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<style>(.*?)</style>`) })
	ruleOf     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^([a-z0-9]*)(?:\.([a-z]+))? \{ ([^}]*) \}$`) })
	openTag    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>`) })
	attribute  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(` ([a-z]+)="([^"]*)"`) })
)

// inlined copies each rule of a layout's style sheet that is for a tag or a class (not those within a media query) onto the
// tags themselves: laposte.net, SFR and Gmail on a phone drop the sheet. The sheet stays, for dark mode. It works on the
// layout, once, not on each letter.
func inlined(layout string) string {
	sheet := styleSheet().FindStringSubmatch(layout)
	light, _, _ := strings.Cut(sheet[1], "@media")
	byName := map[string]string{}
	for _, rule := range ruleOf().FindAllStringSubmatch(light, -1) {
		name := rule[1]
		if rule[2] != "" {
			name = "." + rule[2]
		}
		byName[name] += strings.ReplaceAll(rule[3], `"`, "'") + " "
	}
	head, body, _ := strings.Cut(layout, "<!DOCTYPE html>")
	doctype, body, _ := strings.Cut(body, "</head>")
	styled := func(part string) string {
		return openTag().ReplaceAllStringFunc(part, func(tag string) string { return style(tag, byName) })
	}
	return styled(head) + "<!DOCTYPE html>" + doctype + "</head>" + styled(body)
}

// style adds to a tag what its name and its class say; one that says its own is left alone.
func style(tag string, byName map[string]string) string {
	m := openTag().FindStringSubmatch(tag)
	declarations := byName[m[1]]
	for _, a := range attribute().FindAllStringSubmatch(m[2], -1) {
		switch a[1] {
		case "style":
			return tag
		case "class":
			declarations += byName["."+a[2]]
		}
	}
	if declarations == "" {
		return tag
	}
	return "<" + m[1] + m[2] + ` style="` + strings.TrimSpace(declarations) + `">`
}
