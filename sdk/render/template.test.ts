import { describe, expect, it } from 'vitest';
import { RenderError, type Syntax, template } from './template.ts';

const render = (text: string, data: object, syntax: Syntax = 'nginx') => template(syntax, text)(data);

describe('template', () => {
  it.each<[string, string, object, string]>([
    ['a value', 'server_name {{name}};', { name: 'a"b' }, 'server_name "a\\"b";'],
    ['a number', 'listen {{port}};', { port: 80 }, 'listen "80";'],
    ['a member of a member', '{{a.b}}', { a: { b: 'x' } }, '"x"'],
    ['a word', 'user {{word name}};', { name: 'www-data' }, 'user www-data;'],
    ['a member that is called like a helper', '{{word}} {{word word}}', { word: 'x' }, '"x" x'],
    ['each', '{{#each list}}{{@index}}={{this}};{{/each}}', { list: ['a', 'b'] }, '"0"="a";"1"="b";'],
    ['each with names', '{{#each map as |value name|}}{{name}}={{value}};{{/each}}', { map: { k: 'v' } }, '"k"="v";'],
    ['each with nothing', '{{#each list}}x{{else}}none{{/each}}', { list: [] }, 'none'],
    ['the outer value', '{{#each list}}{{../name}}{{/each}}', { list: [1], name: 'n' }, '"n"'],
    ['if', '{{#if on}}on{{else}}off{{/if}}', { on: true }, 'on'],
    ['else if', '{{#if a}}a{{else if b}}{{b}}{{/if}}', { a: false, b: 'x' }, '"x"'],
    ['unless', '{{#unless on}}off{{/unless}}', { on: false }, 'off'],
    ['a condition that is not there', '{{#if a}}a{{else}}no{{/if}}', {}, 'no'],
    ['with', '{{#with a}}{{b}}{{/with}}', { a: { b: 'x' } }, '"x"'],
    ['a comment', '{{! not shown }}{{!-- {{x}} --}}y', {}, 'y'],
    ['whitespace control', 'a\n  {{~b~}}  \nc', { b: 'x' }, 'a"x"c'],
    ['a literal', '{{word "x"}}', {}, 'x'],
    ['text that looks like HTML', '<{{a}}>&', { a: '<&>' }, '<"<&>">&'],
    ['an escaped brace', '\\{{a}} {{a}}', { a: 'x' }, '{{a}} "x"'],
  ])('writes %s', (_, text, data, expected) => {
    expect(render(text, data)).toBe(expected);
  });

  it('escapes by the syntax', () => {
    const of = (syntax: Syntax) => render('{{a}}', { a: `it's "5 %"` }, syntax);
    expect(of('systemd')).toBe(`"it's \\"5 %%\\""`);
    expect(of('json')).toBe(`"it's \\"5 %\\""`);
    expect(of('sql')).toBe(`'it''s "5 %"'`);
    expect(render('SELECT {{identifier a}}', { a: 'my "table"' }, 'sql')).toBe('SELECT "my ""table"""');
  });

  it.each<[string, string, Syntax?]>([
    ['three braces', '{{{a}}}'],
    ['an ampersand', '{{&a}}'],
    ['a partial', '{{> a}}'],
    ['a partial block', '{{#> a}}x{{/a}}'],
    ['a decorator', '{{* a}}'],
    ['an inline partial', '{{#*inline "a"}}x{{/inline}}'],
    ['a block of its own', '{{#a}}x{{/a}}'],
    ['an inverted block', '{{^a}}x{{/a}}'],
    ['a raw block', '{{{{raw}}}} {{a}} {{{{/raw}}}}'],
    ['lookup', '{{lookup a b}}'],
    ['log', '{{log a}}'],
    ['an unknown helper', '{{shout a}}'],
    ['two values for one word', '{{word a b}}'],
    ['names where the syntax has none', '{{identifier a}}', 'nginx'],
    ['something hidden in a block', '{{#if a}}{{#each b}}{{{c}}}{{/each}}{{/if}}'],
    ['something hidden in an else', '{{#if a}}{{else}}{{&c}}{{/if}}'],
    ['something hidden behind else if', '{{#if a}}{{else if b}}{{{c}}}{{/if}}'],
  ])('refuses %s when it is made', (_, text, syntax = 'sql') => {
    expect(() => template(syntax, text)).toThrow(RenderError);
  });

  it('says the line', () => {
    expect(() => template('nginx', 'a\nb\n{{{c}}}')).toThrow(
      'The template has {{{c}}} in line 3, which would not be escaped',
    );
    expect(() => template('nginx', 'a {{b')).toThrow(RenderError);
  });

  it.each<[string, string, object]>([
    ['a member that is not there', '{{a}}', {}],
    ['a member of what is not there', '{{a.b}}', {}],
    ['a list that is not there', '{{#each a}}x{{/each}}', {}],
    ['what every object has', '{{constructor}}', {}],
    ['what every object has, deeper', '{{a.__proto__}}', { a: {} }],
    ['an object', '{{a}}', { a: {} }],
    ['undefined', '{{a}}', { a: undefined }],
    ['a function', '{{a}}', { a: () => '";evil' }],
    ['what the syntax cannot say', '{{a}}', { a: 'x\ny' }],
    ['what is no word', '{{word a}}', { a: 'x;y' }],
    ['a word out of a list', '{{word a}}', { a: ['x'] }],
  ])('refuses %s when it renders', (_, text, data) => {
    expect(() => render(text, data)).toThrow(RenderError);
  });

  it('does not let a value that says it is safe pass', () => {
    class SafeString {
      toHTML = () => '";evil';
      toString = () => '";evil';
    }
    expect(() => render('{{a}}', { a: new SafeString() })).toThrow(RenderError);
    expect(() => render('{{word a}}', { a: new SafeString() })).toThrow(RenderError);
  });
});
