// Windows as the screen knows them: found by their title, closed as a window manager does, answered with the pointer.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run, until } from './processes.js';

const HERE = dirname(fileURLToPath(import.meta.url));

/** The id of the window whose title has `name` in it. */
export function windowNamed(name) {
  return until(`a window named ${name}`, async () => {
    const found = await run('xdotool', ['search', '--onlyvisible', '--name', name]);
    return found.out.trim().split('\n')[0];
  });
}

/** Asks a window to close. */
export async function close(window) {
  const done = await run('/usr/bin/python3', [join(HERE, 'close_window.py'), window]);
  if (done.code !== 0) throw new Error(done.err);
}

/** Presses a button, from 0, of the three of the question that closing asks. */
export async function answer(button) {
  const question = await windowNamed('Quit Longshore');
  const geometry = (await run('xdotool', ['getwindowgeometry', '--shell', question])).out;
  const [width, height] = ['WIDTH', 'HEIGHT'].map((name) => Number(new RegExp(`${name}=(\\d+)`).exec(geometry)[1]));
  const at = [Math.round((width * (2 * button + 1)) / 6), height - 15];
  await run('xdotool', ['mousemove', '--window', question, ...at, 'click', '1'].map(String));
  await until('the question is gone', async () => (await run('xdotool', ['search', '--onlyvisible', '--name', 'Quit Longshore'])).out === '');
}
