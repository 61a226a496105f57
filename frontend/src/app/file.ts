import './file/file.js';
import './typed.js';
import './core.js';
