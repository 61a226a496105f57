import './group/group.js';
import './typed.js';
import './core.js';
