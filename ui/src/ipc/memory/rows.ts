// A row and an account as the engine would tell them, and the ids they go by.
import type { AccountRow, TransferRow, TransferState } from '../host';

export const MB = 1_000_000;
export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
/** An id like the engine's: the same number makes the same id. */
export const idOf = (n: number): string => `019ab000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const shop: AccountRow = {
  id: idOf(901),
  name: 'Pattern shop',
  provider: 'fileflare',
  base_url: 'https://app.digital-downloads.com/api/v1',
  connection: {},
  state: 'ok',
  reason: null,
  who: 'hello@pattern.shop',
  plan: 'Unlimited files, 100 GB',
  used: 61_400 * MB,
  quota: 100_000 * MB,
  expires: null,
  last_answer: minutesAgo(2),
  up_limit: null,
  down_limit: null,
};

export function row(n: number, change: Partial<TransferRow> = {}): TransferRow {
  const name = change.name ?? `file-${n}.zip`;
  const state: TransferState = change.state ?? 'queued';
  const over = state === 'completed' || state === 'failed' || state === 'cancelled';
  const size = change.size === undefined ? 40 * MB : change.size;
  return {
    id: idOf(n),
    direction: 'up',
    account: { id: shop.id, name: shop.name, provider: shop.provider },
    name,
    path: `/home/ada/Patterns/${name}`,
    size,
    sent: state === 'completed' ? (size ?? 0) : 0,
    state,
    reason: null,
    question: null,
    proof: state === 'completed' ? 'part tags' : null,
    remote_id: state === 'completed' ? `ast_${9000 + n}` : null,
    error: null,
    speed: 0,
    eta_s: null,
    limit: null,
    priority: 0,
    position: n,
    batch: null,
    attempt: 1,
    parts_total: 0,
    parts_done: 0,
    created_at: minutesAgo(n + 3),
    finished_at: over ? minutesAgo(n) : null,
    ...change,
  };
}
