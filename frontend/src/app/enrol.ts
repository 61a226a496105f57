import './enrol/enrol.js';
import './typed.js';
import './core.js';
