import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { parseConfiguration, type ParsedConfiguration } from './parse-configuration.ts';

const largestFile = 1024 * 1024;

export interface ConfigurationPlaces {
  /** The `--config` flag; else `MAYFLY_CONFIG` names the file, else there is none. */
  readonly file?: string;
  readonly flags: readonly string[];
}

/** Reads the configuration of this process. Throws `MAYFLY_FILE_…` when the named file cannot be read. */
export async function readConfiguration(
  places: ConfigurationPlaces,
  signal?: AbortSignal,
): Promise<ParsedConfiguration> {
  const name = places.file ?? process.env['MAYFLY_CONFIG'];
  const file =
    name === undefined ? null : { name, bytes: await readFileBounded(name, largestFile, signal) };
  return parseConfiguration({ file, environment: process.env, flags: places.flags });
}
