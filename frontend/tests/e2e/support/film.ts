/** What Chromium's fake camera films: a code on a sheet of paper, written anew before the camera opens. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'uqr';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 2;

export const film = join(tmpdir(), `echarpe-film-${process.pid}.y4m`);
process.on('exit', () => rmSync(film, { force: true }));

/** The code fills a third of the picture's height, a little off its middle, on paper that is not quite white. */
export function filmed(text: string) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const square = Math.floor((HEIGHT * 0.6) / size);
  const luma = Buffer.alloc(WIDTH * HEIGHT, 120);
  const [left, top] = [150, 90];
  for (let y = 0; y < size * square; y++)
    for (let x = 0; x < size * square; x++)
      luma[(top + y) * WIDTH + left + x] = data[Math.floor(y / square)]![Math.floor(x / square)] ? 40 : 220;
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(film, Buffer.concat([head, ...Array<Buffer>(FRAMES).fill(frame)]));
}
