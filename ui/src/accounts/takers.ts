// Which accounts take files, and how much room each has left.
import type { AccountRow, Field } from '../ipc/host';
import type { Page } from '../page.svelte';

const providerOf = (page: Page, account: AccountRow) =>
  page.providers.find((provider) => provider.key === account.provider);

/** The accounts whose service takes files, without the one that has them already. */
export const takersOf = (page: Page, without: string | null = null): readonly AccountRow[] =>
  page.accounts.filter(
    (account) => account.id !== without && providerOf(page, account)?.capabilities.includes('upload'),
  );

/** The one a person most likely means: picked, else the usual one, else one that works. */
export const likely = (takers: readonly AccountRow[], ...ids: readonly (string | null)[]): AccountRow | undefined =>
  ids.flatMap((id) => takers.find((taker) => taker.id === id) ?? [])[0] ??
  takers.find((taker) => taker.state === 'ok') ??
  takers[0];

/** What can be chosen for each file that goes there. */
export const optionsOf = (page: Page, account: AccountRow | undefined): readonly Field[] =>
  account ? (providerOf(page, account)?.options ?? []) : [];

/** The choices that were made of those that there are. */
export const chosenOf = (options: readonly Field[], values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(options.map(({ key }) => [key, values[key] ?? ''] as const).filter(([, value]) => value !== ''));

/** Bytes; null where the service does not say. */
export const roomIn = (account: AccountRow): number | null =>
  account.quota === null || account.used === null ? null : Math.max(0, account.quota - account.used);

export const labelOf = (page: Page, account: AccountRow): string =>
  providerOf(page, account)?.label ?? account.provider;
