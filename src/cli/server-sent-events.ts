/** Server-sent events out of a stream of bytes. Source: WHATWG HTML, 9.2.6 Interpreting an event stream. */

export type ServerSentEvent = { readonly event: string; readonly data: string; readonly id: string }

const eventCharsMax = 16 * 1024 * 1024

/** Ends with the stream; an event cut off by its end is dropped. Throws when one event exceeds 16 MB. */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n')
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    if (text.length > eventCharsMax) throw new Error('one event of the live feed is too long')
    for (const part of parts) {
      const event = eventOf(part)
      if (event.data !== '') yield event
    }
  }
}

function eventOf(block: string): ServerSentEvent {
  const data: string[] = []
  const fields = { event: 'message', id: '' }
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    const name = line.slice(0, colon)
    if (name === 'data') data.push(value)
    else if (name === 'event' || name === 'id') fields[name] = value
  }
  return { ...fields, data: data.join('\n') }
}
