// Package scan keeps, in a private bucket, the conventions that collectivités sign by hand and send from their page.
//
// A browser sends each page straight to the bucket, by a form that we signed: this type, this size to the byte, this name under uploads/,
// for a quarter of an hour. What arrives is not trusted. When the last page is there its first bytes are read, and only what begins as a
// PDF, a JPEG or a PNG does is copied under scans/, which no form writes: what was read is what staff gets. uploads/ is emptied by the
// bucket itself after a day. What is under scans/ is noted in the table before it is there, so that nothing stays that no file knows,
// wherever a process ends (sweep.go).
package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/scan/handout"
)

// uploads is where what arrives is; what was read is kept in [handout.Folder]. The bucket's rules (template.yaml) know both.
const uploads = "uploads/"

const (
	uploadFor = 15 * time.Minute // a form may be used
	workers   = 8                // pages looked at together
)

// Bucket is where scans are.
type Bucket struct {
	s3     *s3.Client
	signed *s3.PresignClient
	name   string
}

// Open gives the bucket of a name. At a local address, buckets are folders of it.
func Open(cfg aws.Config, name string) *Bucket {
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
	return &Bucket{s3: client, signed: s3.NewPresignClient(client), name: name}
}

// arrived is the name of a page that a browser sent.
func arrived(fileID, scanID string, page int) string {
	return handout.KeyIn(uploads, fileID, scanID, page)
}

// Offer gives, for each page, the form by which a browser sends it; nil for one that is there already.
func (b *Bucket) Offer(ctx context.Context, fileID, scanID string, pages []enrolment.ScanPage) ([]*enrolment.Upload, error) {
	forms := make([]*enrolment.Upload, len(pages))
	err := each(len(pages), func(i int) error {
		at := arrived(fileID, scanID, i+1)
		there, err := b.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &at})
		if err == nil && aws.ToInt64(there.ContentLength) == pages[i].Size {
			return nil
		}
		if err != nil && !absent(err) {
			return fmt.Errorf("look for a page: %w", err)
		}
		forms[i], err = b.form(ctx, at, pages[i])
		return err
	})
	return forms, err
}

// form signs what one page may be: the bucket itself refuses any other type, size or name.
func (b *Bucket) form(ctx context.Context, at string, p enrolment.ScanPage) (*enrolment.Upload, error) {
	post, err := b.signed.PresignPostObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &at}, func(o *s3.PresignPostOptions) {
		o.Expires = uploadFor
		o.Conditions = []any{[]any{"content-length-range", p.Size, p.Size}, map[string]string{"Content-Type": p.Type}}
	})
	if err != nil {
		return nil, fmt.Errorf("sign a form: %w", err)
	}
	post.Values["Content-Type"] = p.Type
	return &enrolment.Upload{URL: post.URL, Fields: post.Values}, nil
}

// Check reads what arrived of a scan: every page is there, and begins as what it was said to be. Refusals: scan-incomplete, scan-refused,
// with the pages by field.
func (b *Bucket) Check(ctx context.Context, fileID, scanID string) (Checked, error) {
	n := enrolment.ScanPages(scanID)
	seen := Checked{fileID: fileID, Scan: enrolment.Scan{ID: scanID, Pages: make([]enrolment.ScanPage, n)}, tags: make([]string, n)}
	var mu sync.Mutex
	missing, wrong := map[string]string{}, map[string]string{}
	err := each(n, func(i int) error {
		p, tag, err := b.look(ctx, arrived(fileID, scanID, i+1))
		field := fmt.Sprintf("pages.%d", i+1)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case absent(err):
			missing[field] = enrolment.PageName(i+1, n) + " n’est pas arrivée."
		case err != nil:
			return fmt.Errorf("read a page: %w", err)
		case p.Type == "" || n > 1 && p.Type == enrolment.ScanPDF:
			wrong[field] = enrolment.ScanFault(i+1, n)
		}
		seen.Pages[i], seen.tags[i] = p, tag
		return nil
	})
	switch {
	case err != nil:
		return Checked{}, err
	case len(missing) > 0:
		return Checked{}, &enrolment.Error{Kind: enrolment.KindScanIncomplete, Fields: missing}
	case len(wrong) > 0:
		return Checked{}, &enrolment.Error{Kind: enrolment.KindScanRefused, Fields: wrong, Detail: sentence(wrong)}
	}
	return seen, nil
}

