import './kiosk/kiosk.js';
