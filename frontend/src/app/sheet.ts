import { keepShell } from './shell.js';
import { canRead } from './sheet/code.js';
import './sheet/sheet.js';
import { registerWorker } from './sw-register.js';

registerWorker();
void keepShell().then(async () => {
  if (canRead()) await (await import('./sheet/scan.js')).reader(); // kept too: the network may go before a code is read
});
