import './sessions/detail.js';
import './core.js';
