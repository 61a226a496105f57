import './enrol/enrol.js';
import './core.js';
