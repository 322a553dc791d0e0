// Starting at login: what is shown is what the system has, and never what was wished.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';

import App from '../src/App.svelte';
import type { StartAtLogin } from '../src/ipc/host';
import { type Refusals, stillHost } from '../src/ipc/memory/host';
import { SCENES } from '../src/ipc/memory/scenes';
import { Page } from '../src/page.svelte';

afterEach(cleanup);

async function open(system?: StartAtLogin, refusals: Refusals = {}) {
  const scene = SCENES['empty']?.();
  if (!scene) throw new Error('no scene');
  const host = stillHost(scene, refusals);
  const send = host.send.bind(host);
  if (system) {
    host.send = (name, ask) => (name === 'start_at_login' ? Promise.resolve(system) : send(name, ask));
  }
  const page = new Page(host);
  page.view = 'settings';
  render(App, { page });
  await waitFor(() => expect(box().disabled).toBe(system?.state === 'unavailable'));
  const asked = (command: string) => host.asked.filter((one) => one.name === command).map((one) => one.ask);
  return { host, asked };
}

const box = () => screen.getByLabelText<HTMLInputElement>(/^Start at login/);

describe('starting at login', () => {
  it('is off until the person switches it on, and shows what the system answered', async () => {
    const { asked } = await open();
    expect(box().checked).toBe(false);
    await fireEvent.click(box());
    await waitFor(() => expect(box().checked).toBe(true));
    await fireEvent.click(box());
    await waitFor(() => expect(box().checked).toBe(false));
    expect(asked('set_start_at_login')).toEqual([{ on: true }, { on: false }]);
  });

  it('stays off where the system refuses, with the reason', async () => {
    const message = 'The system did not let Longshore write /home/ada/.config/autostart/longshore.desktop.';
    await open(undefined, { set_start_at_login: { code: 'login_refused', message } });
    await fireEvent.click(box());
    await screen.findByText(message);
    await waitFor(() => expect(box().checked).toBe(false));
  });

  it('is neither on nor off where an older copy starts, and says which', async () => {
    const text = 'What starts at login is /old/longshore-window, as it was set earlier.';
    await open({ state: 'other', text });
    expect([box().checked, box().indeterminate]).toEqual([false, true]);
    screen.getByText(text);
  });

  it('is looked at again when the person comes back from the system’s own list', async () => {
    const { asked } = await open();
    const before = asked('start_at_login').length;
    await fireEvent(window, new Event('focus'));
    await waitFor(() => expect(asked('start_at_login').length).toBeGreaterThan(before));
  });

  it('can’t be chosen where there is nothing to start', async () => {
    await open({ state: 'unavailable', text: 'Longshore’s window is not installed beside this program.' });
    screen.getByText(/is not installed beside/);
  });
});
