package wiring_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

var confirming = regexp.MustCompile(`/dossier/#([a-z0-9]+)\.(\d+\.e\.[\w-]+)`)

// mailedToken is what a pattern finds in the last mail to an address: a file's id, a token.
func (p *product) mailedToken(pattern *regexp.Regexp, address string) (id, token string) {
	p.Helper()
	found := pattern.FindStringSubmatch(strings.ReplaceAll(p.post.lastTo(address), "=3D", "="))
	if found == nil {
		p.Fatalf("no link to %s in %q", address, p.post.lastTo(address))
	}
	return found[1], found[2]
}

func TestAHolderCorrectsTheirOwnAddress(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrol(1, p.session("budget-nantes"), "ancienne@plougastel.example", "personnel")
	put := func(body string) answer {
		return p.ask("192.0.2.1", "PUT", path+"/email", body, "Authorization", bearer)
	}
	if a := put(`{"email":"neuve@plougastel.example"}`); a.status != http.StatusConflict {
		t.Fatalf("before the first address is proved: %d", a.status)
	}
	if _, err := p.house.Desk.Prove(context.Background(), strings.TrimPrefix(path, "/api/enrolments/")); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`{"email":""}`, `{"email":"neuve@"}`, `{"email":"née@exemple.fr"}`} {
		if a := put(bad); a.status != http.StatusUnprocessableEntity || a.json(t)["fields"].(map[string]any)["email"] == nil {
			t.Errorf("%s: %d %s", bad, a.status, a.body)
		}
	}
	if a := p.ask("192.0.2.1", "PUT", path+"/email", `{"email":"neuve@plougastel.example"}`); a.status != http.StatusUnauthorized {
		t.Errorf("without the link: %d", a.status)
	}
	a := put(`{"email":"Jeanne <Neuve@plougastel.example>"}`)
	if pending, _ := a.json(t)["newEmail"].(map[string]any); a.status != http.StatusOK || pending["email"] != "neuve@plougastel.example" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	p.remind()
	if n := p.post.sentTo("neuve@plougastel.example"); n != 1 {
		t.Fatalf("%d mails to the new address", n)
	}
	letter := p.post.lastTo("neuve@plougastel.example")
	for _, secret := range []string{"Kerouédan", "Kerou", "Maëlys", ".1.m.", ".1.h.", "ancienne@"} {
		if strings.Contains(letter, secret) {
			t.Errorf("the letter to an address that may be a stranger's says %q", secret)
		}
	}
	id, token := p.mailedToken(confirming, "neuve@plougastel.example")
	if mine := p.ask("192.0.2.1", "GET", path, "", "Authorization", bearer).json(t)["person"].(map[string]any)["email"]; mine != "ancienne@plougastel.example" {
		t.Errorf("moved before it was confirmed: %v", mine)
	}
	confirm := func(token string) answer {
		return p.ask("192.0.2.1", "POST", "/api/enrolments/"+id+"/email", "", "Authorization", "Bearer "+token)
	}
	for name, wrong := range map[string]string{"the holder's link": strings.TrimPrefix(bearer, "Bearer "), "another token": token + "A", "none": ""} {
		if a := confirm(wrong); a.status != http.StatusUnauthorized {
			t.Errorf("%s confirms: %d", name, a.status)
		}
	}
	if a := p.ask("192.0.2.1", "GET", path, "", "Authorization", "Bearer "+token); a.status != http.StatusUnauthorized {
		t.Errorf("the link that confirms opens the file: %d", a.status)
	}
	done := confirm(token)
	if done.status != http.StatusOK || done.json(t)["enrolment"].(map[string]any)["person"].(map[string]any)["email"] != "neuve@plougastel.example" {
		t.Fatalf("%d %s", done.status, done.body)
	}
	if a := confirm(token); a.status != http.StatusOK {
		t.Errorf("confirming twice: %d", a.status)
	}
	if a := p.ask("192.0.2.1", "GET", path, "", "Authorization", bearer); a.status != http.StatusUnauthorized {
		t.Errorf("the link of before still opens: %d", a.status)
	}
	_, fresh := opened(t, done)
	if a := p.ask("192.0.2.1", "GET", path, "", "Authorization", fresh); a.status != http.StatusOK {
		t.Errorf("the new link: %d", a.status)
	}
	before := p.post.sentTo("ancienne@plougastel.example")
	p.remind()
	if n := p.post.sentTo("ancienne@plougastel.example") - before; n != 1 {
		t.Errorf("the former address was told %d times", n)
	}
	if told := p.post.lastTo("ancienne@plougastel.example"); strings.Contains(told, "neuve@") || strings.Contains(told, "/dossier/") {
		t.Error("the letter to the former address says the new one, or opens the file")
	}
	if !strings.Contains(p.post.lastTo("neuve@plougastel.example"), "/dossier/#"+id) {
		t.Error("the new address got no link of its own")
	}
	// The line of the audit.
	deeds, err := p.house.Store.Deeds(context.Background(), id)
	if err != nil || len(deeds) != 1 || deeds[0].Act != "address" || deeds[0].Changes[0].After != "neuve@plougastel.example" {
		t.Errorf("audit: %+v %v", deeds, err)
	}
}

