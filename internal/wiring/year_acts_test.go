package wiring_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// object is what the API answers.
type object = map[string]any

// team sends a request of the team and reads its answer; body is nil, or what is sent.
func (y *year) team(method, path string, body any, headers ...string) (object, error) {
	raw, err := written(body)
	if err != nil {
		return nil, err
	}
	return read(patiently(func() answer { return y.staff(method, path, raw, headers...) }), method, path)
}

// written is a body as it is sent: nothing for nil.
func written(body any) (string, error) {
	if body == nil {
		return "", nil
	}
	text, err := json.Marshal(body)
	return string(text), err
}

// patiently sends a request again, as the pages do, while a machine that is busy with something else makes the product say that it is.
func patiently(send func() answer) (a answer) {
	for range 4 {
		if a = send(); a.status != http.StatusServiceUnavailable {
			break
		}
	}
	return a
}

func read(a answer, method, path string) (v object, err error) {
	if a.status < 200 || a.status > 299 {
		return nil, fmt.Errorf("%s %s: %d %s", method, path, a.status, a.body)
	}
	return v, json.Unmarshal([]byte(a.body), &v)
}

// act is one of the team on a file, as it is now.
func (y *year) act(method, id, what string, body any) (object, error) {
	f, err := y.team(http.MethodGet, "/api/staff/files/"+id, nil)
	if err != nil {
		return nil, err
	}
	return y.actOn(f, method, what, body)
}

// actOn is an act on a file as it was just answered.
func (y *year) actOn(f object, method, what string, body any) (object, error) {
	return y.team(method, "/api/staff/files/"+f["file"].(object)["id"].(string)+"/"+what, body, "If-Match", f["etag"].(string))
}

// public sends a request to the public site; each person has their own network.
func (y *year) public(g *guest, method, path string, body any, headers ...string) (object, error) {
	raw, err := written(body)
	if err != nil {
		return nil, err
	}
	return read(patiently(func() answer {
		return y.product.ask(fmt.Sprintf("198.51.%d.%d", 100+g.n/200, 1+g.n%200), method, path, raw, headers...)
	}), method, path)
}

func (y *year) publishAll() error {
	for _, l := range y.lessons {
		halves := []object{}
		for _, h := range l.halves {
			halves = append(halves, object{"date": h.start.Format(time.DateOnly), "start": h.start.Format("15:04"), "end": h.end.Format("15:04")})
		}
		form := object{"id": "", "formation": l.course.slug, "halfDays": halves, "closesAt": "-1 18:00", "capacity": l.capacity, "minimum": l.minimum, "remote": l.course.remote}
		if l.course.remote {
			form["videoUrl"] = "https://visio.exemple.fr/salle"
		} else {
			form["place"], form["address"] = "Maison des communes, Nantes", "12 rue de l’Exemple, 44000 Nantes"
		}
		made, err := y.team(http.MethodPost, "/api/staff/sessions", object{"session": form})
		if err != nil {
			return err
		}
		l.id = made["id"].(string)
	}
	return nil
}

// reprice changes a price: who enrols from now on is promised the new one.
func (y *year) reprice(c *course, cents int) error {
	const at = "/api/staff/formations/"
	v, err := y.team(http.MethodGet, at+c.slug+"/form", nil)
	if err != nil {
		return err
	}
	form := v["formation"].(object)
	form["priceEuros"] = float64(cents) / 100
	c.cents = cents
	_, err = y.team(http.MethodPut, at+c.slug, object{"formation": form}, "If-Match", v["etag"].(string))
	return err
}

