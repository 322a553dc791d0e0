// Puts the page into its window.
import './shared/locale';
import './shared/base.css';

import { mount } from 'svelte';

import App from './App.svelte';
import type { Host } from './ipc/host';
import { Page } from './page.svelte';

async function host(): Promise<Host> {
  if (import.meta.env.MODE === 'memory') {
    const { memoryHost } = await import('./ipc/memory/host');
    return memoryHost(new URLSearchParams(location.search).get('scene') ?? 'busy');
  }
  const { tauriHost } = await import('./ipc/tauri');
  return tauriHost();
}

const target = document.getElementById('page');
if (target) mount(App, { target, props: { page: new Page(await host()) } });
