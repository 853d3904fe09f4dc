import { problem } from '../../errors/problem.ts';
import { isJson } from '../body.ts';
import type { Http } from '../http.ts';

/**
 * Gives up a JSON body that does not arrive in time. Node's own limit counts for the whole server, where an upload of hours is
 * right; uploads watch over their own bodies.
 */
export function giveUpSlowBodies(http: Http, milliseconds: number): void {
  http.addHook('preParsing', async (request, reply, payload) => {
    if (!isJson(request.headers['content-type'])) return payload;
    const giveUp = () => {
      reply.header('connection', 'close');
      payload.emit('error', problem('body-too-slow', { seconds: Math.ceil(milliseconds / 1_000) }));
    };
    const timer = setTimeout(giveUp, milliseconds);
    const stop = () => clearTimeout(timer);
    payload.once('end', stop).once('error', stop).once('close', stop);
    return payload;
  });
}