// sentence is one fault among several: the page with the lowest number.
func sentence(faults map[string]string) string {
	for i := 1; i <= enrolment.MostScanPages; i++ {
		if said, ok := faults[fmt.Sprintf("pages.%d", i)]; ok {
			return said
		}
	}
	return ""
}

// Checked is a scan whose pages were read, in the very state that was read.
type Checked struct {
	enrolment.Scan
	fileID string
	tags   []string
}

// first is how much of a page is read: all that [http.DetectContentType] looks at.
const first = 512

// look reads how a page begins. Its type is "" when it is none that a page may have, whatever it was said to be.
func (b *Bucket) look(ctx context.Context, at string) (enrolment.ScanPage, string, error) {
	o, err := b.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &at, Range: aws.String(fmt.Sprintf("bytes=0-%d", first-1))})
	if err != nil {
		return enrolment.ScanPage{}, "", err
	}
	defer o.Body.Close()
	head, err := io.ReadAll(io.LimitReader(o.Body, first))
	if err != nil {
		return enrolment.ScanPage{}, "", err
	}
	p := enrolment.ScanPage{Size: aws.ToInt64(o.ContentLength)}
	if _, whole, ok := strings.Cut(aws.ToString(o.ContentRange), "/"); ok {
		if _, err := fmt.Sscan(whole, &p.Size); err != nil {
			return enrolment.ScanPage{}, "", fmt.Errorf("size of a page: %w", err)
		}
	}
	if real := http.DetectContentType(head); real == aws.ToString(o.ContentType) {
		switch real {
		case enrolment.ScanPDF, enrolment.ScanJPEG, enrolment.ScanPNG:
			p.Type = real
		}
	}
	return p, aws.ToString(o.ETag), nil
}

// Keep copies the pages to where no form writes; one that was changed since it was read is refused as incomplete. The caller has noted
// before that they are to be deleted unless their file knows them ([Sweeper]).
func (b *Bucket) Keep(ctx context.Context, c Checked) error {
	return each(len(c.Pages), func(i int) error {
		from := b.name + "/" + arrived(c.fileID, c.ID, i+1)
		_, err := b.s3.CopyObject(ctx, &s3.CopyObjectInput{
			Bucket: &b.name, Key: aws.String(handout.Key(c.fileID, c.ID, i+1)), CopySource: &from, CopySourceIfMatch: &c.tags[i],
			// What was said of the upload stays with the upload: its marks may be somebody else's, and a malware scan marks the copy itself.
			TaggingDirective: types.TaggingDirectiveReplace,
		})
		if absent(err) || isStatus(err, http.StatusPreconditionFailed) {
			return &enrolment.Error{Kind: enrolment.KindScanIncomplete}
		}
		if err != nil {
			return fmt.Errorf("keep a page: %w", err)
		}
		return nil
	})
}

// Delete empties the bucket of a scan, kept or only sent; of one that is not there it is no error.
func (b *Bucket) Delete(ctx context.Context, fileID, scanID string) error {
	n := enrolment.ScanPages(scanID)
	return each(2*n, func(i int) error {
		folder := []string{uploads, handout.Folder}[i/n]
		_, err := b.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: aws.String(handout.KeyIn(folder, fileID, scanID, i%n+1))})
		if err != nil && !absent(err) {
			return fmt.Errorf("delete a page: %w", err)
		}
		return nil
	})
}

// each does something with each of n, a few at once, and gives one error of those there were.
func each(n int, do func(i int) error) error {
	var group sync.WaitGroup
	faults, slots := make([]error, n), make(chan struct{}, workers)
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			faults[i] = do(i)
		})
	}
	group.Wait()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return nil
}

func absent(err error) bool { return isStatus(err, http.StatusNotFound) }

func isStatus(err error, status int) bool {
	var answer interface{ HTTPStatusCode() int }
	return errors.As(err, &answer) && answer.HTTPStatusCode() == status
}
