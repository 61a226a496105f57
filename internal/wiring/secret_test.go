package wiring

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/link"
)

func TestTheSecretOfTheTemplateIsReadByItsVersions(t *testing.T) {
	old, young := strings.Repeat("Ab", 32), strings.Repeat("9z", 32)
	text, err := keysText(`{"2":"` + young + `","1":"` + old + `"}`)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := link.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	before, err := link.ParseKeys("1:" + hex.EncodeToString([]byte(old)))
	if err != nil {
		t.Fatal(err)
	}
	if scope, ok := keys.Open(before.Token(link.Holder, "file", 0), "file", 0); !ok || scope != link.Holder {
		t.Error("a link made before the rotation does not open")
	}
	if !strings.HasPrefix(keys.Token(link.Holder, "file", 0), "2.") {
		t.Error("the newest version does not sign")
	}
}

func TestASecretThatCannotBeReadIsNotQuoted(t *testing.T) {
	_, err := keysText("hunter2")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}
