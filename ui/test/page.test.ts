// The whole page against a host that answers from memory: what a person sees and what the engine is asked.
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import { type Refusals, stillHost } from '../src/ipc/memory/host';
import { idOf, row, type Scene, SCENES, shop } from '../src/ipc/memory/scenes';
import { Page } from '../src/page.svelte';

afterEach(cleanup);

function scene(name: string, change: Partial<Scene> = {}): Scene {
  const make = SCENES[name];
  if (!make) throw new Error(`no scene ${name}`);
  return { ...make(), ...change };
}

async function open(from: Scene, refusals: Refusals = {}) {
  const host = stillHost(from, refusals);
  const page = new Page(host);
  render(App, { page });
  await waitFor(() => expect(page.ready).toBe(true));
  const asked = (name: string) => host.asked.filter((one) => one.name === name).map((one) => one.ask);
  return { host, page, asked };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const dialog = () => screen.getByRole('dialog');
const rowNamed = (name: RegExp) => screen.getByRole('row', { name });

describe('the queue', () => {
  it('draws few of ten thousand rows and says how many there are', async () => {
    await open(scene('many'));
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
  });

  it('shows hostile names as text', async () => {
    await open(scene('trouble'));
    expect(screen.getByRole('grid').textContent).toContain('<img src=x onerror="alert(1)">.zip');
    expect(document.querySelector('#queue img')).toBeNull();
  });

  it('follows changes and shows 100 only when completed', async () => {
    const { host } = await open(scene('empty', { rows: [row(1, { state: 'transferring', size: 100, sent: 10 })] }));
    const bar = () => screen.getByRole('progressbar').getAttribute('aria-valuenow');
    expect(bar()).toBe('10');
    host.tell({ kind: 'changed', rows: [row(1, { state: 'finishing', size: 100, sent: 100 })] });
    await waitFor(() => expect(bar()).toBe('99'));
    host.tell({ kind: 'changed', rows: [row(1, { state: 'completed', size: 100 })] });
    await waitFor(() => expect(bar()).toBe('100'));
    expect(screen.getByText('every part verified')).toBeTruthy();
  });

  it('lists everything anew when changes were missed', async () => {
    const { host, asked } = await open(scene('busy'));
    expect(asked('list_transfers')).toHaveLength(1);
    host.tell({ kind: 'missed' });
    await waitFor(() => expect(asked('list_transfers')).toHaveLength(2));
  });

  it('loses no change that comes while it lists', async () => {
    const host = stillHost(scene('empty', { rows: [row(1)] }));
    const page = new Page(host);
    const starting = page.start();
    host.tell({ kind: 'changed', rows: [row(1, { state: 'failed' })] });
    await starting;
    await waitFor(() => expect(page.transfers.get(idOf(1))?.state).toBe('failed'));
  });

  it('tells a filter that shows nothing from a queue that is empty', async () => {
    await open(scene('busy'));
    await fireEvent.click(button(/^Failed/));
    expect(screen.getByText('Nothing failed.')).toBeTruthy();
    await fireEvent.click(button('Show all'));
    expect(screen.getAllByRole('row').length).toBeGreaterThan(5);
  });

  it('is an invitation when it is empty', async () => {
    const { asked } = await open(scene('empty'));
    expect(screen.getByText('Drop files here')).toBeTruthy();
    await fireEvent.click(button('Add folder'));
    expect(asked('choose_files')).toEqual([{ folders: true }]);
  });

  it('announces an end once, and no figures', async () => {
    const { host, page } = await open(scene('busy'));
    host.tell({ kind: 'changed', rows: [row(1, { state: 'completed', name: 'a.zip' })] });
    await waitFor(() => expect(page.announcer.text).toBe('a.zip completed.'), { timeout: 2000 });
  });
});

describe('the keyboard', () => {
  it('pauses with Space and resumes with Space', async () => {
    const { asked } = await open(scene('busy'));
    const grid = screen.getByRole('grid');
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: ' ' });
    expect(asked('pause')).toEqual([{ ids: [idOf(1)] }]);
    await waitFor(() => expect(within(rowNamed(/Autumn/)).getByText('Paused')).toBeTruthy());
    await fireEvent.keyDown(grid, { key: ' ' });
    expect(asked('resume')).toEqual([{ ids: [idOf(1)] }]);
  });

  it('selects all with Ctrl A', async () => {
    const { page } = await open(scene('busy'));
    await fireEvent.keyDown(screen.getByRole('grid'), { key: 'a', ctrlKey: true });
    expect(page.transfers.selected.size).toBe(10);
  });

  it('removes with Delete only after a yes', async () => {
    const { asked } = await open(scene('busy'));
    const grid = screen.getByRole('grid');
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await fireEvent.keyDown(grid, { key: 'Delete' });
    expect(dialog().textContent).toContain('not finished');
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Cancel' }));
    expect(asked('remove')).toEqual([]);
    await fireEvent.keyDown(grid, { key: 'Delete' });
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(asked('remove')).toEqual([{ ids: [idOf(1)] }]));
    await waitFor(() => expect(screen.queryByRole('row', { name: /Autumn/ })).toBeNull());
  });

  it('obeys no key behind an open dialog', async () => {
    const { page, asked } = await open(scene('offer'));
    await fireEvent.keyDown(window, { key: 'p', ctrlKey: true, shiftKey: true });
    expect(asked('pause')).toEqual([]);
    expect(page.offers).toHaveLength(1);
  });

  it('shows its keys at a question mark', async () => {
    await open(scene('busy'));
    await fireEvent.keyDown(window, { key: '?' });
    expect(within(dialog()).getByText('Pause or go on')).toBeTruthy();
  });
});

