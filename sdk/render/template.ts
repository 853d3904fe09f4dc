import Handlebars from 'handlebars';
import { bareWord, escapeSqlIdentifier, escapeValue, RenderError, type Syntax } from './escape.ts';

export { escapeValue, RenderError, type Syntax };

/**
 * Makes a renderer from the text of a template in Handlebars' language, without HTML.
 *
 * - `{{value}}` writes the value as one quoted literal of the syntax.
 * - `{{word value}}` writes it without quotes and refuses all but `A-Z a-z 0-9 . _ : / @ + -`.
 * - `{{identifier value}}` writes a name; in `sql` only.
 * - `{{#each}}`, `{{#if}}`, `{{#unless}}` and `{{#with}}` work as usual.
 *
 * Nothing gets into the text unescaped: `{{{value}}}`, `{{&value}}`, partials and inline raw blocks are refused when the template is made.
 *
 * The renderer throws {@link RenderError} for a member that the data does not have, as value or as list, and for a value
 * that the syntax cannot say. `{{#if}}`, `{{#unless}}` and `{{#with}}` take a member that is not there for false.
 *
 * @throws RenderError when the template is not of this language
 */
export function template<Data extends object>(syntax: Syntax, text: string): (data: Data) => string {
  const handlebars = Handlebars.create();
  handlebars.registerHelper(LITERAL, (value: unknown) => escapeValue(syntax, value));
  handlebars.registerHelper('word', (value: unknown) => bareWord(value));
  handlebars.registerHelper('identifier', (value: unknown) => escapeSqlIdentifier(value));
  const each = handlebars.helpers.each as Handlebars.HelperDelegate;
  handlebars.registerHelper('each', function (this: unknown, list: unknown, options: Handlebars.HelperOptions) {
    if (list === undefined) throw new RenderError('{{#each}} has no list');
    return each.call(this, list, options);
  });
  const program = parse(syntax, text);
  escapeEverything(program, syntax === 'sql' ? ['word', 'identifier'] : ['word']);
  const render = handlebars.compile(program, { strict: true, noEscape: true });
  return (data) => {
    try {
      return render(data);
    } catch (cause) {
      if (cause instanceof RenderError) throw cause;
      throw new RenderError(`${syntax} template: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };
}

function parse(syntax: Syntax, text: string): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (cause) {
    throw new RenderError(`${syntax} template: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Not writable in a template, so that a template cannot call it twice. */
const LITERAL = '@literal';
const BLOCKS = ['each', 'if', 'unless', 'with'];

/** Sends every value of a parsed template through the syntax's escaping, in place. */
function escapeEverything(program: hbs.AST.Program, helpers: readonly string[]): void {
  for (const statement of program.body) {
    switch (statement.type) {
      case 'ContentStatement':
      case 'CommentStatement':
        break;
      case 'MustacheStatement':
        escapeMustache(statement as hbs.AST.MustacheStatement, helpers);
        break;
      case 'BlockStatement': {
        const block = statement as hbs.AST.BlockStatement;
        if (!BLOCKS.includes(block.path.original)) throw refused(`{{#${block.path.original}}}`, statement);
        escapeEverything(block.program, helpers);
        if (block.inverse) escapeEverything(block.inverse, helpers);
        break;
      }
      default:
        throw refused(statement.type, statement);
    }
  }
}

function escapeMustache(mustache: hbs.AST.MustacheStatement, helpers: readonly string[]): void {
  const original = (mustache.path as hbs.AST.PathExpression).original;
  if (!mustache.escaped) throw refused(`{{{${original}}}}`, mustache);
  if (mustache.params.length === 0) {
    mustache.params = [mustache.path];
    mustache.path = {
      type: 'PathExpression',
      data: false,
      depth: 0,
      parts: [LITERAL],
      original: LITERAL,
      loc: mustache.loc,
    } as hbs.AST.PathExpression;
  } else if (!helpers.includes(original) || mustache.params.length !== 1) {
    throw refused(`{{${original} …}}`, mustache);
  }
}

function refused(what: string, { loc }: hbs.AST.Node): RenderError {
  return new RenderError(`The template has ${what} in line ${loc.start.line}, which would not be escaped`);
}
