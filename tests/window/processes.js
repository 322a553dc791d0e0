// Programs that the tests start: each ends with the test that started it, by its own id.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A running program whose lines can be waited for. */
export class Program {
  #child;
  #lines = [];
  #readers = [];
  #ended = null;

  constructor(program, args, { env = {}, cwd } = {}) {
    this.#child = spawn(program, args, {
      env: { ...process.env, ...env },
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exit = once(this.#child, 'exit');
    const lines = createInterface(this.#child.stdout);
    lines.on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    this.#ended = exit.then(([code, signal]) => {
      this.exit = { code, signal };
      this.#wake();
      return this.exit;
    });
    // A program that is not there says so where its end is waited for.
    this.#ended.catch(() => this.#wake());
  }

  get pid() {
    return this.#child.pid;
  }

  #wake() {
    for (const reader of this.#readers.splice(0)) reader();
  }

  /** The next line that nobody has read yet. */
  async line() {
    while (this.#lines.length === 0) {
      if (this.exit) throw new Error(`the program ended with ${JSON.stringify(this.exit)} and said nothing`);
      await new Promise((resolve) => this.#readers.push(resolve));
    }
    return this.#lines.shift();
  }

  /** Waits until it has ended by itself. */
  ended() {
    return this.#ended;
  }

  /** Asks it to end, and waits. */
  async end(signal = 'SIGTERM') {
    if (!this.exit) this.#child.kill(signal);
    return this.#ended;
  }

  /** Closes its standard input, which some programs end with. */
  async closeInput() {
    this.#child.stdin.end();
    return this.#ended;
  }
}

/** Runs a program to its end. */
export async function run(program, args, { env = {}, input = '', cwd } = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, cwd, stdio: 'pipe' });
  // A program that does not read has ended before; how it ended says more.
  child.stdin.on('error', () => {}).end(input);
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const [code, signal] = await once(child, 'close');
  return { code, signal, out, err };
}

/** Waits until `look` gives something true, and returns it; fails with `what` and the last value. */
export async function until(what, look, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let seen;
  for (;;) {
    seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s, last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
