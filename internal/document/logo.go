package document

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // a logo may be one
	"image/png"
	"sync"

	"codeberg.org/go-pdf/fpdf"
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
func (t *painter) logo(plain []byte, maxWidth, maxHeight float64) float64 {
	options := fpdf.ImageOptions{ImageType: "png"}
	info := t.pdf.RegisterImageOptionsReader("logo", options, bytes.NewReader(plain))
	scale := min(maxWidth/info.Width(), maxHeight/info.Height())
	w, h := info.Width()*scale, info.Height()*scale
	t.tags.shape(t.pdf.PageNo()) // the name that follows says it
	t.pdf.ImageOptions("logo", margin, t.y, w, h, false, options, 0, "")
	return w
}

// lastLogo is the logo drawn last, made plain: the organisation has one, and a large one takes longer than the rest of a paper.
var lastLogo struct {
	sync.Mutex
	of    [sha256.Size]byte
	plain []byte
}

// plainLogo is the logo as the PDF library takes it, which panics on a damaged PNG and refuses some sound ones (interlaced, 16 bits): an
// opaque one made anew. It is nil when there is none that can be drawn.
func plainLogo(picture []byte) []byte {
	if len(picture) == 0 {
		return nil
	}
	lastLogo.Lock()
	defer lastLogo.Unlock()
	of := sha256.Sum256(picture)
	if lastLogo.plain != nil && lastLogo.of == of {
		return lastLogo.plain
	}
	decoded, err := decodeLogo(picture)
	if err != nil {
		return nil
	}
	flat := image.NewRGBA(decoded.Bounds())
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	var plain bytes.Buffer
	if png.Encode(&plain, flat) != nil {
		return nil
	}
	lastLogo.of, lastLogo.plain = of, plain.Bytes()
	return lastLogo.plain
}
