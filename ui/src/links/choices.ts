// What the person decides about pasted links.
import type { Collision, FolderChoice } from '../ipc/host';

export type Choices = {
  /** None: the one that fits each link. */
  account: string | null;
  /** None: the usual one. */
  folder: FolderChoice | null;
  /** None: as the settings have it. */
  collision: Collision | null;
  /** Bytes a second for each download. */
  limit: number | null;
  password: string;
  plainHttp: boolean;
};

export const usual = (): Choices => ({
  account: null,
  folder: null,
  collision: null,
  limit: null,
  password: '',
  plainHttp: false,
});
