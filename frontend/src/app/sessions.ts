import './sessions/list.js';
import './core.js';
