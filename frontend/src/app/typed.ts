/** What the pages that read an address or what people type share, in one file fetched once; the list of sessions does without. */
import 'echarpe:answers';
import './check.js';
import './link.js';
import './plain.js';