func TestAskingForAnAddressDoesNotSayWhetherItIsKnownAndBombsNobody(t *testing.T) {
	p := newProduct(t)
	known := "connue@plougastel.example"
	p.enrol(1, p.session("budget-nantes"), known, "personnel")
	path, bearer := p.enrol(2, p.session("parole-rennes"), "moi@plougastel.example", "personnel")
	if _, err := p.house.Desk.Prove(context.Background(), strings.TrimPrefix(path, "/api/enrolments/")); err != nil {
		t.Fatal(err)
	}
	ask := func(email string) answer {
		a := p.ask("192.0.2.1", "PUT", path+"/email", `{"email":"`+email+`"}`, "Authorization", bearer)
		a.body = strings.ReplaceAll(a.body, email, "x")
		return a
	}
	of := func(a answer) any { return a.json(t)["newEmail"] }
	one, two := ask(known), ask("inconnue@plougastel.example")
	if one.status != two.status || of(one).(map[string]any)["by"] != of(two).(map[string]any)["by"] {
		t.Errorf("known: %d %v, unknown: %d %v", one.status, of(one), two.status, of(two))
	}
	p.remind()
	had, refused := p.post.sentTo(known), 0
	for range 40 {
		if ask(known).status == http.StatusTooManyRequests {
			refused++
		}
		p.remind()
		p.advance(time.Minute)
	}
	if n := p.post.sentTo(known) - had; n > 6 || refused == 0 {
		t.Errorf("%d mails to an address that somebody else gave within the hour, %d requests refused", n, refused)
	}
}

// confirmation has another address asked for, and gives what opens the link that was sent to it.
func (p *product) confirmation(path, bearer, email string) (confirm func() answer) {
	p.Helper()
	if a := p.ask("192.0.2.1", "PUT", path+"/email", `{"email":"`+email+`"}`, "Authorization", bearer); a.status != http.StatusOK {
		p.Fatalf("asking for another address: %d %s", a.status, a.body)
	}
	p.remind()
	_, token := p.mailedToken(confirming, email)
	return func() answer {
		return p.ask("192.0.2.1", "POST", path+"/email", "", "Authorization", "Bearer "+token)
	}
}

// proved is a file whose address its holder proved.
func (p *product) proved(n int, email string) (path, bearer string) {
	p.Helper()
	path, bearer = p.enrol(n, p.session("budget-nantes"), email, "personnel")
	if _, err := p.house.Desk.Prove(context.Background(), strings.TrimPrefix(path, "/api/enrolments/")); err != nil {
		p.Fatal(err)
	}
	return path, bearer
}

