// How much room a table has, and what of it is shown then.

/** All columns, fewer of them, or one below the other. */
export type Shape = 'full' | 'middle' | 'narrow';

/** From which width in CSS pixels on a table has all its columns, and from which on fewer. */
export type Widths = { full: number; middle: number };

/** A table that was not measured yet has all its columns. */
export const shapeOf = (width: number, widths: Widths): Shape =>
  width === 0 || width >= widths.full ? 'full' : width >= widths.middle ? 'middle' : 'narrow';
