// The files of services, against a host that answers from memory.
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import App from '../src/App.svelte';
import { type Refusals, stillHost } from '../src/ipc/memory/host';
import { studio } from '../src/ipc/memory/remote';
import { idOf, SCENES, shop } from '../src/ipc/memory/scenes';
import { Page } from '../src/page.svelte';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function open(name: string, refusals: Refusals = {}) {
  const scene = SCENES[name]?.();
  if (!scene) throw new Error(`no scene ${name}`);
  const host = stillHost(scene, refusals);
  const page = new Page(host);
  render(App, { page });
  await waitFor(() => expect(page.ready).toBe(true));
  page.view = 'files';
  const asked = (command: string) => host.asked.filter((one) => one.name === command).map((one) => one.ask);
  return { host, page, asked };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const dialog = () => screen.getByRole('dialog');
const grid = () => screen.findByRole('grid', { name: /^Files of/ });
const rows = () => screen.getAllByRole('row').length - 1;
const first = 'Autumn cardigan – all sizes, print and A0.zip';

async function details(name: string) {
  await grid();
  await fireEvent.click(button(`Details of ${name}`));
  return within(await screen.findByRole('region', { name: 'File' }));
}

describe('a list of ten thousand files', () => {
  it('draws few of them and asks for one page at a time', async () => {
    const { asked } = await open('files_many');
    await grid();
    expect(rows()).toBeLessThan(40);
    await screen.findByText('100 of 10,000 files');
    expect(asked('remote_list')).toEqual([{ account: studio.id, cursor: null, limit: 100, search: null, sort: null }]);
  });

  it('goes on to its end with the keys, each page once', async () => {
    const { asked } = await open('files_many');
    const list = await grid();
    for (let n = 2; n <= 4; n += 1) {
      await fireEvent.keyDown(list, { key: 'End' });
      list.querySelector('.rows')?.dispatchEvent(new Event('scroll'));
      await screen.findByText(`${n}00 of 10,000 files`);
    }
    expect(asked('remote_list').map((ask) => (ask as { cursor: string | null }).cursor)).toEqual([
      null,
      '100',
      '200',
      '300',
    ]);
  });
});

describe('searching and ordering', () => {
  it('is asked of the service, once the person pauses', async () => {
    const { asked } = await open('files');
    await grid();
    const field = screen.getByRole('searchbox');
    for (const value of ['l', 'lo', 'look']) await fireEvent.input(field, { target: { value } });
    await screen.findByText(/^40 files|^40 of/);
    await fireEvent.change(screen.getByRole('combobox', { name: 'Order' }), { target: { value: 'size down' } });
    await waitFor(() => expect(asked('remote_list')).toHaveLength(3));
    expect(asked('remote_list').slice(1)).toMatchObject([
      { search: 'look', sort: null },
      { search: 'look', sort: { by: 'size', descending: true } },
    ]);
  });

  it('says when nothing fits, and shows all again', async () => {
    await open('files');
    await grid();
    await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'zzz' } });
    await screen.findByText('No file fits “zzz”.');
    await fireEvent.click(button('Show all'));
    await grid();
  });

  it('is not there where the service has none', async () => {
    await open('files_shop');
    await grid();
    expect(screen.queryByRole('combobox', { name: 'Order' })).toBeNull();
  });
});

describe('what a service does not offer', () => {
  it('is absent, not greyed', async () => {
    await open('files_shop');
    const panel = await details(first);
    expect(panel.queryByRole('button', { name: 'Download' })).toBeNull();
    expect(panel.queryByRole('button', { name: 'Edit…' })).toBeNull();
    expect(panel.getByRole('button', { name: 'Delete…' })).toBeTruthy();
    const link = await details('Fabric supplier price list');
    expect(link.getByRole('button', { name: 'Edit…' })).toBeTruthy();
  });
});

