import type { RuleTester } from 'oxlint/plugins-dev';

/** A rule of ours, in the shape that oxlint and its rule tester take. */
export type LintRule = Parameters<RuleTester['run']>[1];

type Visitor = ReturnType<NonNullable<LintRule['create']>>;
type NodeOf<Name extends keyof Visitor> = Parameters<NonNullable<Visitor[Name]>>[0];

export type CallNode = NodeOf<'CallExpression'>;
export type AnyFunctionNode = NodeOf<'FunctionDeclaration'> | NodeOf<'ArrowFunctionExpression'>;
export type LiteralNode = NodeOf<'Literal'>;
export type ExpressionNode = CallNode['callee'];

/** `a.b.c` → `c`, `f` → `f`; null for anything computed. */
export function nameOf(node: ExpressionNode): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.computed) return null;
  return node.property.type === 'Identifier' ? node.property.name : null;
}

/** `a.b.c` → `a.b.c`; null where a part is neither a name nor a member. */
export function pathOf(node: ExpressionNode): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return null;
  const name = nameOf(node);
  const parent = pathOf(node.object);
  return name === null || parent === null ? null : `${parent}.${name}`;
}
