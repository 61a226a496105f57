/** Photographs made light enough for a weak network, in the browser: still well readable, the right way up. */
const LONGEST = 2000;
/** Twenty pages of this weight are what may be sent together. */
const LIGHT = 500_000;
/** Long side and quality, tried until the page is light; the last one is taken as it comes. */
const LAST = 0.5;
const STEPS: [number, number][] = [
  [LONGEST, 0.75],
  [LONGEST, 0.6],
  [1600, 0.6],
  [1280, LAST],
];
const THUMB = 200;

/** The page and a small picture of it; undefined when the browser cannot read the photograph. `turn`: a quarter to the right. */
export async function shrink(photo: Blob, turn = false): Promise<{ blob: Blob; thumb: string } | undefined> {
  const image = await load(photo);
  if (!image) return undefined;
  let drawn = draw(image, image.naturalWidth, image.naturalHeight, LONGEST, turn);
  const small = await jpeg(draw(drawn, drawn.width, drawn.height, THUMB), 0.7);
  const thumb = small ? URL.createObjectURL(small) : '';
  for (const [longest, quality] of STEPS) {
    if (longest < Math.max(drawn.width, drawn.height)) drawn = draw(drawn, drawn.width, drawn.height, longest);
    const blob = await jpeg(drawn, quality);
    if (blob && (blob.size <= LIGHT || quality === LAST)) return { blob, thumb };
  }
  return undefined;
}

const jpeg = (canvas: HTMLCanvasElement, quality: number) =>
  new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));

/** An image element, and no ImageBitmap: every browser turns it by what the camera noted (EXIF). */
function load(photo: Blob): Promise<HTMLImageElement | undefined> {
  const url = URL.createObjectURL(photo);
  const image = new Image();
  return new Promise<HTMLImageElement | undefined>((done) => {
    image.onload = () => done(image.naturalWidth ? image : undefined);
    image.onerror = () => done(undefined);
    image.src = url;
  }).finally(() => URL.revokeObjectURL(url));
}

function draw(from: CanvasImageSource, wide: number, high: number, longest: number, turn = false): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(wide, high));
  const [width, height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = turn ? [height, width] : [width, height];
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = '#fff'; // what is transparent in a PNG would be black in a JPEG
  pen.fillRect(0, 0, canvas.width, canvas.height);
  if (turn) {
    pen.translate(height, 0);
    pen.rotate(Math.PI / 2);
  }
  pen.drawImage(from, 0, 0, width, height);
  return canvas;
}
