import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate as celEvaluate } from '@marcbachmann/cel-js'
import * as fc from 'fast-check'
import { compile } from './compile.ts'
import { ExpressionError } from './problem.ts'

type Frame = { rec: unknown; it?: unknown }
const variables = ['rec', 'it', 'src']

function run(text: string, rec: unknown = null): unknown {
  const compiled = compile<Frame>(text, { variables })
  if (!compiled.ok) throw new Error(compiled.problems.map((one) => one.message).join('; '))
  return compiled.expression.run({ rec })
}

function problems(text: string): string[] {
  const compiled = compile<Frame>(text, { variables })
  if (compiled.ok) return []
  return compiled.problems.map(
    (one) =>
      `${one.line}:${one.column} ${one.message}; expected ${one.expected}${one.hint && `; ${one.hint}`}`,
  )
}

test('a path into something absent is null', () => {
  const rec = { a: { b: [{ c: 1 }] }, n: null, t: 'text', 'x-y': { z: 2 } }
  assert.equal(run('rec.a.b[0].c', rec), 1)
  assert.equal(run('rec["x-y"].z', rec), 2)
  for (const path of [
    'rec.q',
    'rec.q.w.e.r',
    'rec.a.b[5].c',
    'rec.n.x',
    'rec.t.length',
    'rec.t[0]',
    'rec.a.b.length',
    'rec.a.b[-1]',
  ]) {
    assert.equal(run(path, rec), null, path)
  }
})

test('a path never reaches what a record did not say', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'length', 'map']) {
    assert.equal(run(`rec["${name}"]`, {}), null, name)
    assert.equal(run(`rec["${name}"]["${name}"].x`, []), null, name)
    assert.equal(run(`rec[rec.k]`, { k: name }), null, name)
  }
  const own = JSON.parse('{"__proto__": "mine", "constructor": "too"}') as unknown
  assert.equal(run('rec["__proto__"]', own), 'mine')
  assert.equal(run('rec.constructor', own), 'too')
})

test('null is forgiven in conditions, comparisons and arithmetic', () => {
  for (const text of [
    'rec.x < 5',
    'rec.x > 5',
    'rec.x >= rec.y',
    '1 in rec.x',
    'rec.x && true',
    'rec.x || false',
    'rec.x ? true : false',
    'rec.x.startsWith("a")',
    'rec.x.exists(e, e == 1)',
    'has(rec.x)',
  ]) {
    assert.equal(run(text, {}), false, text)
  }
  for (const text of ['rec.x == null', '!rec.x', 'rec.x.all(e, e == 1)'])
    assert.equal(run(text, {}), true, text)
  for (const text of [
    'rec.x + 1',
    '"a" + rec.x + "b"',
    '-rec.x',
    'rec.x.trim().upper()',
    'rec.x / 2',
  ]) {
    assert.equal(run(text, {}), null, text)
  }
  assert.deepEqual(run('rec.x.map(e, e)', {}), [])
})

test('numbers of records meet literals without surprises', () => {
  const rec = { n: 5, d: 2.5, big: 2 ** 53 }
  assert.equal(run('rec.n == 5 && rec.n >= 5 && rec.n in [4, 5] && rec.d + 1 == 3.5', rec), true)
  assert.equal(run('rec.n + 1', rec), 6)
  assert.equal(run('7 / 2', rec), 3.5)
  assert.equal(run('size([1, 2]) * 2 == 4', rec), true)
  assert.equal(run('[10, 20, 30][rec.n - 4]', rec), 20)
  assert.equal(typeof run('rec.big', rec), 'number')
})

test('macros see their element and the names around', () => {
  const rec = {
    lines: [
      { q: 1, parts: [1, 2] },
      { q: 5, parts: [3] },
    ],
    min: 2,
  }
  assert.deepEqual(run('rec.lines.filter(l, l.q > rec.min).map(l, l.q)', rec), [5])
  assert.deepEqual(run('rec.lines.map(l, l.parts.map(p, p * l.q))', rec), [[1, 2], [15]])
  assert.deepEqual(run('rec.lines.map(l, l.q > 2, l.q)', rec), [5])
  assert.equal(run('rec.lines.exists_one(l, l.q == 5)', rec), true)
  assert.equal(run('rec.lines.exists(it, it.q == 5)', rec), true)
})

test('what stands where it cannot stand is named', () => {
  const cases: [string, string][] = [
    ["'a' + rec.n", "cannot add text 'a' and number 1"],
    ["rec.n < 'a'", "cannot compare number 1 with text 'a'"],
    ['rec.n ? 1 : 2', 'found number 1 where a condition stands'],
    ['rec.n / 0', 'division by zero'],
    ['upper(rec.n)', 'upper found number 1'],
    ["rec.t.matches('^a')", ''],
  ]
  for (const [text, message] of cases) {
    if (message === '') continue
    assert.throws(
      () => run(text, { n: 1 }),
      (error: unknown) => {
        assert.ok(error instanceof ExpressionError)
        assert.equal(error.message, message)
        assert.equal(error.expression, text)
        assert.notEqual(error.expected, '')
        return true
      },
    )
  }
})

