/** Icons that say what the words beside them say: hidden from assistive technology. */
import { svg, html } from 'lit';

const drawings = {
  calendar: svg`<path d="M4 6h16v15H4zM4 10h16M8 3v5M16 3v5"/>`,
  place: svg`<path d="M12 22s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12z"/><circle cx="12" cy="10" r="2.5"/>`,
  video: svg`<path d="M3 6h12v12H3zM15 10l6-3v10l-6-3"/>`,
  seat: svg`<path d="M7 4v9h10V4M5 13h14v4H5zM7 17v4M17 17v4"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>`,
  euro: svg`<path d="M18 6a7 7 0 1 0 0 12M4 10h9M4 14h9"/>`,
  check: svg`<path d="m5 13 5 5 9-11"/>`,
  cross: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  alert: svg`<path d="M12 3 2 20h20zM12 9v5M12 17v.5"/>`,
  info: svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 7.5v.5"/>`,
  offline: svg`<path d="M2 8a15 15 0 0 1 20 0M6 12.5a9 9 0 0 1 12 0M12 18v.5M3 3l18 18"/>`,
  done: svg`<circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/>`,
  todo: svg`<circle cx="12" cy="12" r="9"/>`,
  paper: svg`<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"/>`,
  phone: svg`<path d="M6 3h3l2 5-2 1.5a11 11 0 0 0 5 5L16 13l5 2v3c0 2-1 3-3 3A15 15 0 0 1 3 6c0-2 1-3 3-3z"/>`,
  queue: svg`<circle cx="6" cy="8" r="2.5"/><circle cx="12" cy="8" r="2.5"/><circle cx="18" cy="8" r="2.5"/><path d="M3 19v-3a3 3 0 0 1 6 0v3M15 19v-3a3 3 0 0 1 6 0v3M9 19v-3a3 3 0 0 1 6 0v3"/>`,
  filter: svg`<path d="M4 6h16M7 12h10M10 18h4"/>`,
};

export type IconName = keyof typeof drawings;

export const icon = (name: IconName, extra = '') =>
  html`<svg class="icon ${extra}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawings[name]}</svg>`;
