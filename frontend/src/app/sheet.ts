import { keepShell } from './shell.js';
import './sheet/sheet.js';
import { registerWorker } from './sw-register.js';

registerWorker();
void keepShell();
