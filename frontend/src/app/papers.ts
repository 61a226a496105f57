import './papers/papers.js';
import './typed.js';
import './core.js';
