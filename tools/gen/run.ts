import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { renderConfigReference } from '#platform/config/render-reference.ts';
import { bundleAction } from '#tools/bundle/bundle-action.ts';
import { root } from '#tools/steps/run-command.ts';
import { kindResources } from '#core/api/object.ts';
import { kinds } from './kinds.ts';
import { renderAccessPoliciesPage } from './render-access-policies-page.ts';
import { renderAnnotationsPage } from './render-annotations-page.ts';
import { renderCliPage } from './render-cli-page.ts';
import { renderCrd } from './render-crd.ts';
import { renderErrorsPage } from './render-errors-page.ts';
import { renderKindsPage } from './render-kinds-page.ts';
import { renderJsonSchema } from './render-json-schema.ts';
import { renderKustomization } from './render-kustomization.ts';
import { brokerRoles } from './rbac/broker-roles.ts';
import { featureRoles } from './rbac/feature-roles.ts';
import {
  renderAccounts,
  renderFeature,
  renderFeatureBinding,
  renderRbac,
  renderTenantBindings,
} from './rbac/render-rbac.ts';
import { renderRbacPage } from './rbac/render-rbac-page.ts';
import { renderCompatibility, renderConfigurations } from './webhook/render-configurations.ts';

/**
 * `npm run gen`: writes every file that is made from another one. `-- --check` writes nothing and fails where a file
 * is not what would be written.
 */
const isCheck = process.argv.includes('--check');
const ownFolders = [
  'manifests/crds',
  'manifests/schemas',
  'manifests/tenant-namespace',
  'docs/reference',
];

const wanted = new Map<string, string>();
for (const kind of kinds) {
  const name = kind.kind.toLowerCase();
  wanted.set(`manifests/crds/${kindResources[kind.kind].plural}.yaml`, renderCrd(kind));
  wanted.set(`manifests/schemas/${name}.json`, renderJsonSchema(kind));
}
const crdFiles = kinds.map(({ kind }) => `${kindResources[kind].plural}.yaml`);
wanted.set('manifests/crds/kustomization.yaml', renderKustomization(crdFiles));
wanted.set('manifests/base/rbac.yaml', renderRbac());
wanted.set('manifests/tenant-namespace/bindings.yaml', renderTenantBindings());
const tenantFiles = ['bindings.yaml'];
wanted.set('manifests/tenant-namespace/kustomization.yaml', renderKustomization(tenantFiles));
const brokerFolder = 'manifests/components/broker';
wanted.set(`${brokerFolder}/rbac.yaml`, renderAccounts(brokerRoles));
wanted.set(`${brokerFolder}/tenant-namespace/bindings.yaml`, renderTenantBindings(brokerRoles));
wanted.set(`${brokerFolder}/tenant-namespace/kustomization.yaml`, renderKustomization(tenantFiles));
for (const feature of featureRoles) {
  const folder = `manifests/components/${feature.name}`;
  wanted.set(`${folder}/rbac.yaml`, renderFeature(feature));
  wanted.set(`${folder}/kustomization.yaml`, renderKustomization(['rbac.yaml'], 'Component'));
  wanted.set(`${folder}/tenant-namespace/binding.yaml`, renderFeatureBinding(feature));
  wanted.set(
    `${folder}/tenant-namespace/kustomization.yaml`,
    renderKustomization(['binding.yaml']),
  );
}
wanted.set('manifests/components/webhook/configurations.yaml', renderConfigurations());
wanted.set('manifests/components/webhook-compatibility/kustomization.yaml', renderCompatibility());
wanted.set('docs/reference/rbac.md', await formatMarkdown(renderRbacPage()));
wanted.set('docs/reference/kinds.md', await formatMarkdown(renderKindsPage()));
wanted.set('docs/reference/access-policies.md', await formatMarkdown(renderAccessPoliciesPage()));
wanted.set('docs/annotations.md', await formatMarkdown(renderAnnotationsPage()));
wanted.set('docs/errors.md', await formatMarkdown(renderErrorsPage()));
wanted.set('docs/reference/configuration.md', await formatMarkdown(renderConfigReference()));
wanted.set('docs/reference/cli.md', await formatMarkdown(await renderCliPage()));
wanted.set('action/dist/main.mjs', await bundleAction());

const different = [...wanted].filter(([path, text]) => readText(path) !== text);
const leftOver = ownFolders
  .flatMap((folder) => listFolder(folder))
  .filter((path) => !wanted.has(path));

if (isCheck) {
  for (const [path] of different) console.log(`${path} is not what npm run gen writes`);
  for (const path of leftOver) console.log(`${path} is made by nothing`);
  process.exitCode = different.length + leftOver.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of different) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const path of leftOver) {
    rmSync(join(root, path));
    console.log(`removed ${path}`);
  }
  console.log(`${wanted.size} files, ${different.length} written`);
}

function formatMarkdown(text: string): Promise<string> {
  return format(text, { parser: 'markdown', printWidth: 100, singleQuote: true });
}

function readText(path: string): string | null {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function listFolder(folder: string): readonly string[] {
  const place = join(root, folder);
  return existsSync(place) ? readdirSync(place).map((name) => `${folder}/${name}`) : [];
}
