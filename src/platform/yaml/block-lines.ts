/** The lines of a YAML text with a cursor, for the block reader. */
export class BlockLines {
  readonly #lines: readonly string[];
  /** Columns of the content; moved right where a list item opens a map on its own line. */
  readonly #columns: number[];
  at = 0;

  constructor(text: string) {
    const lines = text.split('\n');
    this.#lines = lines;
    this.#columns = lines.map(columnOf);
  }

  /** The line number that messages would show, from 1. */
  get isAtEnd(): boolean {
    return this.at >= this.#lines.length;
  }

  get line(): string {
    return this.#lines[this.at] ?? '';
  }

  /** Where the content of the current line starts; -1 for a blank line. */
  get column(): number {
    return this.#columns[this.at] ?? -1;
  }

  /** Lets the current line be read again, from a later column. */
  shiftTo(column: number): void {
    this.#columns[this.at] = column;
  }

  get isComment(): boolean {
    return this.line.charCodeAt(this.column) === 0x23;
  }

  get isDocumentMark(): boolean {
    return this.column === 0 && this.line.startsWith('---');
  }

  get isDash(): boolean {
    const { line, column } = this;
    return (
      line.charCodeAt(column) === 0x2d && (line.length === column + 1 || line[column + 1] === ' ')
    );
  }

  skipBlank(): void {
    while (this.at < this.#lines.length && this.#columns[this.at] === -1) this.at += 1;
  }

  /** The column of the next line that is neither blank nor a comment, or -1 before a document mark or the end. */
  nextContentColumn(): number {
    const start = this.at;
    this.skipBlank();
    while (!this.isAtEnd && this.isComment) {
      this.at += 1;
      this.skipBlank();
    }
    const column = this.isAtEnd || this.isDocumentMark ? -1 : this.column;
    this.#nextIsDash = column !== -1 && this.isDash;
    this.at = start;
    return column;
  }

  #nextIsDash = false;

  /** Whether the line found by the last {@link BlockLines.nextContentColumn} is a list item. */
  get nextIsDash(): boolean {
    return this.#nextIsDash;
  }
}

function columnOf(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    if (line.charCodeAt(at) !== 0x20) return at;
  }
  return -1;
}
