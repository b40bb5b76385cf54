import { styleText } from 'node:util';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { InjectionDecision } from '#core/injection/decide-injection.ts';
import { diffJson } from '#core/injection/patch/diff-json.ts';
import type { Access } from '#core/injection/plan/decide-access.ts';
import type { InjectionPlan } from '#core/injection/plan/injection-plan.ts';
import { diffLines, type DiffLine } from '#core/text/diff-lines.ts';
import { renderYaml } from '#platform/yaml/edit-documents.ts';
import type { Explanation } from './explain-pod.ts';

export type Paint = (color: 'red' | 'green' | 'yellow' | 'dim', text: string) => string;

/** A painter that leaves texts as they are where nobody looks at colours. */
export function createPaint(isColored: boolean): Paint {
  return (color, text) => (isColored ? styleText(color, text, { validateStream: false }) : text);
}

/** What a person reads. */
export function renderExplanation(explanation: Explanation, paint: Paint): string {
  const { subject, decision, remarks } = explanation;
  return [
    `${subject}: ${words[decision.kind]}`,
    ...remarks.map((text) => paint('yellow', `  note: ${text}`)),
    ...renderDecision(decision, paint),
    ...renderDiff(explanation, paint),
    '',
  ].join('\n');
}

const words: Readonly<Record<InjectionDecision['kind'], string>> = {
  leave: 'asks for nothing, and is left as it is',
  injected: 'is injected already',
  inject: 'would be injected',
  refuse: 'would be refused',
};

function renderDecision(decision: InjectionDecision, paint: Paint): readonly string[] {
  switch (decision.kind) {
    case 'refuse':
      return decision.errors.flatMap((error) => renderError(error, paint));
    case 'inject':
      return [
        ...renderPlan(decision.plan),
        ...decision.warnings.map((text) => paint('yellow', `  warning: ${text}`)),
      ];
    case 'injected':
      return renderPlan(decision.plan);
    default:
      return [];
  }
}

function renderError({ message, code, hint }: MayflyError, paint: Paint): readonly string[] {
  return [paint('red', `  - ${message} [${code}]`), ...(hint === '' ? [] : [`    hint: ${hint}`])];
}

const reasons: Readonly<Record<Access['kind'], string>> = {
  fsGroup: 'files are for the fsGroup of the pod',
  sharedUid: 'files are for the uid that its containers share',
  everybody: 'files are for everybody who mounts them: no fsGroup, and no shared uid but root',
};

function renderPlan(plan: InjectionPlan): readonly string[] {
  const { agent, access, place, mode, deliveries } = plan;
  const variables = [...deliveries].flatMap(([container, list]) =>
    list.map(({ variable }) => `${variable} of ${container}`),
  );
  return [
    `  agent: ${mode}, init container ${place + 1}, as uid ${access.uid}; ${reasons[access.kind]}`,
    '  tokens: one for each store, in the agent alone; the agent has none for the Kubernetes API',
    ...agent.files.map(
      ({ path, reference, mode: bits, format }) =>
        `  file: ${plan.filesPath}/${path} (0${bits.toString(8)}, ${reference ?? 'a template'}, ${format})`,
    ),
    ...variables.map((name) => `  variable: ${name}`),
    ...agent.stores.map(
      ({ name, address, login }) => `  store: ${name} at ${address}, as ${login.role}`,
    ),
  ];
}

const longestLine = 160;

function renderDiff({ pod, decision }: Explanation, paint: Paint): readonly string[] {
  if (pod === null || decision.kind !== 'inject') return [];
  const [before, after] = [pod, decision.pod].map((each) => renderYaml(each).split('\n'));
  return ['', ...diffLines(before ?? [], after ?? []).map((each) => renderLine(each, paint))];
}

function renderLine({ kind, text }: DiffLine, paint: Paint): string {
  const shown = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
  switch (kind) {
    case 'added':
      return paint('green', `+ ${shown}`);
    case 'removed':
      return paint('red', `- ${shown}`);
    case 'skipped':
      return paint('dim', `@ ${shown}`);
    default:
      return `  ${shown}`;
  }
}

/** What a program reads. */
export function renderExplanationJson({ subject, pod, decision, remarks }: Explanation): object {
  const errors = decision.kind === 'refuse' ? decision.errors : [];
  const isInject = decision.kind === 'inject';
  return {
    subject,
    decision: decision.kind,
    remarks,
    warnings: isInject ? decision.warnings : [],
    errors: errors.map((error) => error.toJSON()),
    patch: isInject && pod !== null ? diffJson(pod, decision.pod) : [],
    plan: 'plan' in decision ? decision.plan.agent : null,
  };
}
