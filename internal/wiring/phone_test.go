package wiring_test

import "testing"

func TestAHolderCorrectsTheirOwnTelephone(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrol(1, p.session("budget-nantes"), "elu@exemple.fr", "personnel")
	put := func(body string) answer {
		return p.ask("192.0.2.1", "PUT", path+"/phone", body, "Authorization", bearer)
	}
	phone := func(a answer) any {
		t.Helper()
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return a.json(t)["person"].(map[string]any)["phone"]
	}
	if got := phone(put(`{"phone":"\u202a02 40 00 00 01\u202c"}`)); got != "+33240000001" && got != "02 40 00 00 01" {
		t.Errorf("pasted from the contacts: %v", got)
	}
	for _, bad := range []string{`{"phone":"12"}`, `{"phone":"appelez-moi"}`, `{"phone":"+33 1"}`} {
		if a := put(bad); a.status != 422 && a.status != 400 || a.json(t)["fields"].(map[string]any)["phone"] == nil {
			t.Errorf("%s: %d %s", bad, a.status, a.body)
		}
	}
	if got := phone(put(`{"phone":" "}`)); got != nil && got != "" {
		t.Errorf("taken away: %v", got)
	}
	if a := p.ask("192.0.2.1", "PUT", path+"/phone", `{"phone":"02 40 00 00 01"}`); a.status != 401 {
		t.Errorf("without the link: %d", a.status)
	}
}
