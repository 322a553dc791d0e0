// What a form asks about a file, and what of its answers is sent.
import type { RemoteEntry, RemoteField } from '../ipc/host';

export type Answers = Record<RemoteField, string>;

/** What is said of the file now. An address is not known whole, so it is asked for anew. */
export const answersOf = (entry: RemoteEntry | null): Answers => ({
  name: entry?.name ?? '',
  title: entry?.title ?? '',
  description: entry?.description ?? '',
  address: '',
});

/** Only what was changed: an empty address stays as it is. */
export function changes(
  before: Answers,
  now: Answers,
  fields: readonly RemoteField[],
): Record<RemoteField, string | null> {
  const changed = (field: RemoteField) => (fields.includes(field) && now[field] !== before[field] ? now[field] : null);
  return {
    name: changed('name'),
    title: changed('title'),
    description: changed('description'),
    address: changed('address'),
  };
}
