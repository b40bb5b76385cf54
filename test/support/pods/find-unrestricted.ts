type Fields = Readonly<Record<string, unknown>>;

const volumeTypes = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]);

/**
 * What a pod does against the Pod Security Standard *restricted*, v1.36, baseline included. See
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/.
 */
export function findUnrestricted(pod: object): readonly string[] {
  const spec = fieldsOf(fieldsOf(pod)['spec']);
  const context = fieldsOf(spec['securityContext']);
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) =>
    listOf(spec[kind]).map(fieldsOf),
  );
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => spec[name] === true),
    ...listOf(spec['volumes']).flatMap((volume) =>
      Object.keys(fieldsOf(volume)).filter((type) => !volumeTypes.has(type)),
    ),
    ...listOf(context['sysctls']).flatMap((sysctl) => {
      const name = String(fieldsOf(sysctl)['name']);
      return safeSysctls.has(name) ? [] : [`sysctl ${name}`];
    }),
    ...findInContext(context, 'the pod'),
    ...containers.flatMap((container) => findInContainer(container, context)),
  ];
}

/** What holds for the pod and for each container alike. */
function findInContext(context: Fields, where: string): readonly string[] {
  const seccomp = fieldsOf(context['seccompProfile'])['type'];
  const selinux = fieldsOf(context['seLinuxOptions']);
  const selinuxTypes = [undefined, '', 'container_t', 'container_init_t', 'container_kvm_t'];
  const apparmor = fieldsOf(context['appArmorProfile'])['type'];
  return [
    ...(context['runAsUser'] === 0 ? ['runs as root'] : []),
    ...(seccomp === 'Unconfined' ? ['seccomp is off'] : []),
    ...(apparmor === 'Unconfined' ? ['AppArmor is off'] : []),
    ...(fieldsOf(context['windowsOptions'])['hostProcess'] === true ? ['hostProcess'] : []),
    ...(selinuxTypes.includes(selinux['type'] as string | undefined) ? [] : ['SELinux type']),
    ...(selinux['user'] === undefined && selinux['role'] === undefined ? [] : ['SELinux user']),
  ].map((what) => `${where}: ${what}`);
}

function findInContainer(container: Fields, pod: Fields): readonly string[] {
  const where = `container ${String(container['name'])}`;
  const context = fieldsOf(container['securityContext']);
  const capabilities = fieldsOf(context['capabilities']);
  const seccomp = fieldsOf(context['seccompProfile'] ?? pod['seccompProfile'])['type'];
  const added = listOf(capabilities['add']).filter((name) => name !== 'NET_BIND_SERVICE');
  const hostPorts = listOf(container['ports']).filter((port) => fieldsOf(port)['hostPort'] ?? 0);
  const rules = {
    'may escalate': context['allowPrivilegeEscalation'] !== false,
    'is privileged': context['privileged'] === true,
    'keeps capabilities': !listOf(capabilities['drop']).includes('ALL'),
    'adds capabilities': added.length > 0,
    'may run as root': (context['runAsNonRoot'] ?? pod['runAsNonRoot']) !== true,
    'has no seccomp profile': seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost',
    'has an odd procMount': (context['procMount'] ?? 'Default') !== 'Default',
    'has a host port': hostPorts.length > 0,
    'names a host in a probe': hasProbeHost(container),
  };
  const broken = Object.entries(rules).filter(([, isBroken]) => isBroken);
  return [...broken.map(([rule]) => `${where}: ${rule}`), ...findInContext(context, where)];
}

function hasProbeHost(container: Fields): boolean {
  const lifecycle = fieldsOf(container['lifecycle']);
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].map((name) => container[name]);
  return [...probes, lifecycle['postStart'], lifecycle['preStop']].some((probe) =>
    ['httpGet', 'tcpSocket'].some((kind) => (fieldsOf(fieldsOf(probe)[kind])['host'] ?? '') !== ''),
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
