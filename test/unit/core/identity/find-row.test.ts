import { describe, expect, it } from '@jest/globals';
import { findIdOf, findRow } from '#core/identity/find-row.ts';
import type { IssuerKind } from '#core/identity/identity.ts';

function idOf(kind: IssuerKind, attribute: string): string | null | undefined {
  const row = findRow(kind, attribute);
  return row === null ? undefined : findIdOf(kind, row);
}

describe('the id of a name', () => {
  it.each<[IssuerKind, string, string | null | undefined]>([
    ['github', 'owner', 'ownerId'],
    ['github', 'repository', 'repositoryId'],
    ['github', 'actor', 'actorId'],
    ['github', 'environment', null],
    ['github', 'ownerId', null],
    ['github', 'ref', null],
    ['github', 'owners', undefined],
    ['gitlab', 'projectPath', 'projectId'],
    ['gitlab', 'refPath', null],
    ['gitlab', 'user', 'userId'],
    ['buildkite', 'pipeline', 'pipelineId'],
    ['azureDevOps', 'serviceConnection', 'serviceConnectionId'],
    ['azureDevOps', 'repository', null],
    ['jenkins', 'job', null],
    ['generic', 'claims.team', null],
    ['github', 'claims.team', undefined],
  ])('of %s %s is %s', (kind, attribute, id) => {
    expect(idOf(kind, attribute)).toBe(id);
  });
});
