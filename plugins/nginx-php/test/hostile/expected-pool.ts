import type { NodeInput, OwnerInput } from '@freehold/sdk';
import type { PhpPoolSpec } from '../../contract/php-pool.ts';
import { bytesOf } from '../../contract/text.ts';

type Entry = readonly [string, string];

/** What the configuration of a pool must say, written down a second time. */
export function expectedPool(
  name: string,
  spec: PhpPoolSpec,
  { node, owner }: { node: NodeInput; owner: OwnerInput },
): { pool: Entry[]; environment: Entry[] } {
  const { phpSettings: php = {}, environment = {}, systemEnvironment = {} } = spec;
  const home = owner.home;
  const temporary = spec.temporaryFolder ?? `${home}/tmp`;
  const sessions = spec.sessionFolder ?? `${home}/sessions`;
  const logs = spec.logFolder ?? `${home}/logs/php`;
  const flag = (value: boolean | undefined, otherwise: string) => (value === undefined ? otherwise : value ? '1' : '0');
  const upload =
    php.upload_max_filesize ??
    (bytesOf(php.post_max_size ?? '64M') < bytesOf('64M') ? String(php.post_max_size) : '64M');
  const post = php.post_max_size ?? (bytesOf(upload) > bytesOf('64M') ? upload : '64M');
  const reporting = { all: '32767', 'no-deprecated': '8191', 'no-notices': '5111', errors: '4437' };
  const base = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    USER: owner.user,
    HOME: home,
    TMPDIR: temporary,
    ...systemEnvironment,
  };

  return {
    pool: [
      ['user', owner.user],
      ['group', owner.group],
      ['listen', `${node.paths.run}/php/8.2/${name}.sock`],
      ['listen.owner', 'www-data'],
      ['listen.group', 'www-data'],
      ['listen.mode', '0600'],
      ['pm', 'ondemand'],
      ['pm.max_children', String(spec.workers ?? 5)],
      ['pm.process_idle_timeout', '30'],
      ['pm.max_requests', '1000'],
      ['request_terminate_timeout', String((php.max_execution_time ?? 60) + 15)],
      ...(spec.slowLog
        ? ([
            ['request_slowlog_timeout', String(spec.slowLog.seconds)],
            ['slowlog', `${spec.slowLog.folder ?? `${home}/logs`}/php-slow.log`],
          ] as const)
        : []),
      ['security.limit_extensions', '.php'],
      ['clear_env', 'yes'],
      ...variables(Object.fromEntries(Object.entries(base).filter(([key]) => !(key in environment)))),
      ['php_admin_value[memory_limit]', php.memory_limit ?? '256M'],
      ['php_admin_value[upload_max_filesize]', upload],
      ['php_admin_value[post_max_size]', post],
      ['php_admin_value[max_file_uploads]', String(php.max_file_uploads ?? 20)],
      ['php_admin_value[max_input_vars]', String(php.max_input_vars ?? 5000)],
      ['php_value[max_execution_time]', String(php.max_execution_time ?? 60)],
      ['php_admin_value[max_input_time]', String(php.max_input_time ?? 60)],
      ['php_value[default_socket_timeout]', String(php.default_socket_timeout ?? 60)],
      ['php_value[display_errors]', flag(php.display_errors, '0')],
      ['php_value[error_reporting]', reporting[php.error_reporting ?? 'no-deprecated']],
      ['php_value[date.timezone]', php['date.timezone'] ?? 'UTC'],
      ['php_value[session.gc_maxlifetime]', String(php['session.gc_maxlifetime'] ?? 1440)],
      ['php_admin_value[allow_url_fopen]', flag(php.allow_url_fopen, '1')],
      ['php_admin_value[short_open_tag]', flag(php.short_open_tag, '0')],
      ...(php['opcache.enable'] === false ? ([['php_admin_value[opcache.enable]', '0']] as const) : []),
      ['php_admin_value[open_basedir]', `${[...spec.folders, temporary, sessions, '/usr/share/php'].join('/:')}/`],
      ['php_admin_value[upload_tmp_dir]', temporary],
      ['php_admin_value[sys_temp_dir]', temporary],
      ['php_admin_value[error_log]', `${logs}/error.log`],
      ['php_value[session.save_path]', sessions],
    ],
    environment: variables(environment),
  };
}

function variables(record: Readonly<Record<string, string>>): Entry[] {
  return Object.entries(record).map(([name, value]) => [`env[${name}]`, value]);
}
