/** A QR code as an inline drawing: dark on white whatever the theme, with its quiet zone. */
import { svg, html } from 'lit';
import { encode } from 'uqr';

export function qr(address: string, label: string) {
  const { data, size } = encode(address, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : '')));
  return html`<svg
    class="code"
    viewBox="0 0 ${size} ${size}"
    role="img"
    aria-label=${label}
    shape-rendering="crispEdges"
  >
    ${svg`<path d=${path}></path>`}
  </svg>`;
}
