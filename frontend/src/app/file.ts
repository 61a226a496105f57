import './file/file.js';
import './core.js';
