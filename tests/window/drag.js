// A real drag and drop: files are dragged out of another process's window with the pointer, onto ours.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Program, run } from './processes.js';

const HERE = dirname(fileURLToPath(import.meta.url));
/** Where the source stands: below the window, which fills the upper left of the screen. */
const SOURCE = { x: 1120, y: 800 };

async function pointer(...words) {
  const done = await run('xdotool', words.map(String));
  if (done.code !== 0) throw new Error(`xdotool ${words.join(' ')}: ${done.err}`);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Drags these files to a point of the window. While they hang over it, WebDriver is not answered. */
export async function drag(paths, to = { x: 560, y: 360 }) {
  const uris = paths.map((path) => pathToFileURL(path).href);
  // Debian's own interpreter: one from a version manager does not see the system's GTK.
  const source = new Program('/usr/bin/python3', [join(HERE, 'drag_source.py'), SOURCE.x, SOURCE.y, ...uris].map(String));
  try {
    if ((await source.line()) !== 'ready') throw new Error('the drag source did not open');
    const from = { x: SOURCE.x + 40, y: SOURCE.y + 30 };
    await pointer('mousemove', from.x, from.y);
    await pointer('mousedown', 1);
    // The hand's own pace: the toolkit asks and answers between two moves.
    const steps = 12;
    for (let step = 1; step <= steps; step += 1) {
      const at = (axis) => Math.round(from[axis] + ((to[axis] - from[axis]) * step) / steps);
      await pointer('mousemove', at('x'), at('y'));
      await pause(80);
    }
    await pointer('mousemove', to.x + 3, to.y + 3);
    await pause(80);
    await pointer('mouseup', 1);
    const end = await source.line();
    if (end !== 'dropped') throw new Error('the window refused the drop');
  } finally {
    await source.end();
  }
}
