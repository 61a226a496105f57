package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strconv"
)

// Picture is an image in one document.
type Picture struct {
	*Image
	key string
}

// Image is a picture made ready, once for every document: opaque, eight bits a channel, packed.
type Image struct {
	Width, Height int
	packed        []byte
}

// NewImage makes a picture ready, on white.
func NewImage(picture image.Image) (*Image, error) {
	flat := image.NewRGBA(picture.Bounds())
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), picture, picture.Bounds().Min, draw.Over)
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, flat); err != nil {
		return nil, err
	}
	packed, err := packedRows(file.Bytes())
	return &Image{Width: flat.Bounds().Dx(), Height: flat.Bounds().Dy(), packed: packed}, err
}

// packedRows takes from a PNG its rows as they are packed, which is how a PDF packs them too.
func packedRows(file []byte) ([]byte, error) {
	const signature, around = 8, 12 // of a chunk: length, name, sum
	var rows []byte
	for at := signature; at+around <= len(file); {
		length := int(binary.BigEndian.Uint32(file[at:]))
		if string(file[at+4:at+8]) == "IHDR" && !bytes.Equal(file[at+16:at+21], []byte{8, 2, 0, 0, 0}) {
			return nil, errors.New("picture: not eight bits of red, green and blue, row after row")
		}
		if string(file[at+4:at+8]) == "IDAT" {
			rows = append(rows, file[at+8:at+8+length]...)
		}
		at += around + length
	}
	return rows, nil
}

// Picture takes an image into the document.
func (d *Document) Picture(i *Image) *Picture {
	p := &Picture{Image: i, key: "I" + strconv.Itoa(len(d.pictures)+1)}
	d.pictures = append(d.pictures, p)
	return p
}

func (p *Picture) write(file *File) int {
	n := file.Next()
	file.Packed(n, fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "+
		"/DecodeParms <</Predictor 15 /Colors 3 /Columns %d>> ", p.Width, p.Height, p.Width), p.packed)
	return n
}