// vat changes the organisation's regime; 0 is an exemption.
func (y *year) vat(rate int) error {
	const at = "/api/staff/organisation"
	v, err := y.team(http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	form := v["organisation"].(object)
	form["vat"] = object{"exempt": false, "ratePercent": float64(rate) / 100}
	if rate == 0 {
		form["vat"] = object{"exempt": true, "mention": "Exonération de TVA, article 261, 4, 4° a du code général des impôts"}
	}
	y.rate = rate
	_, err = y.team(http.MethodPut, at, object{"organisation": form}, "If-Match", v["etag"].(string))
	return err
}

// enrolAll lets the mairie's group come first, then everybody on their own; who waits comes last.
func (y *year) enrolAll(i int, l *lesson) error {
	var alone, late []*guest
	for _, g := range y.of(l) {
		if g.id != "" { // moved here
			continue
		}
		switch g.promise(l.course.cents, y.rate); {
		case g.group != nil:
		case g.waits:
			late = append(late, g)
		default:
			alone = append(alone, g)
		}
	}
	if l.group != nil {
		if err := y.enrolGroup(l, i); err != nil {
			return err
		}
	}
	if err := each(alone, y.enrols); err != nil {
		return err
	}
	for _, g := range late {
		if err := y.enrols(g); err != nil {
			return err
		}
	}
	return nil
}

func (g *guest) person() object {
	return object{"title": "", "firstName": g.first, "lastName": g.last, "birthName": "", "email": g.email(), "phone": ""}
}

// enrols is somebody on their own: by the site, their address proved by telephone, or by a call to the team.
func (y *year) enrols(g *guest) error {
	q := object{
		"sessionId": g.lesson.id, "funding": g.mode, "person": g.person(), "mandate": object{"kind": "maire", "authority": fmt.Sprintf("Commune nº %d", g.n%60)},
	}
	if g.n%3 > 0 && !g.waits {
		f, err := y.team(http.MethodPost, "/api/staff/enrolments", q, "Idempotency-Key", key(1000+g.n))
		if err != nil {
			return err
		}
		g.filed(f)
		return nil
	}
	q["consent"] = true
	f, err := y.public(g, http.MethodPost, "/api/enrolments", q, "Idempotency-Key", key(1000+g.n))
	if err != nil {
		return err
	}
	g.id, g.bearer = opens(f["link"].(string))
	proved, err := y.act(http.MethodPost, g.id, "proof", nil)
	if err != nil {
		return err
	}
	g.filed(proved)
	first := map[string]string{"dife": "compte", "collectivite": "demande"}[g.mode]
	if g.n%2 == 0 || first == "" || g.fate != "" || g.waits {
		return nil
	}
	g.ticked = true
	_, err = y.public(g, http.MethodPut, "/api/enrolments/"+g.id+"/steps/"+first, nil, "Authorization", g.bearer)
	return err
}

// filed notes how the product calls somebody's file.
func (g *guest) filed(f object) {
	entry := f["file"].(object)
	g.id, g.reference = entry["id"].(string), entry["reference"].(string)
}

// opens reads a personal link.
func opens(link string) (id, bearer string) {
	_, fragment, _ := strings.Cut(link, "#")
	id, token, _ := strings.Cut(fragment, ".")
	return id, "Bearer " + token
}

func (y *year) enrolGroup(l *lesson, i int) error {
	councillors := []object{}
	for _, g := range l.group.members {
		one := g.person()
		one["mandate"] = "adjoint"
		councillors = append(councillors, one)
	}
	q := object{
		"sessionId": l.id, "authority": fmt.Sprintf("Commune du groupe nº %d", i), "contact": object{"name": "Gwenola Abgrall", "email": fmt.Sprintf("dgs%02d@annee.example", i)},
		"people": councillors, "consent": true, "challenge": y.solve(),
	}
	v, err := y.public(l.group.members[0], http.MethodPost, "/api/groups", q, "Idempotency-Key", key(5000+i))
	if err != nil {
		return err
	}
	l.group.id, _ = opens(v["link"].(string))
	l.group.reference = v["reference"].(string)
	s, err := y.team(http.MethodGet, "/api/staff/sessions/"+l.id, nil)
	if err != nil {
		return err
	}
	for _, p := range s["people"].([]any) {
		for _, g := range l.group.members {
			if p.(object)["email"] == g.email() {
				g.filed(object{"file": p})
				g.ticked = true // the mairie enrols them: their request is made
			}
		}
	}
	return each(l.group.members, func(g *guest) error {
		_, err := y.act(http.MethodPost, g.id, "proof", nil)
		return err
	})
}

// meets is what happens to somebody before the day, once.
func (y *year) meets(g *guest) (err error) {
	fate := g.fate
	if fate != takes {
		g.fate = ""
	}
	switch fate {
	case cancels:
		g.left = true
		if g.bearer != "" {
			_, err = y.public(g, http.MethodPost, "/api/enrolments/"+g.id+"/cancellation", nil, "Authorization", g.bearer)
			return err
		}
		_, err = y.act(http.MethodPost, g.id, "cancellation", object{"reason": "N’est plus disponible"})
	case moves:
		from := g.lesson
		to := y.lessons[slices.Index(y.lessons, from)+5]
		g.lesson, g.group = to, nil
		g.promise(to.course.cents, y.rate)
		_, err = y.act(http.MethodPut, g.id, "session", object{"sessionId": to.id})
	case another:
		_, err = y.act(http.MethodPut, g.id, "payer", object{"kind": "intercommunalite", "name": "Communauté de l’Exemple"})
	case paysElse, paysAlone:
		if g.mode = map[string]string{"personnel": "collectivite"}[g.mode]; g.mode == "" {
			g.mode = "personnel"
		}
		g.group, g.ticked = nil, false
		_, err = y.act(http.MethodPut, g.id, "funding", object{"funding": g.mode})
	}
	return err
}

func (y *year) takes(g *guest) error {
	if g.fate != takes {
		return nil
	}
	g.waits = false
	_, err := y.public(g, http.MethodPost, "/api/enrolments/"+g.id+"/acceptance", nil, "Authorization", g.bearer)
	return err
}

func (y *year) annul(l *lesson) error {
	l.cancelled = true
	_, err := y.team(http.MethodPost, "/api/staff/sessions/"+l.id+"/cancellation", object{"reason": "Salle prise"})
	return err
}

// arrives is somebody who is on no list, enrolled by whoever teaches.
func (y *year) arrives(l *lesson, mode string) error {
	token, err := y.trainer(l)
	if err != nil {
		return err
	}
	g := y.guest(l)
	g.mode = mode
	g.promise(l.course.cents, y.rate)
	path := fmt.Sprintf("/api/attendance/%s/arrivals/x-arrival-%03d", l.id, g.n)
	v, err := y.team(http.MethodPut, path, object{"firstName": g.first, "lastName": g.last, "email": g.email(), "mandate": "maire", "authority": "Commune de Riec", "funding": mode}, "Authorization", token)
	if err != nil {
		return err
	}
	if v["outcome"] != "enrolled" {
		return fmt.Errorf("%v", v)
	}
	f, err := y.team(http.MethodGet, "/api/staff/files/"+v["person"].(object)["id"].(string), nil)
	if err == nil {
		g.filed(f)
	}
	return err
}

// trainer is the header of the link that whoever teaches the session is given.
func (y *year) trainer(l *lesson) (string, error) {
	sheet, err := y.team(http.MethodGet, "/api/staff/sessions/"+l.id+"/attendance", nil)
	if err != nil {
		return "", err
	}
	_, bearer := opens(sheet["trainer"].(object)["url"].(string))
	return bearer, nil
}

// come makes up how somebody follows a session: whole, half of its half-days, late, not at all, or nobody says.
func (y *year) come(g *guest) {
	way := y.random.IntN(100)
	for i, h := range g.lesson.halves {
		m := mark{"present", h.minutes()}
		switch {
		case way < 10:
			m = mark{"absent", 0}
		case way < 13:
			m = mark{"excused", 0}
		case way < 30 && i >= len(g.lesson.halves)/2:
			m = mark{"absent", 0}
		case way >= 30 && way < 38 && i == 0:
			m.minutes = 65
		case way >= 38 && way < 43:
			m = mark{}
		}
		g.marks = append(g.marks, m)
	}
}

// teach marks everybody at each half-day: by the trainer's link in every other session, else by the team. The first tap is not always
// the right one.
func (y *year) teach(i int, l *lesson) error {
	base, token := "/api/staff/sessions/"+l.id+"/attendance/", "Bearer ada"
	if i%2 == 0 {
		var err error
		if token, err = y.trainer(l); err != nil {
			return err
		}
		base = "/api/attendance/" + l.id + "/"
	}
	on := y.seated(l)
	for _, g := range on {
		y.come(g)
	}
	return each(on, func(g *guest) error {
		for n, h := range l.halves {
			m := g.marks[n]
			if m.presence == "" {
				continue
			}
			path := base + h.start.UTC().Format("20060102T1504Z") + "/" + g.id
			tap := object{"presence": m.presence}
			if m.minutes > 0 && m.minutes < h.minutes() {
				tap["minutes"] = m.minutes
			}
			if g.n%17 == 0 {
				if _, err := y.team(http.MethodPut, path, object{"presence": "excused", "at": y.now().Add(-time.Minute)}, "Authorization", token); err != nil {
					return err
				}
			}
			if _, err := y.team(http.MethodPut, path, tap, "Authorization", token); err != nil {
				return err
			}
		}
		return nil
	})
}

func (y *year) close(l *lesson) error {
	for _, g := range y.seated(l) {
		for i, m := range g.marks {
			if m.presence == "" {
				g.marks[i].presence = "absent"
			}
		}
	}
	_, err := y.team(http.MethodPost, "/api/staff/sessions/"+l.id+"/closure", object{"unmarked": "absent", "unlisted": "leave"})
	return err
}

// billsOf lists what is to be invoiced of a session; a few are forgotten.
func (y *year) billsOf(l *lesson) func() []bill {
	return sync.OnceValue(func() (all []bill) {
		if l.group != nil && len(only(l.group.covered(), (*guest).came)) > 0 {
			all = append(all, bill{lesson: l, party: l.group, mode: "collectivite", id: l.group.id})
		}
		for _, g := range y.seated(l) {
			if g.group == nil && g.came() && y.random.IntN(100) >= 8 {
				all = append(all, bill{lesson: l, guest: g, mode: g.mode, id: g.id, prorated: g.mode == "dife" || g.n%2 == 0})
			}
		}
		return all
	})
}

const siret = "214 401 093 00015"

func (y *year) issue(b bill) error {
	f, err := y.team(http.MethodGet, "/api/staff/files/"+b.id, nil)
	if err != nil {
		return err
	}
	q := object{}
	switch b.mode {
	case "collectivite":
		q = object{"siret": siret, "service": "FORM", "commitment": "2028-42", "address": "1 place de la Mairie, 29340 Riec"}
	case "personnel":
		q = object{"address": "2 rue du Port, 29340 Riec"}
	case "dife":
		if f, err = y.actOn(f, http.MethodPost, "duty", object{"kind": "dife-exit", "done": true}); err != nil {
			return err
		}
	}
	if b.prorated && b.mode != "dife" {
		q["prorata"] = true
	}
	if f, err = y.actOn(f, http.MethodPost, "invoice", q); err != nil {
		return err
	}
	y.writing.Lock()
	defer y.writing.Unlock()
	p := &issued{number: f["invoice"].(object)["number"].(string), bill: b, at: y.now()}
	covered := []*guest{b.guest}
	if b.party != nil {
		covered = b.party.covered()
	}
	rate := 0
	for _, g := range covered {
		if !g.came() {
			continue
		}
		p.lines, rate = p.lines+1, g.rate
		if b.prorated {
			p.net += share(g.cents, g.minutes(), g.lesson.minutes())
		} else {
			p.net += g.cents
		}
		g.bill = p
	}
	p.tax = taxOn(p.net, rate)
	y.papers = append(y.papers, p)
	return nil
}

// some of the invoices of a session that stand.
func (y *year) some(l *lesson, oneIn int) (all []*issued) {
	for i, p := range y.standing(l) {
		if i%oneIn == 2 {
			all = append(all, p)
		}
	}
	return all
}

// standing are the invoices of a session that nothing undoes, in the order of its people.
func (y *year) standing(l *lesson) (all []*issued) {
	for _, g := range y.of(l) {
		if g.bill != nil && !slices.Contains(all, g.bill) {
			all = append(all, g.bill)
		}
	}
	return all
}

func (y *year) credit(p *issued) error {
	f, err := y.act(http.MethodPost, p.bill.id, "credit", object{"reason": "Erreur d’adresse"})
	if err != nil {
		return err
	}
	y.writing.Lock()
	defer y.writing.Unlock()
	note := &issued{bill: p.bill, lines: p.lines, net: p.net, tax: p.tax, undoes: p.number, at: y.now()}
	for _, c := range f["invoice"].(object)["credited"].([]any) {
		if c.(object)["invoice"] == p.number {
			note.number = c.(object)["credit"].(string)
		}
	}
	for _, g := range y.of(p.bill.lesson) {
		if g.bill == p {
			g.bill, g.undone = nil, append(g.undone, p.number+" ("+note.number+")")
		}
	}
	y.papers = append(y.papers, note)
	return nil
}

// again is every other of what was undone.
func (y *year) again(l *lesson) (all []bill) {
	for _, p := range y.papers {
		if p.undoes != "" && p.bill.lesson == l {
			all = append(all, p.bill)
		}
	}
	slices.SortFunc(all, func(a, b bill) int { return cmp.Compare(a.id, b.id) })
	for i := len(all) - 1; i >= 0; i-- {
		if i%2 == 1 {
			all = slices.Delete(all, i, i+1)
		}
	}
	return all
}
