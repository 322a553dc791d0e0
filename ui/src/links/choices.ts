// What the person decides about pasted links.
import type { Collision, FolderChoice } from '../ipc/host';

export type Choices = {
  /** None: the one that fits each link. */
  account: string | null;
  /** The account that the files go to without a copy here; none: a folder of this machine. */
  to: string | null;
  /** What the service of that account lets a person choose. */
  options: Record<string, string>;
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
  to: null,
  options: {},
  folder: null,
  collision: null,
  limit: null,
  password: '',
  plainHttp: false,
});
