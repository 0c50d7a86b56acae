import { functionGroups } from './functions.ts'

const head = `# The expression language

Mappings, rules and ladders share one language: the syntax of CEL (Common Expression Language), evaluated so that records
with holes need no care. This page is generated from the functions and their tested examples.

## Values

| kind | literals | notes |
|---|---|---|
| text | \`'abc'\`, \`"abc"\`, \`r'\\d'\` | compares by characters |
| number | \`1\`, \`2.5\`, \`0xFF\` | one kind of number; \`1 == 1.0\`; \`7 / 2\` is \`3.5\` |
| true, false | \`true\`, \`false\` | |
| null | \`null\` | what is absent is null |
| list, map | \`[1, 'a']\`, \`{'a': 1}\` | elements may be of different kinds |

## Paths

\`rec.head.number\`, \`rec.lines[0].sku\`, \`rec["x-y"]["@id"]\`. A path into something absent is null, not an error.

## Operators

\`== != < <= > >= in && || ! ?: + - * / %\`

- Values of different kinds are not equal: \`'5' == 5\` is false. To order or add them is an error; \`num(x)\` and \`text(x)\` convert.
- With null: comparisons (\`<\`, \`in\`) are false, \`+ - * / %\` give null, conditions count it as false.
- \`+\` adds numbers, texts or lists. Division by zero is an error.

## Macros

\`list.exists(x, condition)\`, \`list.all(x, condition)\`, \`list.exists_one(x, condition)\`, \`list.filter(x, condition)\`,
\`list.map(x, value)\`, \`list.map(x, condition, value)\`. Over null they behave as over an empty list; over a map they visit its keys.

## Differences from the CEL specification

One kind of number; null instead of errors for absent paths; \`has(x)\` is false for null; no bytes, timestamps and durations;
an error on the left of \`&&\` and \`||\` is not absorbed by the right; every function may be called as a method:
\`rec.name.trim()\` is \`trim(rec.name)\`.

## Functions
`

/** `docs/reference/language.md`, from the functions themselves. */
export function reference(): string {
  const groups = functionGroups.map((group) => {
    const entries = group.functions.map((one) => {
      const examples = one.examples.map(([text, value]) => `${text}  // ${JSON.stringify(value)}`)
      return `**\`${one.signature}\`** ${one.doc}\n\n\`\`\`cel\n${examples.join('\n')}\n\`\`\`\n`
    })
    return `### ${group.title}\n\n${entries.join('\n')}`
  })
  return `${head}\n${groups.join('\n')}`
}
