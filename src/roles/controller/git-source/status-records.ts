import type { ObjectRef } from '#core/api/object.ts';
import { parseGitSourceStatus } from '#core/api/status/status.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import {
  isSameRecord,
  type AcceptedSource,
  type SourceRecords,
} from '../../sources/source-parts.ts';

/** What was accepted of a source, in its status: it goes with the object. */
export function createStatusRecords(objects: ObjectApi): SourceRecords {
  return {
    read: parseGitSourceStatus,
    write: async (accepted) => await writeRecord(objects, accepted),
    forget: async () => undefined,
  };
}

async function writeRecord(
  objects: ObjectApi,
  { object, before, record, rewound }: AcceptedSource,
): Promise<boolean> {
  if (isSameRecord(before, record)) return false;
  const { namespace, name, resourceVersion } = object.metadata;
  const ref: ObjectRef = { kind: 'GitSource', namespace, name };
  const { observedGeneration, conditions } = parseGitSourceStatus(object);
  const status = {
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(conditions === undefined ? {} : { conditions }),
    ...record,
  };
  await objects.writeStatus(ref, status, resourceVersion);
  if (rewound) {
    await objects.recordEvent({
      about: ref,
      type: 'Warning',
      reason: 'HistoryRewound',
      message: 'the accepted commit does not descend from the one before it',
    });
  }
  return true;
}
