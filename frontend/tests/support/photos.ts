/** Photographs and papers as people choose them: made in the browser, heavy as a telephone's, each page with its number on it. */
import type { Page } from '@playwright/test';

export interface Chosen {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A photograph of a page: grain, so that it weighs what a telephone's does. It lies on its side, as the camera notes it (EXIF), when told. */
export async function photo(page: Page, n: number, width = 3000, height = 4000, sideways = false): Promise<Chosen> {
  const text = await page.evaluate(
    async ([n, width, height, sideways]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = sideways ? [height, width] : [width, height];
      const pen = canvas.getContext('2d')!;
      const grain = pen.createImageData(512, 512);
      for (let i = 0; i < grain.data.length; i++)
        grain.data[i] = i % 4 === 3 ? 255 : 205 + Math.floor(Math.random() * 50);
      const tile = document.createElement('canvas');
      tile.width = tile.height = 512;
      tile.getContext('2d')!.putImageData(grain, 0, 0);
      pen.fillStyle = pen.createPattern(tile, 'repeat')!;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      if (sideways) {
        pen.translate(0, width); // what stands upright once it is turned a quarter to the right
        pen.rotate(-Math.PI / 2);
      }
      pen.fillStyle = '#123';
      pen.font = `${width / 4}px sans-serif`;
      pen.fillText(`p. ${n}`, width / 8, height / 4);
      pen.font = `${width / 30}px sans-serif`;
      for (let y = height / 3; y < height - 100; y += width / 20)
        pen.fillText('Convention de formation, entre la collectivité et l’organisme, article', width / 12, y);
      const blob = await new Promise<Blob>((done) => canvas.toBlob((b) => done(b!), 'image/jpeg', 0.92));
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let out = '';
      for (let i = 0; i < bytes.length; i += 0x8000) out += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
      return btoa(out);
    },
    [n, width, height, sideways] as const,
  );
  const jpeg = Buffer.from(text, 'base64');
  return { name: `IMG_${n}.jpg`, mimeType: 'image/jpeg', buffer: sideways ? noted(jpeg, 6) : jpeg };
}

/** With what a camera notes of how it was held. */
function noted(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from([
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8], // big-endian, first directory at 8
    ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0], // one entry: Orientation, a short
    ...[0, 0, 0, 0],
  ]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(body.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), size, body, jpeg.subarray(2)]);
}

/** A PDF of so many bytes: one empty page, and a comment that weighs. */
export function pdfOf(bytes: number, name = 'convention-signee.pdf'): Chosen {
  const start =
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n';
  const end = 'trailer<</Root 1 0 R>>\n%%EOF\n';
  const buffer = Buffer.from(
    `${start}%${' '.repeat(Math.max(0, bytes - start.length - end.length - 2))}\n${end}`,
    'latin1',
  );
  return { name, mimeType: 'application/pdf', buffer };
}

export const docx = (): Chosen => ({
  name: 'convention.docx',
  mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  buffer: Buffer.from('PK\x03\x04 word/document.xml', 'latin1'),
});

export const heic = (): Chosen => ({
  name: 'IMG_0042.HEIC',
  mimeType: 'image/heic',
  buffer: Buffer.from('\0\0\0\x24ftypheic\0\0\0\0mif1heic', 'latin1'),
});
