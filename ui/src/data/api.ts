import { words } from '#ui/words/en.ts'

/** A failed request in the words of RFC 9457. `id` is what a person quotes to whoever runs the hub. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly id: string | undefined
  readonly hint: string | undefined

  constructor(status: number, message: string, id?: string, hint?: string) {
    super(message)
    this.status = status
    this.id = id
    this.hint = hint
  }
}

type ProblemBody = Partial<
  Record<'title' | 'detail' | 'instance' | 'code' | 'hint' | 'id', unknown>
>

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody
  const message = text(body.detail) ?? text(body.title) ?? words.problem.status(response.status)
  const id =
    text(body.id) ?? text(body.instance) ?? response.headers.get('x-request-id') ?? undefined
  return new ApiProblem(response.status, message, id, text(body.hint))
}

type RequestOptions = {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/**
 * One request to the hub. Answers 2xx and 300 as JSON; everything else is thrown as `ApiProblem`
 * (status 0 when the hub could not be reached at all).
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the contract's type of the answer
export async function request<T>(
  path: string,
  init: RequestOptions = {},
): Promise<{ status: number; body: T }> {
  let response: Response
  try {
    response = await fetch(path, {
      credentials: 'same-origin',
      ...init,
      headers: { accept: 'application/json', 'x-requested-with': 'fetch', ...init.headers },
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem(0, words.problem.unreachable)
  }
  if (!response.ok && response.status !== 300) throw await problemOf(response)
  const body = response.status === 204 ? undefined : await response.json()
  return { status: response.status, body: body as T }
}

/** A path with its query; empty values are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | null | undefined>>,
): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
  }
  const suffix = parameters.toString()
  return suffix === '' ? path : `${path}?${suffix}`
}
