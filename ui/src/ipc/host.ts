// The page's one way out: typed commands to a host, and the changes the host tells.
import type { Commands } from './generated/commands';
import type { Change, Failure } from './generated/types';

export type * from './generated/types';
export { PROTOCOL, type Commands } from './generated/commands';

/** What carries commands to the engine: the window, or a stand-in for it. */
export interface Host {
  /** Gives a command. Rejects with a `Failure`. */
  send(name: string, ask: unknown): Promise<unknown>;
  /** From now on, `heard` gets every batch of changes. Called once, before `hello`. */
  listen(heard: (changes: Change[]) => void): void;
}

export type Ask<N extends keyof Commands> = Commands[N]['ask'];
export type Answer<N extends keyof Commands> = Commands[N]['answer'];

/** Gives a command; what it takes and answers follows from its name. */
export const call = <N extends keyof Commands>(host: Host, name: N, ask: Ask<N>): Promise<Answer<N>> =>
  host.send(name, ask) as Promise<Answer<N>>;

/** Whatever was thrown, as a failure with a sentence. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    return thrown as Failure;
  }
  return { code: 'unexpected', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