describe('names from outside', () => {
  it('are text, and cannot turn around', async () => {
    await open('files_shop');
    await grid();
    expect(document.querySelector('.row img')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x');
    expect(document.body.textContent).not.toContain('\u202E');
  });
});

describe('editing', () => {
  it('sends what was changed and nothing else', async () => {
    const { asked } = await open('files');
    const panel = await details('Sewing course, lesson 04 – set-in sleeves, full length.mp4');
    await fireEvent.click(panel.getByRole('button', { name: 'Edit…' }));
    const save = button('Save');
    expect(save).toHaveProperty('disabled', true);
    await fireEvent.input(within(dialog()).getByLabelText('Title'), { target: { value: 'Lesson 4' } });
    await fireEvent.click(save);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked('remote_edit')).toEqual([
      { account: studio.id, id: 'f00001', name: null, title: 'Lesson 4', description: null, address: null },
    ]);
    expect(panel.getByText('Lesson 4')).toBeTruthy();
  });

  it('keeps the form and says why when it is refused', async () => {
    await open('files', { remote_edit: { code: 'refused', message: 'The title is taken.' } });
    const panel = await details(first);
    await fireEvent.click(panel.getByRole('button', { name: 'Edit…' }));
    await fireEvent.input(within(dialog()).getByLabelText('Title'), { target: { value: 'x' } });
    await fireEvent.click(button('Save'));
    await within(dialog()).findByText('The title is taken.');
  });
});

describe('deleting', () => {
  it('names the files, their number and what goes along, and does nothing on a no', async () => {
    const { asked } = await open('files_shop');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'a', ctrlKey: true });
    await fireEvent.keyDown(list, { key: 'Delete' });
    const shown = dialog().textContent;
    expect(shown).toContain('Delete 9 files?');
    expect(shown).toContain(first);
    expect(shown).toContain('and 4 more');
    expect(shown).toContain('past orders');
    await fireEvent.click(button('Keep'));
    expect(asked('remote_delete')).toEqual([]);
  });

  it('tells what is left and why', async () => {
    const { page, asked } = await open('files');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'a', ctrlKey: true });
    await fireEvent.keyDown(list, { key: 'Delete' });
    await fireEvent.click(button('Delete 100 files'));
    await screen.findByText('1 file was not deleted');
    expect(dialog().textContent).toContain('It is in use.');
    expect(asked('remote_delete')).toHaveLength(5);
    await fireEvent.click(within(dialog()).getAllByRole('button', { name: 'Close' })[1] as HTMLElement);
    await fireEvent.click(button('Clear the selection'));
    // What moved up into the page that is loaded is asked for again: nothing is passed over.
    await screen.findByText('100 of 141 files');
    expect(asked('remote_list')).toMatchObject([{ cursor: null }, { cursor: null }]);
    expect(page.notices).toEqual([]);
  });

  it('waits where the service wants quiet, says so, and goes on until it is stopped', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { asked } = await open('files_limited');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'a', ctrlKey: true });
    await fireEvent.keyDown(list, { key: 'Delete' });
    await fireEvent.click(button('Delete 100 files'));
    await within(dialog()).findByText(/goes on in \d+ s/);
    expect(asked('remote_delete')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(41_000);
    await waitFor(() => expect(asked('remote_delete')).toHaveLength(2));
    await fireEvent.click(button('Stop'));
    await screen.findByText(/were not deleted$/);
    expect(dialog().textContent).toContain('You stopped before it was its turn.');
  });
});

