/** The proof of work, beside the page: it stays usable meanwhile. */
import { search, type Challenge } from './work.js';

addEventListener('message', (event: MessageEvent<Challenge>) => {
  search(event.data).then(
    (solution) => postMessage({ solution }),
    () => postMessage({}),
  );
});
