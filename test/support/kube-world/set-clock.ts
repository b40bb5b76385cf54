/**
 * Loaded before the program of a test: its parent sets the wall clock, as NTP or an administrator does. The clock that
 * measures delays goes on as it was, and so it is with a real one.
 */
let aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);
const RealDate = Date;
const realNow = Date.now;

class MovedDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(given.length === 0 ? MovedDate.now() : given[0]);
  }

  static override now(): number {
    return realNow() + aheadMs;
  }
}

globalThis.Date = MovedDate as DateConstructor;
process.on('message', (ms: number) => {
  aheadMs = ms;
});
// The program is not to live longer because of its test.
process.channel?.unref();
