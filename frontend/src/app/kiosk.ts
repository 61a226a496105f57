import './kiosk/kiosk.js';
import { keepShell } from './shell.js';
import { registerWorker } from './sw-register.js';

registerWorker();
void keepShell();
