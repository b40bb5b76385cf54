/** The environment without what tunes tests and tools: the program takes each `MAYFLY_…` for a setting. */
export function readCleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('MAYFLY_'));
  return Object.fromEntries(entries);
}
