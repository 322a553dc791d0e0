// A newcomer's way: a passphrase, an account, files dropped from another program, and the proof that they arrived.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { drag } from './drag.js';
import { run, until } from './processes.js';
import { Sandbox, sha256 } from './sandbox.js';
import { PICTURES, terminal, Window } from './window.js';

const MB = 1_000_000;
const room = mkdtempSync(join(tmpdir(), 'longshore-journey-'));
const home = join(room, 'home');
const film = join(room, 'Holiday in Åre.mov');
const folder = join(room, 'Invoices');
const inFolder = ['March.pdf', 'April & May.pdf', 'attachments/scan.png'].map((name) => join(folder, name));
let sandbox;
let window;

before(async () => {
  writeFileSync(film, randomBytes(24 * MB));
  mkdirSync(join(folder, 'attachments'), { recursive: true });
  for (const [at, path] of inFolder.entries()) writeFileSync(path, randomBytes((at + 1) * 100_000 + 7));
  sandbox = await Sandbox.start();
  await sandbox.settings({ chunk_size: MB, allow_small_parts: true, rate_limit: 10_000 });
  window = await Window.open(home);
});

after(async () => {
  await window?.close();
  await sandbox?.stop();
  rmSync(room, { recursive: true, force: true });
  console.log(`Pictures of the window are in ${PICTURES}.`);
});

test('where there is no keychain, the window asks for a passphrase first', async () => {
  await window.see('dialog h2', 'Choose a passphrase');
  await window.picture('01-passphrase');
  await window.type('Passphrase', 'four plain words here');
  await window.type('Again', 'four plain words here');
  await window.press('dialog button', 'Create');
  await until('the dialog closes', async () => !(await window.find('dialog')));
});

test('an account is added and asked about', async () => {
  await window.press('nav button', 'Accounts');
  await window.press('main button', 'Add account');
  const service = sandbox.says.providers.fileflare;
  await window.type('Name', 'Shop');
  await window.type('API key', service.secret.token);
  await window.press('dialog summary', 'Address of the service');
  await window.type('Base address', service.base_url);
  await window.picture('02-account');
  await window.press('dialog footer button', 'Add account');
  await window.see('main', 'Ready');
  await window.picture('03-accounts');
});

test('a file dropped from another program is offered, and goes where the person says', async () => {
  await sandbox.settings({ bandwidth: 500_000 });
  await window.press('nav button', 'Transfers');
  await window.picture('04-empty');
  await window.watchFor('Drop to add it');
  await drag([film]);
  assert.ok(await window.wasSeen(), 'the window showed what a drop would do');
  await window.see('dialog h2', 'Where should this file go?');
  await window.see('dialog', 'Holiday in Åre.mov');
  await window.picture('06-offer');
  await window.press('dialog button', 'Upload 1 file');
  await window.rowSays('Åre', 'Uploading');
});

test('its progress is to be seen, in the row and in the title of the window', async () => {
  const percent = async () => Number(/(\d+) %/.exec((await window.row('Åre')) ?? '')?.[1] ?? 0);
  const seen = await until('some percent', async () => (await percent()) > 3 && (await percent()));
  await until('more percent', async () => (await percent()) > seen);
  await window.picture('07-progress');
  const titles = await run('xdotool', ['search', '--name', 'Longshore$', 'getwindowname', '%@']);
  assert.match(titles.out, /^\d+ % · Holiday in .+ – Longshore$/m);
});

test('paused it stands still, on both sides', async () => {
  await window.press('[role=row] button[aria-label^="Pause Holiday"]');
  await window.rowSays('Åre', 'Paused');
  await until('no part is under way', async () => (await sandbox.counters()).payload.now === 0);
  const before = (await sandbox.counters()).payload.received;
  const row = await window.row('Åre');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal((await sandbox.counters()).payload.received, before);
  assert.equal(await window.row('Åre'), row);
  await window.picture('08-paused');
});

test('a page that is loaded anew while bytes move shows everything as before', async () => {
  await window.press('[role=row] button[aria-label^="Resume Holiday"]');
  await window.rowSays('Åre', 'Uploading');
  const before = (await sandbox.counters()).payload.received;
  await window.page.navigate().refresh();
  await window.rowSays('Åre', 'Uploading');
  await until('bytes move', async () => (await sandbox.counters()).payload.received > before);
  const percent = async () => /(\d+) %/.exec((await window.row('Åre')) ?? '')?.[1];
  const first = await percent();
  await until('the new page is told changes', async () => (await percent()) !== first);
});

test('the terminal beside the window shows and steers the same queue', async () => {
  const [row] = (await terminal(home, 'list', '--json')).json;
  assert.equal(row.name, 'Holiday in Åre.mov');
  assert.equal(row.state, 'transferring');
  assert.equal((await terminal(home, 'pause', row.id)).code, 0);
  await window.rowSays('Åre', 'Paused');
  assert.equal((await terminal(home, 'resume', row.id)).code, 0);
  await window.rowSays('Åre', 'Uploading');
});

test('a dropped folder is offered as one, and all in it is sent', async () => {
  await sandbox.settings({ bandwidth: null });
  await drag([folder]);
  await window.see('dialog h2', 'Where should these 3 files go?');
  await window.see('dialog li', 'Invoices');
  await window.picture('09-folder');
  await window.press('dialog button', 'Upload 3 files');
  for (const name of ['March.pdf', 'April & May.pdf', 'scan.png']) await window.rowSays(name, 'Completed', 60);
  await window.rowSays('Åre', 'Completed', 60);
  await window.rowSays('Åre', 'every part verified');
  await window.picture('10-completed');
});

test('the details show the parts, the proof and what happened', async () => {
  await window.press('[role=row] button[aria-label^="Details of Holiday"]');
  await window.see('section[aria-label="Details of the transfer"] [role=img][aria-label="24 verified"]');
  await window.picture('11-details');
  await window.press('button[aria-label="Close details"]');
});

test('storage holds the bytes of the sources, each confirmed once', async () => {
  const assets = await sandbox.assets();
  for (const path of [film, ...inFolder]) {
    const name = path.startsWith(folder) ? path.slice(room.length + 1) : 'Holiday in Åre.mov';
    const found = assets.filter((asset) => asset.sha256 === sha256(path));
    assert.equal(found.length, 1, `${name} is stored once, with the source's SHA-256`);
  }
  const counters = await sandbox.counters();
  assert.equal(counters.completions, 4);
  assert.equal(counters.duplicate_confirmations, 0);
  assert.equal(counters.storage.with_referer, 0);
});

test('the same file dropped again is a new question, and can be discarded', async () => {
  await drag([film]);
  await window.press('dialog button', 'Discard');
  await until('the offer is gone', async () => !(await window.find('dialog')));
  assert.deepEqual((await window.call('list_offers', {})).answer, []);
});

test('light and dark both can be looked at', async () => {
  const settings = (await window.call('get_settings', {})).answer;
  for (const theme of ['dark', 'light']) {
    await window.call('set_settings', { ...settings, theme });
    await until(`the page is ${theme}`, () => window.find(`html[data-theme=${theme}] body`));
    await window.picture(`12-${theme}`);
  }
});
