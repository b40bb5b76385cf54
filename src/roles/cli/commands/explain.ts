import { createError } from '#core/errors/mayfly-error.ts';
import { readPodWorld } from '#core/injection/pod-world.ts';
import { resolveSettings } from '#core/injection/resolve-settings.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import { readConfiguration } from '#platform/config/read-configuration.ts';
import { readYamlFolder } from '#platform/folders/read-yaml-folder.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { openPersonCluster } from '../compose.ts';
import { explainPod } from '../explain/explain-pod.ts';
import { readClusterPod } from '../explain/read-cluster-pod.ts';
import { readClusterObjects } from '../explain/read-cluster-objects.ts';
import {
  createPaint,
  renderExplanation,
  renderExplanationJson,
} from '../explain/render-explanation.ts';
import { readInput } from '../files/read-input.ts';
import { explainToken, type ExplainTokenOptions } from '../explain/explain-token.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { addClusterOptions, collect, createOutputOption } from './options.ts';

interface ExplainOptions {
  readonly objects?: string;
  readonly namespace: string;
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: 'text' | 'json';
}

const timeoutMs = 60_000;

/** `mayfly explain pod FILE|NAME` and `mayfly explain token [FILE]`. */
export const defineExplain: DefineCommand = (command, terminal) => {
  definePod(command, terminal);
  defineToken(command, terminal);
};

const definePod: DefineCommand = (command, terminal) => {
  addClusterOptions(
    command
      .command('pod')
      .description('what would be done to a pod, or which rules refuse it')
      .argument('<target>', 'a manifest (*.yaml, *.yml, *.json or -), or a name in the cluster')
      .option('--objects <folder>', 'manifests of Stores, TenantPolicies and Namespaces')
      .option('-n, --namespace <name>', 'the namespace where the object names none', 'default')
      .option('--config <file>', 'the configuration of the webhook (default: MAYFLY_CONFIG)'),
  )
    .addOption(createOutputOption())
    .addHelpText(
      'after',
      '\nA name is that of a pod, or kind/name of a workload, such as deployment/web.\n' +
        '\nExit codes: 0 the pod is injected or left as it is, 2 it is refused.\n' +
        '\nExample:\n  mayfly explain pod web.yaml --objects stores/ --namespace shop',
    )
    .action((target: string, options: ExplainOptions) => explain(terminal, target, options));
};

const defineToken: DefineCommand = (command, terminal) => {
  addClusterOptions(
    command
      .command('token')
      .description('what a policy would decide about a token, clause by clause')
      .argument('[file]', 'a token, or its claims as JSON', '-')
      .requiredOption(
        '--policy <file or name>',
        'a manifest, or of the cluster NAMESPACE/NAME or cluster/NAME',
      )
      .option('--reference <reference>', 'what is asked for; may be given more than once', collect)
      .option('--vault-client', 'asked as Vault is: of a path the keys that are granted will do'),
  )
    .addOption(createOutputOption())
    .addHelpText(
      'after',
      '\nThe token is read and sent nowhere. Its signature, its audience and its times are not looked at.\n' +
        '\nExit codes: 0 it would be granted, 3 denied.\n' +
        '\nExample:\n  mayfly explain token token.txt --policy release.yaml --reference cluster/vault:secret/data/shop/release',
    )
    .action((file: string, options: ExplainTokenOptions) => explainToken(terminal, file, options));
};

async function explain(terminal: Terminal, target: string, options: ExplainOptions): Promise<void> {
  const settings = await readSettings(options.config);
  const isFile = target === '-' || /^.*\.(?:ya?ml|json)$/u.test(target);
  const { documents, around } = isFile
    ? await readFiles(terminal, target, options)
    : await readCluster(target, options);
  const rules = { settings, world: readPodWorld(around), namespace: options.namespace };
  const explanations = documents.flatMap((document) => explainPod(document, rules) ?? []);
  if (explanations.length === 0) throw createError('MAYFLY_POD_NOT_FOUND', { target });
  const isColored = terminal.stdout.isTTY === true && !terminal.env['NO_COLOR'];
  const paint = createPaint(isColored);
  terminal.stdout.write(
    options.output === 'json'
      ? `${JSON.stringify(explanations.map(renderExplanationJson), null, 2)}\n`
      : explanations.map((each) => renderExplanation(each, paint)).join('\n'),
  );
  const count = explanations.filter(({ decision }) => decision.kind === 'refuse').length;
  if (count > 0) throw createError('MAYFLY_POD_REFUSED', { count });
}

interface Material {
  /** What is explained. */
  readonly documents: readonly unknown[];
  /** What it is decided by. */
  readonly around: readonly unknown[];
}

async function readFiles(
  terminal: Terminal,
  target: string,
  { objects }: ExplainOptions,
): Promise<Material> {
  const documents = parsePlainYaml(await readInput(terminal, target), target);
  const folder = objects === undefined ? [] : await readYamlFolder(objects);
  return { documents, around: [...folder, ...documents] };
}

async function readCluster(target: string, options: ExplainOptions): Promise<Material> {
  const end = keepProgramAlive();
  try {
    const { api } = await openPersonCluster(options);
    const signal = AbortSignal.timeout(timeoutMs);
    const { namespace } = options;
    const documents = [await readClusterPod(api, { target, namespace }, signal)];
    return { documents, around: await readClusterObjects(api, namespace, signal) };
  } finally {
    end();
  }
}

/** Stands for the image where no configuration names one. */
const someImage = 'mayfly-agent';

async function readSettings(file: string | undefined): Promise<InjectionSettings> {
  const parsed = await readConfiguration({ ...(file === undefined ? {} : { file }), flags: [] });
  if (parsed.kind === 'invalid') {
    throw parsed.errors[0] ?? createError('MAYFLY_INTERNAL_BUG', { where: 'the configuration' });
  }
  return resolveSettings(parsed.value, parsed.value.webhook.agent.image ?? someImage);
}