describe('several at once', () => {
  it('asks only those that can obey', async () => {
    const { page, asked } = await open(scene('busy'));
    page.transfers.select([idOf(1), idOf(5), idOf(8)]);
    await fireEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    expect(asked('pause')).toEqual([{ ids: [idOf(1)] }]);
  });

  it('says why one refused', async () => {
    const { page } = await open(scene('busy'), {
      cancel: { code: 'unsettled', message: 'The outcome is not known yet.' },
    });
    page.transfers.select([idOf(1)]);
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Cancel the transfer' }));
    expect(await screen.findByText('The outcome is not known yet.')).toBeTruthy();
  });
});

describe('details', () => {
  it('show parts, journal and the question, and send the answer', async () => {
    const { asked } = await open(scene('trouble'));
    await fireEvent.click(button('Decide'));
    const panel = await screen.findByRole('region', { name: 'Details of the transfer' });
    await fireEvent.click(within(panel).getByRole('button', { name: /It is there/ }));
    expect(asked('answer')).toEqual([{ id: idOf(1), choice: 'there' }]);
    await waitFor(() => expect(within(panel).getByText('Completed')).toBeTruthy());
  });

  it('close when their transfer leaves the list', async () => {
    const { host, page } = await open(scene('busy'));
    page.details = idOf(1);
    await screen.findByText('What happened');
    host.tell({ kind: 'removed', ids: [idOf(1)] });
    await waitFor(() => expect(screen.queryByText('What happened')).toBeNull());
  });
});

