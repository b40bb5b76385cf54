import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { describeWithParts } from '#test/support/describe-with-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-parts-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

await describeWithParts(['sops', 'age-keygen', 'sops-bench'], 'the real programs', (paths) => {
  it('are the pinned versions and work together', () => {
    const keyFile = join(folder, 'key.txt');
    execFileSync(paths['age-keygen'], ['-o', keyFile], { stdio: 'ignore' });
    const recipient = execFileSync(paths['age-keygen'], ['-y', keyFile], { encoding: 'utf8' });
    const file = join(folder, 'files.yaml');
    writeFileSync(file, 'password: letmein\n');
    const version = execFileSync(paths.sops, ['--disable-version-check', '--version']);
    execFileSync(paths.sops, ['encrypt', '-i', '--age', recipient.trim(), file]);
    expect(version.toString()).toContain('3.13.3');
  });

  it('measure how fast the Go library decrypts a folder', () => {
    const place = mkdtempSync(join(folder, 'bench-'));
    const keyFile = join(folder, 'bench-key.txt');
    execFileSync(paths['age-keygen'], ['-o', keyFile], { stdio: 'ignore' });
    const recipient = execFileSync(paths['age-keygen'], ['-y', keyFile], { encoding: 'utf8' });
    writeFileSync(join(place, 'one.yaml'), 'password: letmein\n');
    execFileSync(paths.sops, ['encrypt', '-i', '--age', recipient.trim(), join(place, 'one.yaml')]);
    const env = { ...process.env, SOPS_AGE_KEY_FILE: keyFile };
    const report: unknown = JSON.parse(
      execFileSync(paths['sops-bench'], [place], { env, encoding: 'utf8' }),
    );
    expect(report).toMatchObject({ files: 1, macVerified: true });
  });
});
