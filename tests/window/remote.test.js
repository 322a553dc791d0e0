// Files at services in the real window: a new version dropped beside the old one, and a file sent on to another account.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { drag } from './drag.js';
import { run, until } from './processes.js';
import { Sandbox, sha256 } from './sandbox.js';
import { atHome, terminal, TERMINAL, Window } from './window.js';

const room = mkdtempSync(join(tmpdir(), 'longshore-remote-'));
const home = join(room, 'home');
const env = { LONGSHORE_PASSPHRASE: 'a passphrase for tests' };
const plan = join(room, 'plan.pdf');
const corrected = join(room, 'corrected.pdf');
let sandbox;
let window;

/** Content that a service takes for a PDF. */
const pdf = (size) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]);

const longshore = async (...args) => {
  const done = await run(TERMINAL, args, { env: { ...atHome(home), ...env } });
  assert.equal(done.code, 0, `${args.join(' ')}: ${done.err}`);
  return done.out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
};

async function account(provider, name) {
  const service = sandbox.says.providers[provider];
  const line = ['account', 'add', provider, '--name', name, '--base-url', service.base_url, '--secret-stdin'];
  const added = await run(TERMINAL, line, { env: { ...atHome(home), ...env }, input: JSON.stringify(service.secret) });
  assert.equal(added.code, 0, added.err);
}

/** Chooses an account among those whose files are shown. */
async function look(name) {
  await window.press('nav button', 'Files');
  const select = await window.see('select[aria-label=Account]');
  await window.page.executeScript(
    `const [select, name] = arguments;
     select.value = [...select.options].find((option) => option.textContent === name).value;
     select.dispatchEvent(new Event('change', { bubbles: true }));`,
    select,
    name,
  );
}

before(async () => {
  writeFileSync(plan, pdf(70_000));
  writeFileSync(corrected, pdf(90_000));
  sandbox = await Sandbox.start();
  await sandbox.settings({ chunk_size: 1_000_000, allow_small_parts: true, rate_limit: 10_000, facilioo: { computed_after_ms: 0 } });
  await account('facilioo', 'Estate');
  await account('fileflare', 'Shop');
  await longshore('upload', plan, '--to', 'Estate', '--json');
  await longshore('remove', '--all', '--json');
  window = await Window.open(home, [], env);
  await window.see('nav');
});

after(async () => {
  await window?.close();
  await sandbox?.stop();
  rmSync(room, { recursive: true, force: true });
});

test('a file dropped beside one that is looked at becomes its new version, if the person says so', async () => {
  await look('Estate');
  await window.press('[role=row] button[aria-label="Details of plan.pdf"]');
  await window.see('section[aria-label=File] button', 'New version…');
  await drag([corrected]);
  await window.press('dialog label', 'A new version of “plan.pdf”');
  await window.see('dialog', 'takes the place of the old one');
  await window.picture('30-version');
  await window.press('dialog footer button', 'Upload the new version');
  await window.rowSays('corrected.pdf', 'Completed', 60);
});

test('the service has one file then, with the new bytes', async () => {
  const files = await longshore('remote', 'list', '--account', 'Estate', '--json');
  assert.deepEqual(files.map((file) => file.name), ['plan.pdf']);
  const back = join(room, 'back');
  mkdirSync(back);
  await terminal(home, 'remote', 'download', '--account', 'Estate', files[0].id, '--dir', back, '--json');
  await until('it is fetched', () => readdirSync(back).includes('plan.pdf'));
  assert.equal(sha256(join(back, 'plan.pdf')), sha256(corrected));
  await longshore('remove', '--all', '--json');
});

test('a file is sent to another account, and nothing of it is stored here', async () => {
  await look('Estate');
  await window.press('[role=row] button[aria-label="Details of plan.pdf"]');
  await window.press('section[aria-label=File] button', 'Send to…');
  await window.see('dialog h2', 'Send this file to another account');
  await window.see('dialog label', 'Shop');
  await window.picture('31-send');
  await window.press('dialog footer button', 'Send 1 file');
  await window.see('aside', '1 file goes to “Shop”.');
  await window.press('nav button', 'Transfers');
  await window.rowSays('plan.pdf', 'Estate → Shop');
  await window.rowSays('plan.pdf', 'Completed', 60);
  await window.picture('32-sent');
  const [asset] = await sandbox.assets();
  assert.equal(asset.sha256, sha256(corrected));
});
