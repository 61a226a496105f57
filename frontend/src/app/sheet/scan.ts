/** The tablet's camera, and what reads codes in its picture: the browser where it can, a library otherwise. Loaded when asked for. */

/** Gives the text of a code in the picture, or nothing. */
type Reader = (video: HTMLVideoElement) => Promise<string | undefined>;
interface Detector {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

const LONGEST = 800;
const REST = 120;

/** Has what reads codes ready: a tablet that loses the network has it already. */
export async function reader(): Promise<Reader> {
  const { BarcodeDetector } = window as unknown as { BarcodeDetector?: DetectorClass };
  const formats = await BarcodeDetector?.getSupportedFormats().catch((): string[] => []);
  if (!formats?.includes('qr_code')) return library();
  const native = new BarcodeDetector!({ formats: ['qr_code'] });
  let instead: Reader | undefined;
  return async (video) => {
    if (instead) return instead(video);
    try {
      return (await native.detect(video))[0]?.rawValue;
    } catch {
      instead = await library(); // what promised to read codes does not, as on a device whose services were taken away
      return undefined;
    }
  };
}

async function library(): Promise<Reader> {
  const { decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const drawing = canvas.getContext('2d', { willReadFrequently: true })!;
  return async (video) => {
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(drawing.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined; // no code in this picture
    }
  };
}

/** Opens the camera and tells each code once while it is held there, until the signal stops it. */
export async function scan(
  video: HTMLVideoElement,
  { front, seen, signal }: { front: boolean; seen: (text: string) => Promise<void>; signal: AbortSignal },
) {
  const [read, stream] = await Promise.all([
    reader(),
    navigator.mediaDevices.getUserMedia({ video: { facingMode: front ? 'user' : 'environment' } }),
  ]);
  const close = () => stream.getTracks().forEach((track) => track.stop());
  if (signal.aborted) return close();
  signal.addEventListener('abort', close, { once: true });
  video.srcObject = stream; // floor: guarded, a stream is taken since Chrome 52; other sources from 108
  await video.play();
  let last = '';
  while (!signal.aborted) {
    const text = video.videoWidth ? await read(video) : undefined;
    if (text && text !== last && !signal.aborted) await seen(text);
    last = text ?? (await forgotten(video, read, last));
    await rest();
  }
}

/** A code that flickers for a moment is still the same one. */
async function forgotten(video: HTMLVideoElement, read: Reader, last: string) {
  if (!last) return '';
  for (let i = 0; i < 5; i++) {
    await rest();
    const again = await read(video);
    if (again) return again === last ? last : '';
  }
  return '';
}

const rest = () => new Promise((done) => setTimeout(done, REST));

/** What to say when the camera does not open. */
export function refusal(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError')
    return 'Cette page n’a pas le droit d’utiliser la caméra. Autorisez-la dans les réglages du navigateur, ou touchez les noms.';
  if (name === 'NotFoundError') return 'Cet appareil n’a pas de caméra. Touchez les noms.';
  return 'La caméra ne s’ouvre pas. Touchez les noms.';
}
