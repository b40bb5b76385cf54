import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { schemathesis, whyNoSchemathesis } from '#test/support/parts/schemathesis.ts';

/**
 * Not checked: that what fits the document is taken, which depends on the token; that a method which is not in it is
 * answered 405; that a token is required where the body may hold it.
 */
const unchecked = ['positive_data_acceptance', 'unsupported_method', 'missing_required_header'];

describeOrSkip(whyNoSchemathesis(), 'the OpenAPI document of the broker', () => {
  let scene: JobScene;

  beforeAll(async () => {
    scene = await openJobScene('github');
  });
  afterAll(async () => await scene.close());

  it('tells every answer to whatever is sent, and none of them is a failure of the broker', async () => {
    const folder = await createTempFolder();
    const { url } = scene.broker;
    const flags = ['--generation-deterministic', '--max-examples=40', '--no-color'];
    const args = ['run', ...flags, `--exclude-checks=${unchecked.join(',')}`, '--url', url];
    const said = await new Promise<string>((resolve) => {
      const options = { cwd: folder.path, maxBuffer: 16 * 1024 * 1024 };
      execFile(schemathesis, [...args, `${url}/openapi.json`], options, (_, stdout, stderr) => {
        resolve(`${stdout}${stderr}`);
      });
    });
    await folder.remove();
    expect(said).toContain('Tested: 7');
    expect(said).not.toMatch(/Failures:|Errors:/u);
    expect(said).toMatch(/(\d+) generated, \1 passed/u);
  }, 120_000);
});
