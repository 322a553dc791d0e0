// Asks before it removes, cancels, or pauses what cannot be resumed.
import type { PauseUntil, TransferRow } from '../ipc/host';
import type { Page } from '../page.svelte';
import { can, isOver, type Verb, wayOf } from './can';
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

/** Whether a pause would lose what came of it so far. */
export const losesByPause = (row: TransferRow): boolean =>
  wayOf(row) === 'down' && row.resumable === false && row.sent > 0 && can(row.state, 'pause');

async function agreed(page: Page, rows: TransferRow[]): Promise<boolean> {
  const losing = rows.filter(losesByPause).length;
  return losing === 0 || page.confirm({ ...words.pausing(losing, rows.length), danger: true });
}

/** Pauses transfers; the person is asked first where that means starting again. */
export async function pause(page: Page, rows: TransferRow[]): Promise<void> {
  const moving = rows.filter((row) => can(row.state, 'pause'));
  if (await agreed(page, moving)) await page.steer('pause', moving);
}

/** The same for everything that is in the queue now. */
export async function pauseEach(page: Page): Promise<void> {
  if (await agreed(page, page.transfers.all('pause'))) await page.tell('pause', 'all');
}

/** The same for everything, also what is still to come. */
export async function pauseAll(page: Page, until: PauseUntil): Promise<void> {
  if (!(await agreed(page, page.transfers.all('pause')))) return;
  const status = await page.tell('pause_all', { until });
  if (status) page.status = status;
}

/** Does a verb, with the question that belongs to it. */
export function obey(page: Page, verb: Verb, rows: TransferRow[]): void {
  const able = rows.filter((row) => can(row.state, verb));
  if (verb === 'remove') void remove(page, able);
  else if (verb === 'cancel') void cancel(page, able);
  else if (verb === 'pause') void pause(page, able);
  else void page.steer(verb, able);
}

/** Pauses what moves; where nothing does, goes on with what is paused. */
export async function togglePause(page: Page, rows: TransferRow[]): Promise<void> {
  const moving = rows.filter((row) => can(row.state, 'pause'));
  if (moving.length > 0) return pause(page, moving);
  await page.steer(
    'resume',
    rows.filter((row) => can(row.state, 'resume')),
  );
}
