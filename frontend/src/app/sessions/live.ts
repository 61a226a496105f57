/** Fresh seats, politely: every half minute while the page is seen, at once when it is seen again. */
export class Poll {
  private timer = 0;
  constructor(
    private readonly ask: () => Promise<void>,
    private readonly every = 30_000,
  ) {}

  start() {
    document.addEventListener('visibilitychange', this.seen);
    addEventListener('online', this.seen);
    this.plan();
  }

  stop() {
    document.removeEventListener('visibilitychange', this.seen);
    removeEventListener('online', this.seen);
    clearTimeout(this.timer);
  }

  private readonly seen = () => {
    if (!document.hidden) void this.turn();
  };

  /** Spread by a fifth, so that a room full of phones does not ask in step. */
  private plan() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.turn(), this.every * (0.9 + Math.random() * 0.2));
  }

  private async turn() {
    if (!document.hidden) await this.ask();
    this.plan();
  }
}