describe('an offer', () => {
  it('goes to the chosen account by its id, and no path is named', async () => {
    const { asked, page } = await open(scene('offer'));
    expect(dialog().textContent).toContain('26 files, 1.9 GB');
    await fireEvent.click(within(dialog()).getByRole('radio', { name: /Second shop/ }));
    await fireEvent.click(button('Upload 26 files'));
    await waitFor(() => expect(page.offers).toHaveLength(0));
    expect(asked('offer_accept')).toEqual([{ offer: idOf(950), account: idOf(902), options: {}, limit: null }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('can be discarded', async () => {
    const { asked } = await open(scene('offer'));
    await fireEvent.click(button('Discard'));
    expect(asked('offer_drop')).toEqual([{ offer: idOf(950) }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('stays with its error when the engine refuses it', async () => {
    const { page } = await open(scene('offer'), { offer_accept: { code: 'disk_full', message: 'The disk is full.' } });
    await fireEvent.click(button('Upload 26 files'));
    expect((await within(dialog()).findByRole('alert')).textContent).toContain('The disk is full.');
    expect(page.offers).toHaveLength(1);
  });

  it('waits while the first account is added', async () => {
    const { asked, page } = await open(scene('offer', { accounts: [] }));
    await fireEvent.click(button('Add an account'));
    await fireEvent.input(screen.getByLabelText(/^Name/), { target: { value: 'Shop' } });
    await fireEvent.input(screen.getByLabelText(/API token/), { target: { value: 's3cret' } });
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Add account' }));
    await waitFor(() => expect(page.form).toBeNull());
    expect(asked('add_account')).toEqual([
      { provider: 'fileflare', name: 'Shop', base_url: null, allow_http: false, fields: { token: 's3cret' } },
    ]);
    expect(await screen.findByRole('button', { name: 'Upload 26 files' })).toBeTruthy();
    expect(document.body.innerHTML).not.toContain('s3cret');
  });

  it('shows where files would be added while they hang over the window', async () => {
    const { host } = await open(scene('busy'));
    host.tell({ kind: 'drag', files: 12 });
    expect(await screen.findByText('Drop to add 12 items')).toBeTruthy();
    host.tell({ kind: 'drag', files: null });
    await waitFor(() => expect(screen.queryByText('Drop to add 12 items')).toBeNull());
  });
});

describe('accounts', () => {
  it('are removed only after a yes', async () => {
    const { asked } = await open(scene('busy'));
    await fireEvent.click(button('Accounts'));
    await fireEvent.click(button('Remove'));
    expect(asked('remove_account')).toEqual([]);
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Remove account' }));
    await waitFor(() => expect(screen.getByText('No account yet')).toBeTruthy());
    expect(asked('remove_account')).toEqual([{ id: shop.id }]);
  });

  it('keep their credentials when only the name is changed', async () => {
    const { asked } = await open(scene('busy'));
    await fireEvent.click(button('Accounts'));
    await fireEvent.click(button('Edit'));
    await fireEvent.input(screen.getByLabelText(/^Name/), { target: { value: 'New name' } });
    await fireEvent.click(button('Save'));
    await waitFor(() =>
      expect(asked('edit_account')).toEqual([
        { id: shop.id, name: 'New name', base_url: null, allow_http: null, fields: null },
      ]),
    );
  });

  it('show what services hold, and abort it after a yes', async () => {
    const { asked } = await open(scene('busy'));
    await fireEvent.click(button('Held uploads'));
    await fireEvent.click(await screen.findByRole('button', { name: 'Abort' }));
    await fireEvent.click(button('Abort the upload'));
    await waitFor(() => expect(asked('abort_orphan')).toEqual([{ id: idOf(970) }]));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Abort' })).toBeNull());
  });
});

describe('the passphrase', () => {
  it('is made only when both fields are the same', async () => {
    const { asked } = await open(scene('new'));
    const type = (label: RegExp, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
    await type(/^Passphrase/, 'four plain words');
    await type(/^Again/, 'five plain words');
    await fireEvent.click(button('Create'));
    expect(screen.getByRole('alert').textContent).toBe('The two are not the same.');
    await type(/^Again/, 'four plain words');
    await fireEvent.click(button('Create'));
    await waitFor(() => expect(asked('vault_create')).toEqual([{ passphrase: 'four plain words' }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('is asked again after a wrong one', async () => {
    await open(scene('locked'), { vault_unlock: { code: 'wrong_passphrase', message: 'That is not the passphrase.' } });
    await fireEvent.input(screen.getByLabelText(/^Passphrase/), { target: { value: 'guess' } });
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Unlock' }));
    expect((await screen.findByRole('alert')).textContent).toBe('That is not the passphrase.');
    expect(screen.getByLabelText<HTMLInputElement>(/^Passphrase/).value).toBe('');
  });

  it('is asked for where a refusal says so, and what was written stays', async () => {
    const action = { key: 'unlock', label: 'Enter the passphrase' } as const;
    const refusals: Refusals = { add_account: { code: 'locked', message: 'The credentials are locked.', action } };
    await open(scene('locked'), refusals);
    await fireEvent.click(button('Later'));
    await fireEvent.click(button('Accounts'));
    await fireEvent.click(button('Add account'));
    await fireEvent.input(screen.getByLabelText(/^Name/), { target: { value: 'Shop' } });
    await fireEvent.input(screen.getByLabelText(/API token/), { target: { value: 's3cret' } });
    await fireEvent.click(within(dialog()).getByRole('button', { name: 'Add account' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Enter the passphrase' }));
    await fireEvent.input(screen.getByLabelText(/^Passphrase/), { target: { value: 'four plain words' } });
    await fireEvent.click(
      within(screen.getByRole('dialog', { name: /passphrase/ })).getByRole('button', { name: 'Unlock' }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog', { name: /passphrase/ })).toBeNull());
    expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe('Shop');
  });

  it('can wait, and a line says that nothing moves', async () => {
    await open(scene('locked'));
    await fireEvent.click(button('Later'));
    expect(screen.getByText('The credentials are locked, so nothing moves.')).toBeTruthy();
  });
});

describe('settings', () => {
  it('are kept at once, within their bounds', async () => {
    const { asked } = await open(scene('busy'));
    await fireEvent.click(button('Settings'));
    await fireEvent.change(screen.getByLabelText(/^Transfers at once Over|^Transfers at onceOver/), {
      target: { value: '90' },
    });
    await waitFor(() => expect(asked('set_settings')).toHaveLength(1));
    expect(asked('set_settings')[0]).toMatchObject({ slots: 32 });
  });

  it('set the theme of the page', async () => {
    await open(scene('busy'));
    await fireEvent.click(button('Settings'));
    await fireEvent.click(screen.getByRole('radio', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
  });
});

it('says what broke when the engine does not answer, and tries again', async () => {
  const refusals: Refusals = { hello: { code: 'version_mismatch', message: 'The engine is newer than this window.' } };
  const page = new Page(stillHost(scene('busy'), refusals));
  render(App, { page });
  expect(await screen.findByText('The engine is newer than this window.')).toBeTruthy();
  delete refusals.hello;
  await fireEvent.click(button('Try again'));
  await waitFor(() => expect(page.ready).toBe(true));
});
