/** Watches for stillness: after `idle` seconds warns, then counts down, then calls wipe. Any touch starts afresh. */
const IDLE = 90;
const COUNTDOWN = 30;

export class Idle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private left = 0;

  /** `tick(n)`: n seconds are left before the wipe; 0: no countdown under way. */
  constructor(
    private readonly tick: (left: number) => void,
    private readonly wipe: () => void,
  ) {}

  /** Someone is there. During a countdown only an explicit stay() counts. */
  touched() {
    if (this.left > 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(COUNTDOWN), IDLE * 1000);
  }

  stay() {
    this.left = 0;
    this.tick(0);
    this.touched();
  }

  stop() {
    clearTimeout(this.timer);
    this.left = 0;
    this.tick(0);
  }

  private count(left: number) {
    this.left = left;
    if (left === 0) {
      this.tick(0);
      return this.wipe();
    }
    this.tick(left);
    this.timer = setTimeout(() => this.count(left - 1), 1000);
  }
}
