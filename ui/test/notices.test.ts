// What comes and goes beside the list: nothing of it stands where it would move the rows.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import App from '../src/App.svelte';
import { stillHost } from '../src/ipc/memory/host';
import { SCENES } from '../src/ipc/memory/scenes';
import { Page } from '../src/page.svelte';

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function open(status = {}) {
  const scene = SCENES['busy']?.();
  if (!scene) throw new Error('no scene');
  const host = stillHost({ ...scene, status });
  const page = new Page(host);
  render(App, { page });
  await waitFor(() => expect(page.ready).toBe(true));
  const change = async (to: object) => {
    const now = await page.ask('engine_status', {});
    host.tell({ kind: 'status', status: { ...now, ...to } });
  };
  return { page, change };
}

const main = () => document.querySelector('main');

describe('the state of things', () => {
  it('stands outside the place of the list, and goes without a trace in it', async () => {
    const { change } = await open({ state: 'client_of' });
    const text = /^Another Longshore on this computer/;
    expect((await screen.findByText(text)).closest('main')).toBeNull();
    const before = main()?.children.length;
    await change({ state: 'running' });
    await waitFor(() => expect(screen.queryByText(text)).toBeNull());
    expect(main()?.children.length).toBe(before);
  });
});

describe('a notice', () => {
  it('stands outside the place of the list', async () => {
    const { page } = await open();
    page.notify('error', 'It did not work.');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('It did not work.');
    expect(alert.closest('main')).toBeNull();
  });

  it('with good news goes by itself, and stays while the pointer is on it', async () => {
    const { page } = await open();
    page.notify('info', 'The download was added.');
    const told = (await screen.findByText('The download was added.')).parentElement;
    if (!told) throw new Error('no notice');
    await vi.advanceTimersByTimeAsync(7000);
    await fireEvent.pointerEnter(told);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.notices).toHaveLength(1);
    await fireEvent.pointerLeave(told);
    await vi.advanceTimersByTimeAsync(8000);
    await waitFor(() => expect(page.notices).toEqual([]));
  });

  it('of what went wrong, or with something to do, stays until it is dismissed', async () => {
    const { page } = await open();
    page.notify('error', 'It did not work.');
    page.notify('info', 'Look again.', { key: 'resume_all', label: 'Resume' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.notices).toHaveLength(2);
    await fireEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0] as HTMLElement);
    expect(page.notices).toHaveLength(1);
  });
});

describe('Escape', () => {
  it('lets go of the selection first and closes the details after it', async () => {
    await open();
    const list = await screen.findByRole('grid');
    list.focus();
    await fireEvent.keyDown(list, { key: 'Enter' });
    await fireEvent.keyDown(list, { key: 'a', ctrlKey: true });
    await fireEvent.keyDown(list, { key: 'Escape' });
    expect(screen.queryByText('10 selected')).toBeNull();
    expect(screen.getByRole('region', { name: 'Details of the transfer' })).toBeTruthy();
    await fireEvent.keyDown(list, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Details of the transfer' })).toBeNull());
  });
});
