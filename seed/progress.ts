/** The output for the progress, such as `process.stderr`. */
export interface Screen {
  isTTY?: boolean;
  write(text: string): unknown;
}

const width = 30;
const redrawMs = 100;
/** The minimum interval between lines if the output is not a terminal, so that a log stays short. */
const lineMs = 5_000;

/** A progress bar that is updated in place on a terminal; plain lines elsewhere. */
export class Progress {
  private shownAt = 0;
  private shown = '';

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = Date.now,
  ) {}

  /** Shows the progress of a step. Frequent updates are skipped, except the last one of a step. */
  step(label: string, done: number, total: number): void {
    const text = line(label, done, total, this.screen.isTTY === true);
    const wait = this.screen.isTTY ? redrawMs : lineMs;
    if (text === this.shown || (done < total && this.now() - this.shownAt < wait)) return;
    this.shownAt = this.now();
    this.shown = text;
    if (!this.screen.isTTY) this.screen.write(`${text}\n`);
    else this.screen.write(`\r${text}\u001b[K${done < total ? '' : '\n'}`);
  }
}

function line(label: string, done: number, total: number, bar: boolean): string {
  const share = total === 0 ? 1 : done / total;
  const full = Math.floor(share * width);
  const drawn = bar ? `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ` : '';
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${label.padEnd(18)} ${drawn}${percent}  ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}
