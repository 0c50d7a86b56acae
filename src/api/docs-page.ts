/** The reference as one page of its own: no script, nothing from elsewhere. */
import type { Document, DocumentedOperation } from './openapi.ts'
import { problems } from './problem.ts'

/** The whole page as HTML. */
export function docsPage(document: Document): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ path, method: method.toUpperCase(), each })),
  )
  const sections = document.tags.map(({ name, description }) => {
    const own = operations.filter(({ each }) => each.tags.includes(name))
    return `<section><h2>${escape(name)}</h2><p>${escape(description)}</p>${own.map(operationHtml).join('')}</section>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API of the Order Information Hub</title><style>${style}</style></head><body><main>
<h1>API</h1><p>${text(String(document.info['description']))}</p>
<p>Send a key as <code>Authorization: Bearer ohk_...</code>. The whole contract: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
${sections.join('\n')}${problemsHtml()}</main></body></html>`
}

type Shown = { readonly path: string; readonly method: string; readonly each: DocumentedOperation }

function operationHtml({ path, method, each }: Shown): string {
  const rows = each.parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? '' : ', optional'}</td><td>${text(description)} ${valuesOf(schema)}</td></tr>`,
  )
  const answers = Object.entries(each.responses).filter(([status]) => status !== 'default')
  const replies = answers.map(
    ([status, answer]) =>
      `<tr><td><code>${status}</code></td><td colspan="2">${text((answer as { description: string }).description)}</td></tr>`,
  )
  const permission = each['x-permission']
  return `<article id="${escape(each.operationId)}"><h3><b>${method}</b> <code>${escape(path)}</code></h3>
<p>${text(each.summary)}. ${text(each.description ?? '')}${permission === undefined ? '' : ` <i>Needs ${escape(permission)}.</i>`}</p>
<table>${rows.join('')}${replies.join('')}</table></article>`
}

function valuesOf(schema: Readonly<Record<string, unknown>>): string {
  const values = schema['enum']
  return Array.isArray(values)
    ? values.map((value) => `<code>${escape(String(value))}</code>`).join(' ')
    : ''
}

function problemsHtml(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  )
  return `<section><h2>Problems</h2><p>The <code>code</code> of a problem never changes its meaning.</p><table>${rows.join('')}</table></section>`
}

function text(value: string): string {
  return escape(value).replaceAll(/`([^`]*)`/g, '<code>$1</code>')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escape(value: string): string {
  return value.replaceAll(/[&<>"]/g, (character) => entities[character]!)
}

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:0 auto;padding:2rem 1rem}
article{border-top:1px solid #8884;padding:.5rem 0 1rem}h3{font-weight:400;margin:.5rem 0}b{font-size:.8em}code{font:.9em ui-monospace,monospace}
table{border-collapse:collapse;width:100%;font-size:.9rem}td{padding:.2rem .8rem .2rem 0;vertical-align:top}td:first-child{width:12rem}tr:target{outline:2px solid}`
