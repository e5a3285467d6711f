/**
 * The Jacobian of bundle adjustment as compressed rows: entries rows[i] up to rows[i + 1] of `cols` and `vals` are row i.
 *
 * Columns are the parameters of all cameras, then of all points, then the weights. Rows are the two errors of each
 * observation, which have an entry for each parameter of its camera, of its point, and for its weight; then the errors
 * of the weights, with one entry each. So the values are the blocks of the observations, one after the other, and then
 * the derivatives of the weights' errors.
 */

export const cameraSize = 11;
export const pointSize = 3;
/** Entries in the row of an error of an observation. */
export const blockWidth = cameraSize + pointSize + 1;

/** Which camera and which point each observation is of, and how many there are. */
export interface Pattern {
  readonly cameraOf: Int32Array;
  readonly pointOf: Int32Array;
  readonly cameras: number;
  readonly points: number;
}

export interface CompressedRows {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
  readonly vals: Float64Array;
}

export function emptyRows(observations: number): CompressedRows {
  const entries = (2 * blockWidth + 1) * observations;
  return {
    rows: new Int32Array(3 * observations + 1),
    cols: new Int32Array(entries),
    vals: new Float64Array(entries),
  };
}

/** Where the values of the observations, and where those of the weights are. */
export const valuesOf = ({ vals }: CompressedRows, observations: number) => ({
  reprojection: vals.subarray(0, 2 * blockWidth * observations),
  weight: vals.subarray(2 * blockWidth * observations),
});

/** Writes where the rows begin and in which columns their entries are. */
export function fillPattern({ rows, cols }: CompressedRows, { cameraOf, pointOf, cameras, points }: Pattern): void {
  const observations = cameraOf.length;
  const firstPoint = cameraSize * cameras;
  const firstWeight = firstPoint + pointSize * points;
  for (let row = 0; row < 2 * observations; row++) {
    const k = row >> 1;
    const from = row * blockWidth;
    const camera = cameraSize * cameraOf[k]!; // both lists have an entry for each observation
    const point = firstPoint + pointSize * pointOf[k]!;
    rows[row] = from;
    for (let i = 0; i < cameraSize; i++) cols[from + i] = camera + i;
    for (let i = 0; i < pointSize; i++) cols[from + cameraSize + i] = point + i;
    cols[from + cameraSize + pointSize] = firstWeight + k;
  }
  const blocks = 2 * observations * blockWidth;
  for (let k = 0; k < observations; k++) {
    rows[2 * observations + k] = blocks + k;
    cols[blocks + k] = firstWeight + k;
  }
  rows[3 * observations] = blocks + observations;
}
