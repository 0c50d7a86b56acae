/** The contract: for programs as OpenAPI, for people as a page. */
import { docsPage } from '../docs-page.ts'
import { describeApi } from '../openapi.ts'
import { operation, type Operation } from '../operation.ts'

/** Adds the operations that describe all, themselves included. */
export function withDocs(operations: readonly Operation[], version: string): Operation[] {
  const all: Operation[] = [...operations]
  const document = lazy(() => describeApi(all, version))
  const page = lazy(() => docsPage(document()))
  all.push(
    operation({
      id: 'openapi',
      method: 'GET',
      path: '/openapi.json',
      tag: 'Health',
      allow: 'everyone',
      summary: 'This contract as OpenAPI 3.1',
      answers: { 200: { description: 'The document.' } },
      handle: async () => ({ body: document() }),
    }),
    operation({
      id: 'docs',
      method: 'GET',
      path: '/docs',
      tag: 'Health',
      allow: 'everyone',
      summary: 'This contract as a page',
      answers: { 200: { description: 'A page without scripts.', type: 'text/html' } },
      handle: async () => ({ body: page(), type: 'text/html; charset=utf-8' }),
    }),
  )
  return all
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
