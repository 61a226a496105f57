import './equipe/app.js';
