import { join } from 'node:path';

/** What a child may know of the environment: where programs are, the language, and how the network is reached. */
const PASSED_ON =
  /^(?:PATH|TZ|LANG|LC_.*|TMPDIR|FREEHOLD_TRUSTED_PROXIES|FREEHOLD_WEBHOOK_NETWORKS|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|(?:https?|no|all)_proxy)$/i;

/** The environment of server and agent. `folder` is the process's own. */
export function childEnvironment(folder: string): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  const { PATH = '/usr/bin:/bin', ...others } = Object.fromEntries(passed);
  return {
    ...others,
    // nginx, php-fpm and useradd are where an ordinary user's PATH does not look.
    PATH: `${PATH}:/usr/local/sbin:/usr/sbin:/sbin`,
    HOME: folder,
    // Types are stripped and modules compiled once; every later start reads the result.
    NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
  };
}
