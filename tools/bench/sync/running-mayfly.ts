import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

/** Where the host of a source tells of a push, and what it proves itself with. */
export interface PushHookPlace {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
}

/** Where the measured program finds its configuration, and where it is asked. */
export interface ProgramPlace {
  /** What ships, see `tools/bundle`. */
  readonly program: string;
  readonly role: 'standalone' | 'controller';
  readonly folder: string;
  readonly configFile: string;
  readonly metricsPort: number;
  readonly pushHook: PushHookPlace;
}

export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Mayfly as a process of its own, watched from outside. */
export interface RunningMayfly {
  readonly pid: number;
  /** Tells of a push, as the host of the source does. */
  tellOfPush(): Promise<void>;
  /** The sum of a metric over the labels that contain a text. */
  readMetric(name: string, label?: string): Promise<number>;
  /** The most memory the process had resident so far, in MiB; git's short processes are not in it. */
  readPeakMiB(): Promise<number>;
  /** How long its threads have run so far, in seconds; git's short processes are not in it. */
  readCpuSeconds(): Promise<number>;
  /** The delay of the event loop since the start or the last call. */
  takeLoopDelay(): Promise<LoopDelay>;
  stop(): Promise<void>;
}

const nativeHeap = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

/** As `manifests/standalone/mayfly.service` and `manifests/base/controller.yaml` have it. */
const memorySettings: Readonly<Record<ProgramPlace['role'], NodeJS.ProcessEnv>> = {
  standalone: { ...nativeHeap, NODE_OPTIONS: '--max-semi-space-size=2' },
  controller: { ...nativeHeap, NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=256' },
};

export async function startMayfly(place: ProgramPlace): Promise<RunningMayfly> {
  const loopFile = join(place.folder, 'loop.json');
  const child = await spawnProgram(place, loopFile);
  const ended = once(child, 'exit');
  const running = createRunning(place, child, loopFile);
  await waitUntil('mayfly to run', async () => {
    if (child.exitCode !== null) throw new Error(`mayfly ended, see ${place.folder}/mayfly.log`);
    return running.readMetric('mayfly_build_info').then(
      () => true,
      () => false,
    );
  });
  return {
    ...running,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** With BENCH_PROFILES the program writes a profile of the processor's time to that folder when it ends. */
async function spawnProgram(place: ProgramPlace, loopFile: string): Promise<ChildProcess> {
  const log = await open(join(place.folder, 'mayfly.log'), 'a');
  const profiles = process.env['BENCH_PROFILES'];
  const args = [
    ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
    `--import=${join(import.meta.dirname, 'loop-probe.mjs')}`,
    place.program,
    place.role,
    '--config',
    place.configFile,
  ];
  const settings = memorySettings[place.role];
  const env = { PATH: process.env['PATH'], BENCH_LOOP_FILE: loopFile, ...settings };
  const child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd], env });
  await log.close();
  return child;
}

function createRunning(
  place: ProgramPlace,
  child: ChildProcess,
  loopFile: string,
): Omit<RunningMayfly, 'stop'> {
  const pid = child.pid ?? 0;
  return {
    pid,
    tellOfPush: () => sendPushHook(place.pushHook),
    async readMetric(name, label = '') {
      const text = await readMetrics(place.metricsPort);
      return sumMetric(text, name, label);
    },
    async readPeakMiB() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1]) / 1024);
    },
    async readCpuSeconds() {
      const text = await readMetrics(place.metricsPort);
      return sumMetric(text, 'process_cpu_seconds_total', '');
    },
    async takeLoopDelay() {
      await rm(loopFile, { force: true });
      child.kill('SIGUSR2');
      let found: LoopDelay = { p99Ms: Number.NaN, maxMs: Number.NaN };
      await waitUntil('the delay of the event loop', async () => {
        const text = await readFile(loopFile, 'utf8').catch(() => null);
        if (text !== null) found = JSON.parse(text) as LoopDelay;
        return text !== null;
      });
      return found;
    },
  };
}

function sumMetric(text: string, name: string, label: string): number {
  const lines = text.split('\n').filter((line) => isSample(line, name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

function isSample(line: string, name: string): boolean {
  return line.startsWith(`${name}{`) || line.startsWith(`${name} `);
}

async function readMetrics(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (!response.ok) throw new Error(`the metrics answered ${response.status}`);
  return response.text();
}

/** A push hook of the type `generic`. */
async function sendPushHook({ url, caPem, token }: PushHookPlace): Promise<void> {
  const body = '{}';
  const digest = createHmac('sha256', token).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-signature': `sha256=${digest}` };
  await new Promise<void>((resolve, reject) => {
    const asked = request(url, { method: 'POST', ca: caPem, headers }, (response) => {
      response.resume();
      if (response.statusCode === 202) resolve();
      else reject(new Error(`the push hook answered ${response.statusCode ?? 0}`));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
