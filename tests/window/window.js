// The real window through WebKit's own WebDriver: a home, a session, and what a person sees and presses.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Builder, By } from 'selenium-webdriver';

import { Program, run, until } from './processes.js';

const must = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must name the program to test`);
  return value;
};
export const WINDOW = must('LONGSHORE_WINDOW');
export const TERMINAL = must('LONGSHORE_BIN');

/** Where pictures of the window go; named at the end of a run. */
export const PICTURES = process.env.LONGSHORE_PICTURES ?? join(tmpdir(), 'longshore-window');

/** A port that was free a moment ago: WebKit's driver does not choose one by itself. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The environment of everything that belongs to one home. */
export const atHome = (home) => ({ LONGSHORE_HOME: home });

export class Window {
  /** Opens the window of this home, with these arguments. */
  static async open(home, args = [], env = {}) {
    const window = new Window();
    const port = await freePort();
    window.home = home;
    window.driver = new Program('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
      env: { ...atHome(home), TAURI_WEBVIEW_AUTOMATION: 'true', ...env },
    });
    const address = `http://127.0.0.1:${port}`;
    await until('the driver answers', () =>
      fetch(`${address}/status`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    window.page = await new Builder()
      .usingServer(address)
      .withCapabilities({ browserName: 'wry', 'webkitgtk:browserOptions': { binary: WINDOW, args } })
      .build();
    window.pid = childOf(window.driver.pid);
    return window;
  }

  /** The window ends as at the end of a session; the end of WebDriver's only takes its page away. */
  async close() {
    await this.page.quit().catch(() => {});
    await this.driver.end();
    if (existsSync(`/proc/${this.pid}`)) process.kill(this.pid, 'SIGTERM');
    await until('the window has ended', () => !existsSync(`/proc/${this.pid}`));
  }

  /** The element that `css` finds and whose text has `text` in it, as soon as it is to be seen. */
  see(css, text = '', seconds = 20) {
    return until(`${css} with “${text}” is to be seen`, () => this.find(css, text), seconds);
  }

  /** The same, now, or null. */
  async find(css, text = '') {
    return this.page.executeScript(
      `const [css, text] = arguments;
       const seen = (element) => element.checkVisibility({ visibilityProperty: true })
         && element.textContent.replace(/\\s+/g, ' ').includes(text);
       return [...document.querySelectorAll(css)].find(seen) ?? null;`,
      css,
      text,
    );
  }

  async press(css, text = '') {
    const element = await this.see(css, text);
    await element.click();
  }

  /** Types into the field that this label names. */
  async type(label, words) {
    const field = await this.see('label', label);
    const input = await field.findElement(By.css('input'));
    await input.clear();
    await input.sendKeys(words);
  }

  /** Puts a text into a field at once, as a paste does. */
  async fill(css, text) {
    const field = await this.see(css);
    await this.page.executeScript(
      `const [field, text] = arguments;
       field.focus();
       field.value = text;
       field.dispatchEvent(new InputEvent('input', { bubbles: true }));`,
      field,
      text,
    );
  }

  /** Pastes a text where this element is. */
  async paste(css, text) {
    const field = await this.see(css);
    await this.page.executeScript(
      `const [field, text] = arguments;
       const clipboardData = new DataTransfer();
       clipboardData.setData('text/plain', text);
       field.focus();
       field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));`,
      field,
      text,
    );
  }

  /** From now on the page notes how far apart its frames are. */
  watchFrames() {
    return this.page.executeScript(
      `const seen = { longest: 0, count: 0, last: performance.now(), over: false };
       globalThis.frames = seen;
       const next = (now) => {
         seen.longest = Math.max(seen.longest, now - seen.last);
         seen.last = now;
         seen.count += 1;
         if (!seen.over) requestAnimationFrame(next);
       };
       requestAnimationFrame(next);`,
    );
  }

  /** The longest time between two frames since then, in milliseconds, and how many there were. */
  framesWatched() {
    return this.page.executeScript('globalThis.frames.over = true; return { ...globalThis.frames };');
  }

  /** What the engine and the page hold in memory, in MiB. */
  async memory() {
    const mib = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const page = childOf(this.pid, 'WebKitWebProcess');
    return { engine: Math.round(mib(this.pid)), page: Math.round(mib(page)) };
  }

  /** A picture of the window, for people. */
  async picture(name) {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.executeAsyncScript(
      `const [done] = arguments;
       const ends = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
       Promise.allSettled(ends.map((one) => one.finished)).then(() => done());`,
    );
    // WebKit takes the picture with the next frame, and for a page that stands still there is none.
    await this.page.executeScript(
      `const dot = document.createElement('i');
       dot.style.cssText = 'position: fixed; inset: auto auto 0 0; width: 1px; height: 1px; background: gray';
       document.documentElement.append(dot);
       const timer = setInterval(() => { dot.style.opacity = dot.style.opacity === '0.5' ? '0.6' : '0.5'; }, 16);
       globalThis.stand = () => { clearInterval(timer); dot.remove(); };`,
    );
    writeFileSync(join(PICTURES, `${name}.png`), await this.page.takeScreenshot(), 'base64');
    await this.page.executeScript('globalThis.stand()');
  }

  /** The text of the row of the transfer with this name, or null. */
  async row(name) {
    const row = await this.find('[role=row]', name);
    return row && this.page.executeScript("return arguments[0].textContent.replace(/\\s+/g, ' ')", row);
  }

  /** What the queue's rows say, by the name of the file. */
  rowSays(name, text, seconds) {
    return until(`the row of ${name} says “${text}”`, async () => (await this.row(name))?.includes(text), seconds);
  }

  /** From now on the page notes whether it shows this text, for moments in which it cannot be asked. */
  watchFor(text) {
    return this.page.executeScript(
      `globalThis.noted = false;
       new MutationObserver(() => { globalThis.noted ||= document.body.textContent.includes(arguments[0]); })
         .observe(document.body, { childList: true, subtree: true, characterData: true });`.replace('arguments[0]', JSON.stringify(text)),
    );
  }

  /** Whether it did. */
  wasSeen() {
    return this.page.executeScript('return globalThis.noted');
  }

  /** Gives a command as the page does. */
  call(name, ask) {
    return this.page.executeAsyncScript(
      `const [name, ask, done] = arguments;
       window.__TAURI_INTERNALS__.invoke('call', { name, ask, changes: null })
         .then((answer) => done({ answer }), (error) => done({ error }));`,
      name,
      ask,
    );
  }
}

/** The program that this one started, of this name where one is given. */
function childOf(parent, name = '') {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const child = pids.find((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The system keeps the first 15 letters of a name.
      return stat.split(') ')[1].split(' ')[1] === String(parent) && stat.includes(`(${name.slice(0, 15)}`);
    } catch {
      return false;
    }
  });
  return Number(child);
}

/** The terminal beside the window; its answer as it came, or as JSON values, one a line. */
export async function terminal(home, ...args) {
  const done = await run(TERMINAL, args, { env: atHome(home) });
  const lines = done.out.split('\n').filter((line) => line.startsWith('{'));
  return { ...done, json: lines.map((line) => JSON.parse(line)) };
}
