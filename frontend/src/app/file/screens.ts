/**
 * The forms of the file, which its first screen does without: one piece, fetched when somebody goes to one of them. It takes only what every
 * page shares; the bundler would cut whatever it shared with the file alone into one more piece, and the first screen would wait for it.
 * It names both lists, as each page does, for the same reason.
 */
import '../core.js';
import '../typed.js';
export { contactForm, loadPayer } from './contact-form.js';
export { opinion } from './opinion.js';
export { otherSession, others } from './other-session.js';
export { payment } from './payment.js';
