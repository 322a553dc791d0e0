// A watched folder in the real window: dropped, foreseen, sent, told about, and a file that never stands still.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { drag } from './drag.js';
import { Program, run, until } from './processes.js';
import { Sandbox, sha256 } from './sandbox.js';
import { atHome, terminal, TERMINAL, Window } from './window.js';

const room = mkdtempSync(join(tmpdir(), 'longshore-watches-'));
const home = join(room, 'home');
const folder = join(room, 'Invoices 2026');
const files = ['March.pdf', 'April & May.pdf', 'scans/lease.tif'].map((name, at) => [name, 100_000 * (at + 1)]);
const env = { LONGSHORE_PASSPHRASE: 'a passphrase for tests' };
let sandbox;
let window;
let writer;

before(async () => {
  mkdirSync(join(folder, 'scans'), { recursive: true });
  for (const [name, size] of files) writeFileSync(join(folder, name), randomBytes(size));
  writeFileSync(join(folder, '.env'), 'KEY=1');
  symlinkSync('/etc/hostname', join(folder, 'a link'));
  sandbox = await Sandbox.start();
  await sandbox.settings({ chunk_size: 1_000_000, allow_small_parts: true, rate_limit: 10_000 });
  const service = sandbox.says.providers.fileflare;
  const added = await run(TERMINAL, ['account', 'add', 'fileflare', '--name', 'Shop', '--base-url', service.base_url, '--secret-stdin'], {
    env: { ...atHome(home), ...env },
    input: `${service.secret.token}\n`,
  });
  assert.equal(added.code, 0, added.err);
  window = await Window.open(home, [], env);
  await window.see('nav');
});

after(async () => {
  await writer?.end('SIGKILL');
  await window?.close();
  await sandbox?.stop();
  rmSync(room, { recursive: true, force: true });
});

/** What the log of the watch says of a file, or null. */
const decision = async (name) => {
  const line = await window.find('section ol li', name);
  return line && window.page.executeScript("return arguments[0].textContent.replace(/\\s+/g, ' ')", line);
};
const decided = (name, text) => until(`the log says “${text}” of ${name}`, async () => (await decision(name))?.includes(text), 40);

test('a folder that is dropped can be watched, and shows before what would happen', async () => {
  await drag([folder]);
  await window.see('dialog h2', 'Where should these 4 files go?');
  await window.picture('40-dropped-folder');
  await window.press('dialog button', 'Watch this folder…');
  await window.see('dialog h2', 'Watch a folder');
  await window.see('dialog', folder);
  await window.see('dialog', '3 files, 600 kB would be sent');
  for (const [name] of files) await window.see('dialog .foreseen li', name);
  await window.picture('41-foreseen');
  await window.press('dialog .foreseen button', 'Left out 2');
  await window.see('dialog .foreseen li', 'It may hold keys or passwords');
  await window.see('dialog .foreseen li', 'links are not followed');
  await window.picture('42-left-out');
  assert.deepEqual((await sandbox.counters()).completions, 0, 'nothing was sent yet');
});

test('started, it sends each file once and says why', async () => {
  await window.press('dialog footer button', 'Start watching');
  await window.see('main h1', 'Invoices 2026');
  for (const [name] of files) await decided(name, 'The service has it.');
  await until('the log is settled', async () => (await window.find('.filters', 'Sent 3')) !== null);
  await window.picture('43-decisions');
  const assets = await sandbox.assets();
  assert.equal(assets.length, files.length);
  for (const [name] of files) {
    const found = assets.filter((asset) => asset.sha256 === sha256(join(folder, name)));
    assert.deepEqual(found.map((asset) => asset.name), [name]);
  }
});

test('a file that comes later is sent by itself', async () => {
  writeFileSync(join(folder, 'June.pdf'), randomBytes(70_000));
  await decided('June.pdf', 'Settling');
  await window.picture('44-settling');
  await decided('June.pdf', 'Sent');
  const assets = await sandbox.assets();
  assert.equal(assets.filter((asset) => asset.sha256 === sha256(join(folder, 'June.pdf'))).length, 1);
  assert.equal(assets.length, files.length + 1);
});

test('of a file that another program holds open a snapshot is sent, when the person asks for one', async () => {
  const log = join(folder, 'scanner.log');
  const hold = `import sys
f = open(sys.argv[1], 'wb')
f.write(b'page 1' * 20000)
f.flush()
print('held', flush=True)
sys.stdin.read()`;
  writer = new Program('/usr/bin/python3', ['-c', hold, log]);
  assert.equal(await writer.line(), 'held');
  await decided('scanner.log', 'Another program has it open for writing');
  await window.picture('45-held-open');
  await window.press('button[aria-label="Send a snapshot of scanner.log"]');
  await window.see('aside', 'A snapshot of “scanner.log” is in the queue.');
  const stored = await until('it is stored', async () => (await sandbox.assets()).find((asset) => asset.name === 'scanner.log' && asset.confirmed), 40);
  assert.equal(stored.sha256, createHash('sha256').update(readFileSync(log)).digest('hex'));
  await window.picture('46-snapshot');
  const watch = (await terminal(home, 'watch', 'list', '--json')).json[0];
  assert.equal(watch.files.settling, 1, 'for the watch the file is still to be sent');
  await writer.closeInput();
  await decided('scanner.log', 'Sent');
});

test('the watch can be looked at in dark and in light', async () => {
  const settings = (await window.call('get_settings', {})).answer;
  for (const theme of ['dark', 'light']) {
    await window.call('set_settings', { ...settings, theme });
    await until(`the page is ${theme}`, () => window.find(`html[data-theme=${theme}] body`));
    await window.picture(`47-watch-${theme}`);
    await window.press('button', 'Preview');
    await window.see('dialog h2', 'What “Invoices 2026” would do now');
    await window.see('dialog', 'Nothing would be sent.');
    await window.picture(`48-preview-${theme}`);
    await window.press('dialog button[aria-label="Close"]');
    await until('the dialog closes', async () => !(await window.find('dialog')));
  }
});
