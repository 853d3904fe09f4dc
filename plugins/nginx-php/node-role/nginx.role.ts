import { command, directory, file, log, type NodeInput, type Resource, service } from '@freehold/sdk';
import type { Config } from '../config.ts';
import { CACHE_PERIODS, FRAME_OPTIONS, REFERRER_POLICIES } from '../contract/http-route.fields.ts';
import { webServerUser } from '../contract/web-server.ts';
import { variableName } from '../http-route/route-plan.ts';
import { nginxPaths } from '../layout.ts';
import { pageFiles } from '../pages/pages.ts';
import { loadTemplate, loadText } from '../templates/load.ts';

const renderMain = loadTemplate<ReturnType<typeof planMain>>('nginx', 'nginx.conf.hbs');
const renderListen = loadTemplate<Pick<NodeInput, 'ports' | 'ipv6'>>('nginx', 'listen.conf.hbs');
const mimeTypes = loadText('mime.types');
const fastcgiParameters = loadText('fastcgi_params');
const proxyParameters = loadText('proxy_params');

/** One nginx with its own configuration. Nothing of the distribution's is read or changed. */
export function nginxResources(node: NodeInput, config: Config): Resource[] {
  return [...folders(node), ...certificate(node), ...files(node, config), ...services(node)];
}

/** nginx makes the folders of its temporary files itself when they are missing, in the same way. */
function folders(node: NodeInput): Resource[] {
  const { config, sites, pages, tls, run, logs, state, temporary } = nginxPaths(node);
  return [
    directory({ path: config, mode: '0711' }),
    directory({ path: sites, mode: '0700' }),
    directory({ path: pages, mode: '0755' }),
    directory({ path: tls, mode: '0700' }),
    directory({ path: run, mode: '0711' }),
    directory({ path: logs, mode: '0711' }),
    directory({ path: state, mode: '0711' }),
    ...Object.values(temporary).map((path) => directory({ path, owner: webServerUser(node), mode: '0700' })),
  ];
}

/** For the visitors of sites that have no certificate: ten years, for no name in particular. */
function certificate(node: NodeInput): Resource[] {
  const { certificate: path, key } = nginxPaths(node);
  return [
    command({
      id: 'default-certificate',
      argv: [
        ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'],
        ...['-subj', '/CN=Freehold', '-addext', 'subjectAltName=DNS:localhost', '-days', '3650'],
        ...['-keyout', key, '-out', path],
      ],
      creates: path,
      undo: ['rm', '-f', key, path],
      remove: ['rm', '-f', key, path],
    }),
  ];
}

function files(node: NodeInput, config: Config): Resource[] {
  const nginx = nginxPaths(node);
  return [
    ...Object.entries(pageFiles).map(([name, content]) => file({ path: `${nginx.pages}/${name}`, content })),
    file({ path: nginx.mimeTypes, content: mimeTypes }),
    file({ path: nginx.fastcgiParameters, content: fastcgiParameters }),
    file({ path: nginx.proxyParameters, content: proxyParameters }),
    log({
      id: 'nginx-error',
      title: 'Errors of the web server',
      path: nginx.errorLog,
      owner: webServerUser(node),
      reopen: { service: 'nginx', signal: 'SIGUSR1' },
    }),
    file({ path: nginx.listen, content: renderListen(node) }),
    file({ path: nginx.main, content: renderMain(planMain(node, config)) }),
  ];
}

function services(node: NodeInput): Resource[] {
  const nginx = nginxPaths(node);
  const program = ['nginx', '-e', nginx.errorLog, '-c', nginx.main];
  return [
    service({
      name: 'nginx',
      argv: [...program, '-g', 'daemon off;'],
      validate: [...program, '-t', '-q'],
      reloadSignal: 'SIGHUP',
      drainSignal: 'SIGQUIT',
      reloadAfter: [`${nginx.config}/*`, `${nginx.sites}/*`],
      stopSignal: 'SIGQUIT',
      listens: [node.ports.http, node.ports.https].map((port) => `tcp:127.0.0.1:${port}`),
    }),
  ];
}

function planMain(node: NodeInput, { drainSeconds }: Config) {
  const nginx = nginxPaths(node);
  return {
    ...nginx,
    workerUser: node.privileged ? webServerUser(node) : null,
    drainSeconds,
    ports: node.ports,
    ipv6: node.ipv6,
    pages: `${nginx.pages}/`,
    sites: `${nginx.sites}/*.conf`,
    frameOptions: FRAME_OPTIONS.map((option) => ({ variable: option, value: option.toUpperCase() })),
    referrerPolicies: REFERRER_POLICIES.map((value) => ({ variable: variableName(value), value })),
    cachePeriods: Object.entries(CACHE_PERIODS)
      .filter(([name]) => name !== 'off')
      .map(([variable, value]) => ({ variable, value })),
  };
}
