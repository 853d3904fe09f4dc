import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Authenticated } from '../accounts/authentication.service.ts';

/** What routes are added to. The schemas of a route are the types of its handler. */
export type Http = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** A request and its answer, for the few routes that are about HTTP itself. */
export type Request = FastifyRequest;
export type Reply = FastifyReply;

/** Adds the routes of one noun. */
export type Routes = (http: Http) => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Not set on public routes. */
    authenticated: Authenticated;
  }
  interface FastifyContextConfig {
    /** Answers anybody. Every other route wants a valid token. */
    public?: boolean;
  }
}
