import { createByteBuilder, type ByteBuilder } from '../format/byte-builder.ts';
import { plainNumber, toPlain, toPlainMap, type Plain } from '../format/plain.ts';
import { encodeText } from '../format/utf8.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { evaluatePipeline, type Run } from './evaluate.ts';
import { faultAt, overLimit } from './fault.ts';
import { plainBool } from './functions/call.ts';
import { isTrue } from './functions/compare.ts';
import type { BlockNode, Pipeline, TemplateNode } from './syntax.ts';
import { templateLimits, type Template, type TemplateInput } from './template.ts';
import { createWork } from './work.ts';

/**
 * Renders a template. Nothing is answered unless all of it could be rendered; everything made on the way is wiped.
 * The caller wipes the answer and the input.
 *
 * Throws, with line and column and names, never with a value: `MAYFLY_TEMPLATE_MISSING` for a field without a value
 * that is not merely asked for; `MAYFLY_TEMPLATE_VALUE` for a value of the wrong kind; `MAYFLY_TEMPLATE_LIMIT`.
 * Every `secret` of the template must be in the input.
 */
export function renderTemplate(template: Template, input: TemplateInput): SecretBytes {
  const work = createWork(template);
  const out = createByteBuilder(templateLimits.outputBytes, () =>
    overLimit(template, 'outputBytes'),
  );
  const dot: Plain = input.root === null ? { kind: 'nil', name: '.' } : toPlain(input.root, '.');
  const secrets = new Map(
    template.reads.flatMap(({ text }) => {
      const secret = input.secrets.get(text);
      return secret === undefined ? [] : [[text, toSecret(secret)] as const];
    }),
  );
  try {
    const run = { template, work, secrets, slots: [dot], out };
    renderNodes(run, template.nodes, dot);
    return SecretBytes.take(out.finish());
  } finally {
    out.wipe();
    work.wipe();
  }
}

type Secret = TemplateInput['secrets'] extends ReadonlyMap<string, infer S> ? S : never;

/** In the shape that Vault's agent gives to templates: a secret with a version is one of KV 2. */
function toSecret({ fields, version, lease }: Secret): Plain {
  const { id, durationMs, renewable } = lease ?? { id: '', durationMs: 0, renewable: false };
  const inside = toPlainMap(fields);
  return plainMap({
    Data: version === null ? inside : plainMap({ data: inside, metadata: toMetadata(version) }),
    LeaseID: { kind: 'text', bytes: encodeText(id) },
    LeaseDuration: plainNumber(Math.floor(durationMs / 1000)),
    Renewable: plainBool(renewable),
  });
}

function toMetadata(version: string): Plain {
  return plainMap({ version: { kind: 'number', bytes: encodeText(version), isStored: true } });
}

function plainMap(entries: Readonly<Record<string, Plain>>): Plain {
  return { kind: 'map', entries: new Map(Object.entries(entries)) };
}

interface Rendering extends Run {
  readonly out: ByteBuilder;
}

/** How it goes on behind a node: to the next one, or out of it for the loop around. */
type Flow = 'next' | 'break' | 'continue';

function renderNodes(run: Rendering, nodes: readonly TemplateNode[], dot: Plain): Flow {
  for (const node of nodes) {
    const flow = renderNode(run, node, dot);
    if (flow !== 'next') return flow;
  }
  return 'next';
}

function renderNode(run: Rendering, node: TemplateNode, dot: Plain): Flow {
  run.work.step();
  switch (node.kind) {
    case 'text':
      run.out.addBytes(node.bytes);
      return 'next';
    case 'output':
      renderOutput(run, node.pipeline, dot);
      return 'next';
    case 'break':
    case 'continue':
      return node.kind;
    default:
      return renderBlock(run, node, dot);
  }
}

function renderOutput(run: Rendering, pipeline: Pipeline, dot: Plain): void {
  const value = evaluatePipeline(run, pipeline, dot);
  const [slot] = pipeline.targets;
  if (slot !== undefined) run.slots[slot] = value;
  else writeValue(run, value, pipeline.at);
}

function writeValue({ out, template }: Rendering, value: Plain, at: number): void {
  if (value.kind === 'text' || value.kind === 'number') {
    out.addBytes(value.bytes);
  } else if (value.kind === 'bool') {
    out.addText(String(value.value));
  } else if (value.kind === 'nil') {
    throw faultAt('MAYFLY_TEMPLATE_MISSING', template, { at, name: value.name });
  } else {
    const problem = `is a ${value.kind}: name one of its values, or write all of it with toJSON`;
    throw faultAt('MAYFLY_TEMPLATE_VALUE', template, { at, name: 'the value', problem });
  }
}

function renderBlock(run: Rendering, node: BlockNode, dot: Plain): Flow {
  const value = evaluatePipeline(run, node.pipeline, dot);
  if (node.kind === 'range') return renderRange(run, node, { value, dot });
  const [slot] = node.pipeline.targets;
  if (slot !== undefined) run.slots[slot] = value;
  if (!isTrue(value)) return renderNodes(run, node.otherwise, dot);
  return renderNodes(run, node.body, node.kind === 'with' ? value : dot);
}

interface Loop {
  /** What is gone through. */
  readonly value: Plain;
  /** What stays the dot when there is nothing to go through. */
  readonly dot: Plain;
}

/** Lists in their order, maps in that of their keys. */
function renderRange(run: Rendering, node: BlockNode, { value, dot }: Loop): Flow {
  const pairs = pairsOf(run, value, node.pipeline.at);
  if (pairs.length === 0) return renderNodes(run, node.otherwise, dot);
  const [first, second] = node.pipeline.targets;
  for (const [key, item] of pairs) {
    run.work.step();
    if (first !== undefined) run.slots[first] = second === undefined ? item : key;
    if (second !== undefined) run.slots[second] = item;
    if (renderNodes(run, node.body, item) === 'break') break;
  }
  return 'next';
}

function pairsOf(run: Rendering, value: Plain, at: number): readonly (readonly [Plain, Plain])[] {
  if (value.kind === 'nil') return [];
  if (value.kind === 'list') return value.items.map((item, index) => [plainNumber(index), item]);
  if (value.kind === 'map') {
    return [...value.entries]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [{ kind: 'text', bytes: encodeText(key) }, item]);
  }
  const problem = `takes a list or a map, not a ${value.kind}`;
  throw faultAt('MAYFLY_TEMPLATE_VALUE', run.template, { at, name: 'range', problem });
}
