/** One thing that is known, with its name; some are worth copying. */
export type Fact = { label: string; value: string; copy?: boolean };
