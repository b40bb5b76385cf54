import { describe, expect, it } from '@jest/globals';
import { parseAzureDevOpsClaims } from '#core/identity/azure-devops/parse-azure-devops-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

const organizationId = '0ca3ddd9-f0b0-4635-a98c-5866526961b6';
const connectionId = '5c9a3fa1-1f61-4b0a-9d51-0f5f1a3a7b11';
const withoutIds = Object.fromEntries(
  ['org_id', 'prj_id', 'def_id', 'rpo_id', 'rpo_uri', 'rpo_ver', 'rpo_ref', 'run_id'].map(
    (name) => [name, undefined],
  ),
);

describe('a pipeline of Azure DevOps', () => {
  it('is known by ids and names, which may hold spaces', () => {
    expect(attributesOf(parseAzureDevOpsClaims(claimsOf('azureDevOps')))).toEqual({
      organizationId,
      projectId: '271ef6f7-5998-4b0f-86fb-4b54d9129990',
      pipelineId: '1',
      organization: 'fabrikam',
      project: 'Web Shop',
      pipeline: 'deploy (EU)',
      repository: 'https://github.com/fabrikam/web-shop.git',
      repositoryId: 'fabrikam/web-shop',
      ref: 'refs/heads/main',
      sha: 'c291ea713801eb300054d353d279e7b02331f671',
    });
  });

  it('is seen at its address', () => {
    const { runUrl, unit } = parseAzureDevOpsClaims(claimsOf('azureDevOps'));
    expect(runUrl).toBe('https://dev.azure.com/fabrikam/Web%20Shop/_build/results?buildId=5');
    expect(unit).toBe('5');
    expect(parseAzureDevOpsClaims(claimsOf('azureDevOps', { run_id: '5&x=' })).runUrl).toBeNull();
  });

  it.each([
    ['refs/heads/main', []],
    ['refs/pull/3/merge', ['fork', 'pullRequest']],
    [undefined, ['fork', 'pullRequest']],
  ])('for %s is exposed by %j', (ref, exposures) => {
    expect([
      ...parseAzureDevOpsClaims(claimsOf('azureDevOps', { rpo_ref: ref })).exposures,
    ]).toEqual(exposures);
  });
});

describe('a service connection of Azure DevOps', () => {
  it('is known by its names, and its organisation by the issuer', () => {
    const sub = 'sc://fabrikam/Web Shop/to Mayfly';
    expect(
      attributesOf(parseAzureDevOpsClaims(claimsOf('azureDevOps', { ...withoutIds, sub }))),
    ).toEqual({
      organizationId,
      organization: 'fabrikam',
      project: 'Web Shop',
      serviceConnection: 'to Mayfly',
    });
  });

  it('is known by its ids in a token of Entra', () => {
    const change = {
      ...withoutIds,
      iss: 'https://login.microsoftonline.com/9a1f7b7e-6d37-4d2a-8f2f-2f3a5e6b7c8d/v2.0',
      sub: `/eid1/c/pub/t/fnsfmjdtKk2PLy86XmtsjQ/a/DqFiSFnfFEu5Xj0q8cN2Rw/sc/${organizationId}/${connectionId}`,
    };
    expect(attributesOf(parseAzureDevOpsClaims(claimsOf('azureDevOps', change)))).toEqual({
      organizationId,
      serviceConnectionId: connectionId,
    });
  });

  it.each(['sc://fabrikam/Web Shop/to/Mayfly', 'x sc://a/b/c', 'sc://a//c', 'SC://a/b/c'])(
    'is none where sub is of another shape: %s',
    (sub) => {
      const { attributes } = parseAzureDevOpsClaims(
        claimsOf('azureDevOps', { ...withoutIds, sub }),
      );
      expect([...attributes.keys()]).toEqual(['organizationId']);
    },
  );

  it('does not take its organisation from another issuer that looks alike', () => {
    const iss = `https://vstoken.dev.azure.com.evil.example.org/${organizationId}`;
    const { attributes } = parseAzureDevOpsClaims(claimsOf('azureDevOps', { ...withoutIds, iss }));
    expect(attributes.has('organizationId')).toBe(false);
  });
});