describe('importing', () => {
  it('says what it means, sends the address and keeps it nowhere', async () => {
    const { asked } = await open('files_shop');
    await grid();
    await fireEvent.click(button('Add from a link'));
    expect(dialog().textContent).toContain('fetches nothing');
    const address = within(dialog()).getByLabelText<HTMLInputElement>('Address');
    await fireEvent.input(address, { target: { value: ' https://a.example/x.pdf?key=s3cret ' } });
    await fireEvent.input(within(dialog()).getByLabelText('Name'), { target: { value: 'x.pdf' } });
    await fireEvent.click(button('Add'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked('remote_import')).toMatchObject([{ account: shop.id, name: 'x.pdf' }]);
    expect(document.body.innerHTML).not.toContain('s3cret');
    expect(screen.getByRole('row', { name: /^Link x.pdf/ })).toBeTruthy();
  });
});

describe('downloading', () => {
  it('queues the files by their ids into the usual folder, links left out', async () => {
    const { page, asked } = await open('files');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'Home' });
    await fireEvent.keyDown(list, { key: ' ' });
    await fireEvent.click(button('Download'));
    await screen.findByText('The download was added.');
    expect(asked('remote_fetch')).toEqual([
      { account: studio.id, files: [{ id: 'f00000', name: first }], folder: null, collision: null },
    ]);
    await waitFor(() => expect(page.transfers.total).toBe(1));
  });

  it('goes to a folder by its id, and nowhere when none was chosen', async () => {
    const { host, asked } = await open('files');
    const panel = await details(first);
    await fireEvent.click(panel.getByRole('button', { name: 'Download to…' }));
    await waitFor(() => expect(asked('remote_fetch')).toMatchObject([{ folder: idOf(980) }]));
    const send = host.send.bind(host);
    host.send = (name, ask) => (name === 'choose_folder' ? Promise.resolve(null) : send(name, ask));
    await fireEvent.click(panel.getByRole('button', { name: 'Download to…' }));
    expect(asked('remote_fetch')).toHaveLength(1);
  });
});

describe('what stands in the way', () => {
  it('is said with its way out, and tried again once it is out of the way', async () => {
    const { host, asked } = await open('files_signed_out');
    await screen.findByText('Fileflare does not accept the key of this account.');
    expect(button('Enter credentials')).toBeTruthy();
    const { files } = host.scene;
    if (files?.[shop.id]) files[shop.id] = { abilities: (await shelfOf('files_shop')).abilities, entries: [] };
    expect(asked('remote_abilities').length).toBeGreaterThan(0);
    host.tell({ kind: 'accounts', accounts: [{ ...shop, state: 'ok' }] });
    await screen.findByText('No files yet');
  });

  it('is a request limit with its end, after which the list goes on by itself', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await open('files_limited');
    const list = await grid();
    await fireEvent.keyDown(list, { key: 'End' });
    list.querySelector('.rows')?.dispatchEvent(new Event('scroll'));
    await screen.findByText(/they are used up/);
    await screen.findByText(/goes on in \d+ s/);
    await vi.advanceTimersByTimeAsync(41_000);
    await screen.findByText('200 of 1,000 files');
  });

  it('is nothing where no account shows files: then there is no such place', async () => {
    const { page } = await open('first');
    page.view = 'transfers';
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Files' })).toBeNull());
  });
});

describe('the keys and what is heard', () => {
  it('move, select, open and close without a pointer', async () => {
    const { page } = await open('files');
    const list = await grid();
    list.focus();
    await fireEvent.keyDown(list, { key: 'ArrowDown' });
    expect(list.getAttribute('aria-activedescendant')).toBe('files-row-1');
    await fireEvent.keyDown(list, { key: 'ArrowDown', shiftKey: true });
    await screen.findByText('2 selected');
    await fireEvent.keyDown(list, { key: 'Enter' });
    await screen.findByRole('region', { name: 'File' });
    await fireEvent.keyDown(list, { key: 'Escape' });
    expect(screen.queryByText('2 selected')).toBeNull();
    await fireEvent.keyDown(list, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('region', { name: 'File' })).toBeNull());
    await fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    expect(page.view).toBe('files');
  });

  it('hears one sentence for each row', async () => {
    await open('files');
    await grid();
    expect(screen.getByRole('row', { name: /^Sewing course.*, 4\.0 MB, added/ })).toBeTruthy();
  });
});

async function shelfOf(name: string) {
  const shelf = SCENES[name]?.().files?.[shop.id];
  if (!shelf) throw new Error(`no shelf in ${name}`);
  return Promise.resolve(shelf);
}
