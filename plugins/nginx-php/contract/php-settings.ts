import { type FieldOptions, Fields, type Static, Type } from '@freehold/sdk';
import { ByteSize } from './text.ts';

/** The PHP settings that a tenant may choose, under PHP's own names. Everything else is Freehold's or the hoster's. */
export const PhpSettings = Fields(
  {
    memory_limit: size({
      title: 'Memory limit',
      description: 'Of one request. 16M to 4G, default 256M.',
      examples: ['512M'],
    }),
    upload_max_filesize: size({
      title: 'Largest uploaded file',
      description: '1M to 4G. Default: 64M, or what a form may have if that is less.',
      examples: ['128M'],
    }),
    post_max_size: size({
      title: 'Largest form',
      description:
        'With all its uploaded files. 1M to 4G. Default: 64M, or what an uploaded file may have if that is more.',
      examples: ['256M'],
    }),
    max_file_uploads: number(1, 500, { title: 'Files in one form', description: 'Default 20.' }),
    max_input_vars: number(100, 100_000, { title: 'Fields in one form', description: 'Default 5000.' }),
    max_execution_time: number(1, 3600, {
      title: 'Computing time (seconds)',
      description: 'Of one request. Default 60.',
    }),
    max_input_time: number(1, 3600, { title: 'Time to receive a form (seconds)', description: 'Default 60.' }),
    default_socket_timeout: number(1, 600, {
      title: 'Time limit of outgoing connections (seconds)',
      description: 'Default 60.',
    }),
    display_errors: flag({
      title: 'Show errors to visitors',
      description: 'For development only. They are always logged. Default: no.',
    }),
    error_reporting: Type.Optional(
      Type.Enum(['all', 'no-deprecated', 'no-notices', 'errors'], {
        title: 'Reported errors',
        description:
          'Everything; all but what is deprecated; neither that nor notices; errors only. Default: `no-deprecated`.',
      }),
    ),
    'date.timezone': Type.Optional(
      Type.String({
        title: 'Time zone',
        description: 'A name of the IANA database. Default: UTC.',
        examples: ['Europe/Berlin'],
        maxLength: 64,
        pattern: '^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z][A-Za-z0-9_+-]*){0,2}$',
      }),
    ),
    'session.gc_maxlifetime': number(60, 2_592_000, {
      title: 'Life of an unused session (seconds)',
      description: 'Default 1440.',
    }),
    allow_url_fopen: flag({ title: 'Open addresses as files', description: 'Default: yes.' }),
    short_open_tag: flag({ title: 'Short opening tag', description: 'Takes `<?` for the start of PHP. Default: no.' }),
    'opcache.enable': flag({ title: 'Keep compiled scripts in memory', description: 'Default: yes.' }),
  },
  { title: 'PHP settings' },
);
export type PhpSettings = Static<typeof PhpSettings>;

function size(options: FieldOptions) {
  return Type.Optional(ByteSize(options));
}

function number(minimum: number, maximum: number, options: FieldOptions) {
  return Type.Optional(Type.Integer({ ...options, minimum, maximum }));
}

function flag(options: FieldOptions) {
  return Type.Optional(Type.Boolean({ ...options }));
}
