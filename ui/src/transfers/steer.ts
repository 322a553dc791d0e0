// Asks before it removes or cancels.
import type { TransferRow } from '../ipc/host';
import type { Page } from '../page.svelte';
import { can, isOver } from './can';
import { words } from './words';

/** Takes transfers off the list, once the person agreed. */
export async function remove(page: Page, rows: TransferRow[]): Promise<void> {
  const removable = rows.filter((row) => can(row.state, 'remove'));
  if (removable.length === 0) return;
  const unfinished = removable.filter((row) => !isOver(row.state)).length;
  if (await page.confirm({ ...words.removing(removable, unfinished), danger: unfinished > 0 })) {
    await page.steer('remove', removable);
  }
}

/** Gives transfers up, once the person agreed. */
export async function cancel(page: Page, rows: TransferRow[]): Promise<void> {
  const open = rows.filter((row) => can(row.state, 'cancel'));
  if (open.length === 0) return;
  if (await page.confirm({ ...words.cancelling(open.length), danger: true })) await page.steer('cancel', open);
}

/** Pauses what moves; where nothing does, goes on with what is paused. */
export async function togglePause(page: Page, rows: TransferRow[]): Promise<void> {
  const moving = rows.filter((row) => can(row.state, 'pause'));
  if (moving.length > 0) return page.steer('pause', moving);
  await page.steer(
    'resume',
    rows.filter((row) => can(row.state, 'resume')),
  );
}
