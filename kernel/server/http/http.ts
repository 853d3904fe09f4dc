import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  ContextConfigDefault,
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchema,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
  RouteShorthandOptions,
} from 'fastify';
import type { RoutePermission } from '../access/permission-catalogue.ts';
import type { Authenticated } from '../accounts/authentication.service.ts';

type Fastify = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/**
 * What routes are added to. The schemas of a route are the types of its handler, and a route that does not say which permission it
 * asks for does not compile.
 */
export type Http = Omit<
  Fastify,
  'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options' | 'route' | 'register'
> & {
  readonly [Method in 'get' | 'post' | 'put' | 'patch' | 'delete']: RouteMethod;
} & {
  route(options: Parameters<Fastify['route']>[0] & Declared): unknown;
  register: Fastify['register'];
};

/** What every route says of itself besides its schema. */
interface Declared {
  readonly config: { readonly permission: RoutePermission; readonly namesOthers?: boolean };
}

type RouteMethod = <const Schema extends FastifySchema>(
  path: string,
  options: RouteShorthandOptions<
    RawServerDefault,
    RawRequestDefaultExpression,
    RawReplyDefaultExpression,
    RouteGenericInterface,
    ContextConfigDefault,
    Schema,
    TypeBoxTypeProvider
  > &
    Declared,
  handler: RouteHandlerMethod<
    RawServerDefault,
    RawRequestDefaultExpression,
    RawReplyDefaultExpression,
    RouteGenericInterface,
    ContextConfigDefault,
    Schema,
    TypeBoxTypeProvider
  >,
) => unknown;

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
    /** Required of every route by the type of {@link Http}, and again when the API is made. */
    permission?: RoutePermission;
    /** Its query may name what the caller does not see: whoever sells something stands above its customers. */
    namesOthers?: boolean;
  }
}
