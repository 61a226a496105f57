/**
 * What every page with a script shares, in one file fetched once: without this list the bundler would cut it into a
 * piece for each set of pages, and each piece is a request.
 */
import './address.js';
import './api.js';
import './choose.js';
import './contract.js';
import './floor.js';
import './form.js';
import './french.js';
import './icons.js';
import './page.js';
import './sessions/card.js';
import './sessions/live.js';
import './storage.js';
import './trusted.js';
import { registerWorker } from './sw-register.js';

registerWorker();
