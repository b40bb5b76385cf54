const leading: ReadonlySet<string> = new Set(['level', 'time', 'msg']);

/** One JSON log line as a person reads it on a terminal. A line that is no JSON any more is shown as it is. */
export function renderText(line: string): string {
  const fields = parseLine(line);
  if (fields === null) return line;
  const { level, time, msg } = fields;
  const rest = Object.entries(fields).filter(([name]) => !leading.has(name));
  const clock = toText(time).slice(11, 19);
  const head = `${clock} ${toText(level).toUpperCase().padEnd(5)} ${toText(msg)}`;
  const tail = rest.flatMap(([name, value]) => renderField(name, value));
  return `${[head, ...tail].join(' ')}\n`;
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    // The scrubber took a part out of it.
    return null;
  }
}

function renderField(name: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${name}=${quote(toText(value))}`];
  if (Array.isArray(value)) return [`${name}=${quote(value.map(toText).join(' '))}`];
  return Object.entries(value).flatMap(([inner, part]) => renderField(`${name}.${inner}`, part));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Names come from outside: control characters must not reach a terminal. */
function quote(text: string): string {
  const shown = text.replace(
    /[\p{Cc}\p{Cf}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return /^[^\s"=]+$/u.test(shown) ? shown : `"${shown.replaceAll('"', '\\"')}"`;
}
