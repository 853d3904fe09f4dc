import { ApiClient } from '../api/api-client.ts';
import { Session } from '../api/session.ts';
import { LiveEvents } from '../live/live-events.ts';
import { Router } from '../routing/router.ts';

/** What all elements share, made once. */
export const session = new Session();
export const api = new ApiClient(session);
export const live = new LiveEvents(api);
export const router = new Router();
