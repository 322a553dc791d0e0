// The world outside for one test file: a sandbox as a child process, and its control address.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Program } from './processes.js';
import { TERMINAL } from './window.js';

export class Sandbox {
  static async start() {
    const sandbox = new Sandbox();
    sandbox.program = new Program(TERMINAL, ['sandbox']);
    sandbox.says = JSON.parse(await sandbox.program.line());
    return sandbox;
  }

  async #ask(path, body) {
    const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${this.says.control}/_sandbox/${path}`, how);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  settings(change) {
    return this.#ask('settings', change);
  }

  counters() {
    return this.#ask('counters');
  }

  assets() {
    return this.#ask('assets');
  }

  /** Files at FileFactory; answers their links. */
  async host(files) {
    return (await this.#ask('filefactory', files)).links;
  }

  /** The SHA-256 of so many bytes that the sandbox makes of a seed. */
  async contentOf(seed, size) {
    const answer = await fetch(`${this.says.files}/f/any.bin?size=${size}&seed=${seed}`);
    return createHash('sha256').update(Buffer.from(await answer.arrayBuffer())).digest('hex');
  }

  /** It ends when its standard input does. */
  async stop() {
    await this.program.closeInput();
  }
}

export const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
