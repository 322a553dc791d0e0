// What the window keeps out and in: hostile names, foreign pages, listening sockets, lost ends.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Program, run, until } from './processes.js';
import { Sandbox } from './sandbox.js';
import { family, listening } from './sockets.js';
import { answer, close, windowNamed } from './windows.js';
import { atHome, terminal, Window, WINDOW } from './window.js';

const room = mkdtempSync(join(tmpdir(), 'longshore-walls-'));
const home = join(room, 'home');
const env = { LONGSHORE_PASSPHRASE: 'a passphrase for tests' };
const HOSTILE = [
  '<img src=x onerror=globalThis.ran=1>.txt',
  '"><script>globalThis.ran=1<\u2215script>.txt',
  "'; globalThis.ran=1; '.txt",
  '{{constructor.constructor("globalThis.ran=1")()}}.txt',
  '<svg onload=globalThis.ran=1>.svg',
  'javascript:globalThis.ran=1.txt',
  'new\nline.txt',
  'invoice\u202egpj.exe',
  '${globalThis.ran=1}.txt',
  '&lt;b&gt;bold&lt;b&gt;.txt',
];
let sandbox;
let window;
let foreign;
let visits = 0;

before(async () => {
  sandbox = await Sandbox.start();
  await sandbox.settings({ chunk_size: 1_000_000, allow_small_parts: true, rate_limit: 10_000 });
  foreign = createServer((_, answer) => {
    visits += 1;
    answer.end('<title>elsewhere</title>');
  }).listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  const added = await run(process.env.LONGSHORE_BIN, ['account', 'add', 'fileflare', '--name', 'Shop', '--base-url', sandbox.says.providers.fileflare.base_url, '--secret-stdin'], {
    env: { ...atHome(home), ...env },
    input: `${sandbox.says.providers.fileflare.secret.token}\n`,
  });
  assert.equal(added.code, 0, added.err);
  window = await Window.open(home, [], env);
  await window.see('nav');
});

after(async () => {
  await window?.close();
  await sandbox?.stop();
  foreign?.close();
  rmSync(room, { recursive: true, force: true });
});

test('hostile file names are shown as text and do nothing', async () => {
  const folder = join(room, 'hostile');
  mkdirSync(folder);
  for (const name of HOSTILE) writeFileSync(join(folder, name), randomBytes(100));
  const sent = await terminal(home, 'upload', ...HOSTILE.map((name) => join(folder, name)), '--to', 'Shop', '--detach', '--json');
  assert.equal(sent.code, 0, sent.err);
  for (const name of HOSTILE) {
    const shown = name.replace(/[\n\u202e]/g, '\ufffd');
    // The row cuts a name in two, so that its end stays in sight.
    await window.see('[role=row] bdi', shown.slice(0, 12));
  }
  await window.picture('20-hostile');
  assert.equal(await window.page.executeScript('return globalThis.ran ?? null'), null);
  assert.equal(await window.find('main img, main svg[onload]'), null);
});

test('the window goes to no other address', async () => {
  const here = await window.page.getCurrentUrl();
  const away = `http://127.0.0.1:${foreign.address().port}/`;
  await window.page.executeScript('location.href = arguments[0]', away);
  await window.page.executeScript('globalThis.opened = window.open(arguments[0])', away);
  await window.page.executeScript(
    `const link = Object.assign(document.createElement('a'), { href: arguments[0], target: '_blank' });
     document.body.append(link); link.click(); link.remove();`,
    away,
  );
  // The page's own policy stops these; they settle one way or the other.
  const reached = await window.page.executeAsyncScript(
    `const [away, done] = arguments;
     const tries = [fetch(away, { mode: 'no-cors' }), import(away), new Promise((yes, no) => {
       const picture = new Image(); picture.onload = yes; picture.onerror = no; picture.src = away; })];
     Promise.allSettled(tries).then((all) => done(all.filter((one) => one.status === 'fulfilled').length));`,
    away,
  );
  assert.equal(reached, 0);
  // A way out that was taken would have led somewhere by now.
  await window.page.executeAsyncScript('const [done] = arguments; setTimeout(done, 1000)');
  assert.equal(await window.page.getCurrentUrl(), here);
  assert.equal((await window.page.getAllWindowHandles()).length, 1);
  assert.equal(visits, 0);
  await fetch(away);
  assert.equal(visits, 1, 'the server beyond would have noticed');
  await window.see('nav');
});

test('the page may give no command but its own, and no plugin any', async () => {
  const refused = async (name, ask) => {
    const { error } = await window.call(name, ask);
    assert.ok(error, `${name} was obeyed`);
    return error.code;
  };
  assert.equal(await refused('enqueue_paths', { paths: ['/etc/passwd'], to: 'Shop' }), 'not_allowed');
  assert.equal(await refused('no_such_command', {}), 'unknown_command');
  assert.equal(await refused('pause', { ids: 'everything' }), 'bad_ask');
  assert.equal(
    await refused('offer_accept', { offer: '/etc/passwd', account: '', options: {}, limit: null }),
    'bad_ask',
  );
  for (const plugin of ['plugin:dialog|open', 'plugin:event|listen', 'plugin:window|set_title', 'plugin:path|resolve_directory', 'plugin:fs|read_file']) {
    const obeyed = await window.page.executeAsyncScript(
      `const [name, done] = arguments;
       window.__TAURI_INTERNALS__.invoke(name, {}).then(() => done(true), () => done(false));`,
      plugin,
    );
    assert.equal(obeyed, false, `${plugin} was obeyed`);
  }
  assert.equal(await window.page.executeScript('return typeof window.__TAURI__'), 'undefined');
});