func TestALinkThatConfirmsAnAddressDiesWithTheFilesLinks(t *testing.T) {
	revoke := func(p *product, path string) {
		p.Helper()
		if _, err := p.house.Desk.MailLinks(p.Context(), strings.TrimPrefix(path, "/api/enrolments/"), true); err != nil {
			p.Fatal(err)
		}
	}
	for name, tale := range map[string]func(p *product, path string, confirm func() answer){
		"opened after the team revoked": func(p *product, path string, _ func() answer) {
			revoke(p, path)
		},
		"opened after linkRevision was raised in the table": func(p *product, path string, _ func() answer) {
			p.raiseLinks(path)
		},
		"opened in time, and again after the team revoked": func(p *product, path string, confirm func() answer) {
			if first, twice := confirm(), confirm(); first.status != http.StatusOK || twice.status != http.StatusOK {
				p.Errorf("confirming: %d, then %d", first.status, twice.status)
			}
			revoke(p, path)
		},
		"opened in time, and again after linkRevision was raised": func(p *product, path string, confirm func() answer) {
			confirm()
			p.raiseLinks(path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProduct(t)
			path, bearer := p.proved(1, "ancienne@plougastel.example")
			confirm := p.confirmation(path, bearer, "neuve@plougastel.example")
			tale(p, path, confirm)
			if a := confirm(); a.status != http.StatusUnauthorized || strings.Contains(a.body, "/dossier/") {
				t.Errorf("the old link answers %d, with a new one: %t", a.status, strings.Contains(a.body, "/dossier/"))
			}
		})
	}
}

func TestAnAddressThatNobodyConfirmedIsForgottenOnceItsTimeIsOver(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.proved(1, "ancienne@plougastel.example")
	confirm := p.confirmation(path, bearer, "neuve@plougastel.example")
	id := strings.TrimPrefix(path, "/api/enrolments/")
	e, err := p.house.Store.File(t.Context(), id)
	if err != nil || e.NewEmail == "" {
		t.Fatal("nothing asked for:", err)
	}
	stored := func() bool { t.Helper(); return strings.Contains(p.stored(path), "neuve@plougastel.example") }
	p.advance(e.NewEmailBy.Sub(p.now()) - time.Minute)
	p.remind()
	if !stored() {
		t.Error("forgotten before its time is over")
	}
	p.advance(2 * time.Minute)
	p.remind()
	if stored() {
		t.Error("still stored")
	}
	if a := confirm(); a.status != http.StatusUnauthorized {
		t.Errorf("confirmed too late: %d", a.status)
	}
	if a := p.ask("192.0.2.1", "GET", path, "", "Authorization", bearer); a.status != http.StatusOK || a.json(t)["person"].(map[string]any)["email"] != "ancienne@plougastel.example" {
		t.Errorf("the file: %d %s", a.status, a.body)
	}
}

// file is the key of a file's item.
func (p *product) file(path string) (*dynamodb.Client, map[string]types.AttributeValue) {
	return dynamodb.NewFromConfig(p.house.AWS), map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "E#" + strings.TrimPrefix(path, "/api/enrolments/")}, "sk": &types.AttributeValueMemberS{Value: "FILE"},
	}
}

// raiseLinks revokes the links of a file by hand, as whoever deploys may.
func (p *product) raiseLinks(path string) {
	p.Helper()
	db, key := p.file(path)
	if _, err := db.UpdateItem(p.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(dynamotest.TableName), Key: key, UpdateExpression: aws.String("ADD linkRevision :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
	}); err != nil {
		p.Fatal(err)
	}
}

// stored is all that the table holds of a file's item.
func (p *product) stored(path string) string {
	p.Helper()
	db, key := p.file(path)
	out, err := db.GetItem(p.Context(), &dynamodb.GetItemInput{TableName: aws.String(dynamotest.TableName), Key: key})
	if err != nil {
		p.Fatal(err)
	}
	whole := map[string]any{}
	if err := attributevalue.UnmarshalMap(out.Item, &whole); err != nil {
		p.Fatal(err)
	}
	return fmt.Sprint(whole)
}