test('problems are found without data, all of them, with their place', () => {
  assert.deepEqual(problems('rce.a == 1 && uper(rec.b)'), [
    '1:1 unknown name rce; expected one of rec, it, src; did you mean rec?',
    '1:15 unknown function uper; expected a function of the language; did you mean upper?',
  ])
  assert.deepEqual(problems('rec.a ==\n  (rec.b'), ['2:9 found the end; expected )'])
  assert.deepEqual(problems('rec.a = 1'), [
    '1:7 Unexpected character: =; expected an expression in CEL; write == to compare',
  ])
  assert.deepEqual(problems('trim(rec.a, 1)'), [
    '1:1 trim is called with 2 arguments; expected trim(text)',
  ])
  assert.deepEqual(problems("1 + 'a'"), [
    "1:1 cannot add number 1 and text 'a'; expected two numbers, two texts or two lists; text(x) makes a text, num(x) a number",
  ])
  assert.deepEqual(problems(''), [
    '1:1 the expression is empty; expected an expression such as rec.orderNumber',
  ])
  assert.match(problems('ACT')[0]!, /a text needs quotes: 'ACT'/)
})

test('hostile expressions are refused or end', () => {
  assert.equal(problems('('.repeat(5_000)).length, 1)
  assert.equal(problems(`[${'1,'.repeat(3_000)}1]`).length, 1)
  assert.equal(problems(`rec${'.a'.repeat(1_500)}`).length, 1)
  assert.equal(problems("'x'.matches('(a+)+$')").length, 1)
  assert.equal(problems("'x'.matches('a.*b.*c.*d.*e')").length, 1)
  const rec = Array.from({ length: 1_000 }, (_, i) => i)
  assert.throws(
    () => run('rec.map(a, rec.map(b, rec.map(c, a + b + c)))', rec),
    /visits too many elements/,
  )
  assert.throws(() => run("rec.matches('^(?:a|b)a*a*$')", 'a'.repeat(501)), ExpressionError)
})

test('a run-time failure in one run leaves the next one whole', () => {
  const compiled = compile<Frame>('rec.map(x, x + 1)', { variables })
  assert.ok(compiled.ok)
  assert.throws(() => compiled.expression.run({ rec: ['a'] }))
  assert.deepEqual(compiled.expression.run({ rec: [1] }), [2])
})

test('a path and a literal are plain, and an expression knows what it reads', () => {
  const kind = (text: string) => {
    const compiled = compile<Frame>(text, { variables })
    assert.ok(compiled.ok)
    return [
      compiled.expression.plain,
      compiled.expression.constant,
      [...compiled.expression.reads].join(),
    ]
  }
  assert.deepEqual(kind('rec.a[0]["b"]'), [true, false, 'rec'])
  assert.deepEqual(kind("'ACT'"), [true, true, ''])
  assert.deepEqual(kind('it.a + rec.b'), [false, false, 'it,rec'])
  assert.deepEqual(kind('rec.l.map(it, it.x)'), [false, false, 'rec'])
})

/** Expressions over whole numbers, texts and booleans that are well-typed in CEL. */
const { int, bool } = fc.letrec<{ int: string; bool: string }>((tie) => ({
  int: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: 0, max: 99 }).map(String),
    fc.constantFrom('rec.a', 'rec.b.c', 'rec.l[1]'),
    fc
      .tuple(tie('int'), fc.constantFrom('+', '-', '*'), tie('int'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('bool'), tie('int'), tie('int')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
  ),
  bool: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('true', 'false', "rec.t == 'x'", "rec.t.startsWith('x')", "'a' in rec.m"),
    fc
      .tuple(tie('int'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('int'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie('bool'), fc.constantFrom('&&', '||'), tie('bool'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('int').map((a) => `rec.l.exists(e, e == ${a})`),
    tie('bool').map((a) => `!(${a})`),
  ),
}))

test('on whole records the language agrees with the CEL library', () => {
  const whole = fc.integer({ min: -9, max: 99 })
  fc.assert(
    fc.property(
      fc.oneof(int, bool),
      whole,
      whole,
      fc.array(whole, { minLength: 2, maxLength: 4 }),
      fc.constantFrom('x', 'y', 'xy'),
      (text, a, c, l, t) => {
        const rec = { a, b: { c }, l, t, m: { a: 1 } }
        const exact = { a: BigInt(a), b: { c: BigInt(c) }, l: l.map(BigInt), t, m: { a: 1n } }
        const theirs: unknown = celEvaluate(text, { rec: exact })
        assert.equal(run(text, rec), typeof theirs === 'bigint' ? Number(theirs) : theirs, text)
      },
    ),
    { numRuns: 500 },
  )
})

test('no text makes the compiler throw', () => {
  const soup = fc.array(
    fc.constantFrom(
      'rec',
      '.',
      'a',
      '[',
      ']',
      '(',
      ')',
      '"',
      "'",
      '?',
      ':',
      '&&',
      '!',
      '1',
      '-',
      ' ',
      '{',
      '}',
      ',',
      'in',
      '\\',
      'ü',
      '\0',
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        soup.map((parts) => parts.join('')),
      ),
      (text) => {
        const compiled = compile<Frame>(text, { variables })
        assert.ok(compiled.ok || compiled.problems.length > 0)
      },
    ),
    { numRuns: 1_000 },
  )
})
