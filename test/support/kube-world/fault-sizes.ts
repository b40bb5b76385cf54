/** How long and how large the faults are that take real time or space. */
export interface FaultSizes {
  /** Of a storm of refusals, F6. */
  readonly stormMs: number;
  /** For which the API server is gone, F3. */
  readonly goneMs: number;
  /** Of the blob that is too large, F17. */
  readonly blobMebibytes: number;
}

const short: FaultSizes = { stormMs: 20_000, goneMs: 30_000, blobMebibytes: 64 };
/** As the list has them. */
const whole: FaultSizes = { stormMs: 120_000, goneMs: 300_000, blobMebibytes: 2048 };

/** Short in tests, whole in `npm run faults`. */
export const faultSizes = process.env['FAULTS_SIZE'] === 'whole' ? whole : short;
