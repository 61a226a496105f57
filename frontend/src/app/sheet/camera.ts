/** The part of the sheet that reads the codes of convocations with the camera. */
import { html, nothing, Page } from '../page.js';
import { canRead, whose } from './code.js';
import type { Attendee, SheetData } from './taps.js';

class Camera extends Page {
  static override properties = {
    open: { state: true },
    front: { state: true },
    said: { state: true },
    good: { state: true },
    sheet: { attribute: false },
  };
  declare open: boolean;
  declare front: boolean;
  declare said: string;
  declare good: boolean;
  declare sheet?: SheetData;
  /** Marks somebody present; tells whether they were not already. */
  present?: (person: Attendee) => boolean;
  private stop?: AbortController;

  constructor() {
    super();
    this.open = this.front = this.good = false;
    this.said = '';
  }

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.away);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.away);
    this.close();
  }

  private readonly away = () => {
    if (document.visibilityState === 'hidden') this.close();
  };

  private readonly close = () => {
    this.stop?.abort();
    this.open = false;
  };

  private async start(front: boolean) {
    this.stop?.abort();
    const stop = (this.stop = new AbortController());
    this.front = front;
    this.open = true;
    this.said = '';
    await this.updateComplete;
    const { scan, refusal } = await import('./scan.js').catch(() => ({ scan: undefined, refusal: undefined }));
    try {
      if (!scan) throw new Error('not loaded');
      await scan(this.querySelector('video')!, { front, seen: this.seen, signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return;
      this.close();
      this.say(
        refusal?.(error) ??
          'La lecture des codes n’est pas encore sur cette tablette, et le réseau ne répond pas. Touchez les noms.',
      );
    }
  }

  private say(text: string, good = false) {
    this.said = text;
    this.good = good;
  }

  private readonly seen = async (text: string) => {
    const read = await whose(text, this.sheet!);
    if ('why' in read) return this.say(read.why);
    const fresh = this.present!(read.person);
    this.say(`${fresh ? 'Présence notée' : 'Déjà noté'}\u00a0: ${read.person.name}`, true);
  };

  protected override render() {
    if (!canRead()) return nothing;
    return html`${
        this.open
          ? html`<div class="camera">
              <p>Montrez à la caméra le code qui est au bas de la convocation, sur papier ou sur un téléphone.</p>
              <video playsinline muted .muted=${true} aria-label="Ce que voit la caméra"></video>
              <div class="acts">
                <button class="button" type="button" @click=${this.close}>Arrêter la caméra</button>
                <button class="button quiet" type="button" @click=${() => void this.start(!this.front)}>
                  L’autre caméra
                </button>
              </div>
            </div>`
          : html`<button class="button quiet scan" type="button" @click=${() => void this.start(this.front)}>
              Lire les codes des convocations
            </button>`
      }
      <p class="read ${this.said ? (this.good ? 'good' : 'bad') : ''}" role="status">${this.said}</p>`;
  }
}

customElements.define('ec-camera', Camera);
