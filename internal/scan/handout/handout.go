// Package handout gives the organisation's team what is kept in the bucket of scans: addresses that are good for some minutes.
//
// It is apart from package scan because it signs by itself what it asks, and does without the bucket's client: that one made functions/staff
// a quarter heavier (19.6 to 24.4 MB on arm64; this, 0.1), for two requests without a body.
package handout

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Folder is where what was read of a scan is kept; no form of a browser writes there.
const Folder = "scans/"

// Key is the name of a page that is kept.
func Key(fileID, scanID string, page int) string { return KeyIn(Folder, fileID, scanID, page) }

// KeyIn is the name of a page in a folder.
func KeyIn(folder, fileID, scanID string, page int) string {
	return fmt.Sprintf("%s%s/%s/%02d", folder, fileID, scanID, page)
}

const (
	readFor = 5 * time.Minute // an address may be used
	askFor  = 5 * time.Second // a mark may take to come
)

// Desk hands out what a bucket holds.
type Desk struct {
	Bucket  string
	Address string // of a local stack's server, whose buckets are its folders; "" for AWS
	Region  string
	Keys    aws.CredentialsProvider
	// Checked says that a malware scan marks what is safe.
	Checked bool
	// Now is the hour that the bucket knows, even where ours is moved.
	Now func() time.Time
}

// Read gives an address for each page, for a download: nothing that a stranger sent is ever shown in a page of ours. Refusals: conflict
// while the malware scan has not marked every page as safe, where there is one.
func (d Desk) Read(ctx context.Context, fileID string, s enrolment.Scan, named func(page int) string) ([]string, error) {
	if d.Checked {
		if err := d.safe(ctx, fileID, s); err != nil {
			return nil, err
		}
	}
	addresses := make([]string, len(s.Pages))
	for i, p := range s.Pages {
		address, err := d.sign(ctx, Key(fileID, s.ID, i+1), url.Values{
			"response-content-type":        {p.Type},
			"response-content-disposition": {`attachment; filename="` + named(i+1) + `"`},
		})
		if err != nil {
			return nil, err
		}
		addresses[i] = address
	}
	return addresses, nil
}

// sign gives an address that reads, for some minutes and whoever has it, what a query says of an object.
func (d Desk) sign(ctx context.Context, key string, query url.Values) (string, error) {
	keys, err := d.Keys.Retrieve(ctx)
	if err != nil {
		return "", fmt.Errorf("keys of the bucket: %w", err)
	}
	query.Set("X-Amz-Expires", strconv.Itoa(int(readFor.Seconds())))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.root()+key+"?"+query.Encode(), nil)
	if err != nil {
		return "", fmt.Errorf("address of a page: %w", err)
	}
	address, _, err := v4.NewSigner().PresignHTTP(ctx, keys, r, "UNSIGNED-PAYLOAD", "s3", d.Region, d.Now(), func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err != nil {
		return "", fmt.Errorf("sign an address: %w", err)
	}
	return address, nil
}

func (d Desk) root() string {
	if d.Address != "" {
		return d.Address + "/" + d.Bucket + "/"
	}
	return "https://" + d.Bucket + ".s3." + d.Region + ".amazonaws.com/"
}

// marked is how GuardDuty marks what it read, and what it found nothing in.
const (
	marked = "GuardDutyMalwareScanStatus"
	clean  = "NO_THREATS_FOUND"
	threat = "THREATS_FOUND"
)

// safe refuses a scan of which one page is not marked as clean: the first one, when there are several.
func (d Desk) safe(ctx context.Context, fileID string, s enrolment.Scan) error {
	var pages sync.WaitGroup
	faults := make([]error, len(s.Pages))
	for i := range s.Pages {
		pages.Go(func() {
			mark, err := d.mark(ctx, Key(fileID, s.ID, i+1))
			if err != nil {
				faults[i] = fmt.Errorf("read the mark of a page: %w", err)
				return
			}
			faults[i] = judge(mark)
		})
	}
	pages.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return nil
}

func judge(mark string) error {
	switch mark {
	case clean:
		return nil
	case threat:
		return enrolment.Refuse(enrolment.KindConflict, "La recherche de virus a trouvé une menace dans ce document\u00a0: il n’est pas remis. Demandez à la collectivité de l’envoyer autrement.")
	case "":
		return enrolment.Refuse(enrolment.KindConflict, "La recherche de virus n’a pas encore fini de lire ce document. Réessayez dans une minute.")
	default:
		return enrolment.Refuse(enrolment.KindConflict, "La recherche de virus n’a pas pu lire ce document\u00a0: il n’est pas remis. Demandez à la collectivité de l’envoyer autrement.")
	}
}

// tags are what a bucket says of an object.
type tags struct {
	Set []struct {
		Key   string `xml:"Key"`
		Value string `xml:"Value"`
	} `xml:"TagSet>Tag"`
}

// mark is what the malware scan found of a page; "" before it has.
func (d Desk) mark(ctx context.Context, key string) (string, error) {
	address, err := d.sign(ctx, key, url.Values{"tagging": {""}})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", unsigned(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the bucket answers %d", answer.StatusCode)
	}
	var found tags
	if err := xml.NewDecoder(io.LimitReader(answer.Body, 64<<10)).Decode(&found); err != nil {
		return "", fmt.Errorf("marks of a page: %w", err)
	}
	for _, t := range found.Set {
		if t.Key == marked {
			return t.Value, nil
		}
	}
	return "", nil
}

// unsigned leaves the address out of an error: whoever has it may read, for some minutes.
func unsigned(err error) error {
	if said, ok := err.(*url.Error); ok { //nolint:errorlint // what http.Client gives, never wrapped
		return said.Err
	}
	return err
}