test('a second start with files hands them over and ends', async () => {
  const file = join(room, 'Second start.txt');
  writeFileSync(file, 'second');
  const second = await run(WINDOW, ['Second start.txt', join(room, 'is not there.txt')], { env: atHome(home), cwd: room });
  assert.equal(second.code, 0, second.err);
  await window.see('dialog h2', 'Where should this file go?');
  await window.see('dialog', 'Second start.txt');
  await window.see('dialog summary', '1 item is left out');
  await window.picture('21-second-start');
  await window.press('dialog button', 'Discard');
});

test('a window started beside an engine in a terminal shows and steers its queue, and takes over from it', async () => {
  await window.close();
  window = null;
  const engine = new Program(process.env.LONGSHORE_BIN, ['run', '--json'], { env: { ...atHome(home), ...env } });
  try {
    await until('the engine answers', async () => (await terminal(home, 'list', '--json')).code === 0);
    window = await Window.open(home, [], env);
    await window.see('aside', 'Another Longshore on this computer works the queue');
    await sandbox.settings({ bandwidth: 300_000 });
    const file = join(room, 'steered.bin');
    writeFileSync(file, randomBytes(5_000_000));
    assert.equal((await terminal(home, 'upload', file, '--to', 'Shop', '--detach', '--json')).code, 0);
    await window.rowSays('steered.bin', 'Uploading');
    await window.picture('22-client');
    await window.press('[role=row] button[aria-label="Pause steered.bin"]');
    await window.rowSays('steered.bin', 'Paused');
    const rows = (await terminal(home, 'list', '--json')).json;
    assert.equal(rows.find((row) => row.name === 'steered.bin').state, 'paused');
  } finally {
    await engine.end();
  }
  await until('the window is the engine', async () => (await window.call('engine_status', {})).answer?.state === 'running');
  await sandbox.settings({ bandwidth: null });
  await window.press('[role=row] button[aria-label="Resume steered.bin"]');
  await window.rowSays('steered.bin', 'Completed');
  await window.close();
  window = null;
});

test('the window listens on no socket while it sends, and being told to end it leaves the queue in order', async () => {
  await sandbox.settings({ bandwidth: 300_000 });
  const file = join(room, 'long.bin');
  writeFileSync(file, randomBytes(20_000_000));
  // Not through WebDriver, which opens a socket of its own in the web view.
  const plain = new Program(WINDOW, ['Second start.txt'], { env: { ...atHome(home), ...env }, cwd: room });
  await until('its engine answers', async () => (await terminal(home, 'upload', file, '--to', 'Shop', '--detach', '--json')).code === 0);
  await until('bytes move', async () => (await sandbox.counters()).payload.now > 0);
  for (const pid of family(plain.pid)) assert.deepEqual(listening(pid), [], `process ${pid} listens`);
  assert.equal(plain.exit, undefined);
  assert.deepEqual(await plain.end('SIGTERM'), { code: 0, signal: null });
  const rows = (await terminal(home, 'list', '--json')).json;
  const row = rows.find((one) => one.name === 'long.bin');
  assert.ok(['queued', 'waiting'].includes(row.state), `after the end it is ${row.state}`);
});

test('closed while it sends, the window asks; without it the rest is sent, and then the program ends', async () => {
  // What the test before left unfinished goes on.
  const plain = new Program(WINDOW, [], { env: { ...atHome(home), ...env } });
  await until('bytes move', async () => (await sandbox.counters()).payload.now > 0);
  await close(await windowNamed('long.bin'));
  await answer(2);
  assert.equal((await terminal(home, 'list', '--json')).code, 0);
  const main = await windowNamed('long.bin');
  await close(main);
  await answer(1);
  await until('the window is off the screen', async () => (await run('xdotool', ['search', '--onlyvisible', '--name', 'long.bin'])).out === '');
  assert.equal(plain.exit, undefined);
  await sandbox.settings({ bandwidth: null });
  assert.deepEqual(await plain.ended(), { code: 0, signal: null });
  const rows = (await terminal(home, 'list', '--json')).json;
  assert.equal(rows.find((one) => one.name === 'long.bin').state, 'completed');
});

test('with --sandbox a newcomer finds an account that is signed in, and nothing is left running', async () => {
  const first = await Window.open(join(room, 'first look'), ['--sandbox'], env);
  try {
    await first.press('nav button', 'Accounts');
    await first.see('main', 'Fileflare (sandbox)');
    await first.see('main', 'Ready');
    await first.picture('23-sandbox');
  } finally {
    const children = family(first.pid);
    await first.close();
    await until('its children have ended', () => children.every((pid) => !existsSync(`/proc/${pid}`)));
  }
});
