// Which accounts have files to look at: those whose service shows what it holds.
import type { AccountRow } from '../ipc/host';
import type { Page } from '../page.svelte';

export const shelved = (page: Page): readonly AccountRow[] =>
  page.accounts.filter((account) =>
    page.providers.some((provider) => provider.key === account.provider && provider.capabilities.includes('list')),
  );
