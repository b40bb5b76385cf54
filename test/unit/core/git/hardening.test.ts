import { describe, expect, it } from '@jest/globals';
import { renderGitConfig } from '#core/git/hardening.ts';

describe('the configuration of git', () => {
  it('allows no protocol, hook, redirect, helper or unchecked object', () => {
    const rendered = renderGitConfig({});
    for (const setting of [
      'protocol.allow=never',
      'core.hooksPath=/dev/null',
      'http.followRedirects=false',
      'credential.helper=',
      'transfer.fsckObjects=true',
      'fetch.recurseSubmodules=false',
    ]) {
      expect(rendered).toContain(setting);
    }
  });

  it('adds what the one host needs, after the rest', () => {
    const rendered = renderGitConfig({ 'protocol.https.allow': 'always' });
    expect(rendered.slice(-2)).toEqual(['-c', 'protocol.https.allow=always']);
  });
});
