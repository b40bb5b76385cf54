/** The forms go-yaml takes for a timestamp (`resolve.go`, `allowedTimestampFormats`). */
const zonedPattern =
  /^(\d{4})-(\d\d?)-(\d\d?)[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/u;
const spacedPattern = /^(\d{4})-(\d\d?)-(\d\d?) +(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?$/u;
const datePattern = /^(\d{4})-(\d\d?)-(\d\d?)$/u;
const rfc3339Pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/u;

interface Moment {
  /** Year, month, day. */
  readonly date: Three;
  /** Hour, minute, second. */
  readonly time: Three;
  /** Up to nine digits without trailing zeros. */
  readonly fraction: string;
  /** `Z`, or the offset as `+hh:mm`. */
  readonly zone: string;
}

/** The RFC 3339 text of what go-yaml resolves to a timestamp, or null when it is not one. */
export function canonicalYamlTime(text: string): string | null {
  if (text.length > 80) return null;
  const match = zonedPattern.exec(text) ?? spacedPattern.exec(text) ?? datePattern.exec(text);
  const moment = match === null ? null : momentOf(match);
  return moment === null ? null : formatMoment(moment, true);
}

/** The RFC 3339 text of a decrypted `time` value, or null when it is not one. */
export function canonicalTime(text: string): string | null {
  const match = text.length > 80 ? null : rfc3339Pattern.exec(text);
  const moment = match === null ? null : momentOf(match);
  return moment === null ? null : formatMoment(moment, true);
}

export interface Stamp {
  /** RFC 3339 to the second, as Go prints it again. */
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly instant: number;
}

/** Reads an RFC 3339 stamp and cuts it to the second; null when it is not one. */
export function parseStamp(text: string): Stamp | null {
  const match = text.length > 80 ? null : rfc3339Pattern.exec(text);
  const moment = match === null ? null : momentOf(match);
  if (moment === null) return null;
  const cut = formatMoment(moment, false);
  const instant = Date.parse(cut);
  return Number.isNaN(instant) ? null : { text: cut, instant };
}

function momentOf(match: RegExpExecArray): Moment | null {
  const date = numbersOf(match.slice(1, 4));
  const time = numbersOf(match.slice(4, 7));
  const zone = zoneOf(match[8] ?? 'Z');
  if (zone === null || !isDate(date) || !isTime(time)) return null;
  const fraction = (match[7] ?? '').slice(0, 9).replace(/0+$/u, '');
  return { date, time, fraction, zone };
}

type Three = readonly [number, number, number];

function numbersOf(parts: readonly (string | undefined)[]): Three {
  return [Number(parts[0] ?? 0), Number(parts[1] ?? 0), Number(parts[2] ?? 0)];
}

function isTime([hour, minute, second]: Three): boolean {
  return hour <= 23 && minute <= 59 && second <= 59;
}

function isDate([year, month, day]: Three): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Go prints a zero offset as `Z`, and cannot print one of a whole day. */
function zoneOf(zone: string): string | null {
  if (zone === 'Z' || zone === '+00:00' || zone === '-00:00') return 'Z';
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  return hours <= 23 && minutes <= 59 ? zone : null;
}

function formatMoment(moment: Moment, withFraction: boolean): string {
  const [year, month, day] = moment.date;
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const fraction = withFraction && moment.fraction !== '' ? `.${moment.fraction}` : '';
  return `${date}T${moment.time.map(two).join(':')}${fraction}${moment.zone}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
