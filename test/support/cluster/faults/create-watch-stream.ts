import type { EventFault, SeenEvent, WatchFault } from './faults.ts';
import { renderErrorEvent } from './faults.ts';

/** Where the answer to a client goes. */
export interface Outlet {
  write(bytes: string): void;
  /** Ends the answer as a whole one. */
  end(): void;
  /** Closes the connection once all that was written is sent. */
  cut(): void;
}

/** The events of one watch on their way to the client. */
export interface WatchStream {
  push(text: string): void;
  /** The server has ended the watch. */
  end(): void;
  /** The connection to the server broke. */
  cut(): void;
  break(fault: WatchFault): void;
}

export type DecideEvent = (event: SeenEvent) => EventFault | null;

/** Passes on whole events, one a line, unless a fault is decided for one. After its end it takes and drops the rest. */
export function createWatchStream(outlet: Outlet, decide: DecideEvent): WatchStream {
  let incoming = '';
  let postponed = '';
  let isOver = false;

  const close = (last: () => void): void => {
    if (isOver) return;
    isOver = true;
    last();
  };
  const send = (lines: string): void => {
    outlet.write(lines + postponed);
    postponed = '';
  };
  const breakWith = (fault: WatchFault, line: string): void => {
    close(() => sendLast(outlet, fault, line));
  };
  const pass = (line: string): void => {
    if (isOver) return;
    const fault = decide(parseEvent(line));
    if (fault === null) send(line);
    else if (fault.kind === 'duplicate') send(line + line);
    else if (fault.kind === 'postpone') postponed += line;
    else if (fault.kind !== 'drop') breakWith(fault, line);
  };
  return {
    push: (text) => {
      const lines = (incoming + text).split('\n');
      incoming = lines.pop() ?? '';
      for (const line of lines) pass(`${line}\n`);
    },
    end: () =>
      close(() => {
        send('');
        outlet.end();
      }),
    cut: () => close(outlet.cut),
    break: (fault) => breakWith(fault, '{"type":"MODIFIED","object":{"kind":"Secret"}}\n'),
  };
}

function sendLast(outlet: Outlet, fault: WatchFault, line: string): void {
  switch (fault.kind) {
    case 'freeze':
      return;
    case 'end':
      return outlet.end();
    case 'cut':
      return outlet.cut();
    case 'partial':
      outlet.write(line.slice(0, line.length / 2));
      return outlet.cut();
    case 'error':
      outlet.write(`${JSON.stringify(renderErrorEvent(fault.status))}\n`);
      return outlet.end();
  }
}

function parseEvent(line: string): SeenEvent {
  const event = JSON.parse(line) as {
    readonly type: string;
    readonly object?: {
      readonly metadata?: { readonly name?: string; readonly namespace?: string };
    };
  };
  const { name = '', namespace = '' } = event.object?.metadata ?? {};
  return { type: event.type, name, namespace };
}
