package document

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	_ "image/jpeg" // a logo may be one
	_ "image/png"  // or the other
	"sync"

	"github.com/echarpe/echarpe/internal/pdf"
)

// The heaviest logo: it is stored with the organisation and drawn again on each paper.
const (
	LogoBytes  = 150_000
	LogoPixels = 1200 // a side
)

// CheckLogo tells whether a picture can stand on the papers: a PNG or a JPEG of 150 kB and 1,200 pixels a side at most.
func CheckLogo(picture []byte) error {
	_, err := decodeLogo(picture)
	return err
}

func decodeLogo(picture []byte) (image.Image, error) {
	if len(picture) > LogoBytes {
		return nil, fmt.Errorf("logo: %d kB, at most %d", len(picture)/1000, LogoBytes/1000)
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("logo: neither PNG nor JPEG: %w", err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > LogoPixels || config.Height > LogoPixels {
		return nil, fmt.Errorf("logo: %d × %d pixels, at most %d a side", config.Width, config.Height, LogoPixels)
	}
	decoded, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("logo: damaged: %w", err)
	}
	return decoded, nil
}

// logo draws the logo within a box and gives its width.
func (t *painter) logo(picture *pdf.Image, maxWidth, maxHeight float64) float64 {
	wide, high := float64(picture.Width), float64(picture.Height)
	scale := min(maxWidth/wide, maxHeight/high)
	t.tags.shape(t.at) // the name that follows says it
	t.page.Picture(t.doc.Picture(picture), margin, t.y, wide*scale, high*scale)
	return wide * scale
}

// lastLogo is the logo drawn last, made ready: the organisation has one, and it takes longer than the rest of a paper.
var lastLogo struct {
	sync.Mutex
	of    [sha256.Size]byte
	ready *pdf.Image
}

// readyLogo is nil when there is no logo, or none that can be drawn.
func readyLogo(picture []byte) *pdf.Image {
	if len(picture) == 0 {
		return nil
	}
	lastLogo.Lock()
	defer lastLogo.Unlock()
	of := sha256.Sum256(picture)
	if lastLogo.ready != nil && lastLogo.of == of {
		return lastLogo.ready
	}
	decoded, err := decodeLogo(picture)
	if err != nil {
		return nil
	}
	ready, err := pdf.NewImage(decoded)
	if err != nil {
		return nil
	}
	lastLogo.of, lastLogo.ready = of, ready
	return ready
}
