/** Around the bytes of a message, what came with it and the mapping needs: headers, a topic, a key. */

/**
 * One line of JSON: the fields of `about`, and the message as `body`: JSON as it stands, other text as a text, and bytes
 * that are no text as `bodyBase64`.
 */
export function envelope(about: Readonly<Record<string, unknown>>, message: Buffer): Buffer {
  const head = JSON.stringify(about).slice(0, -1)
  const comma = head === '{' ? '' : ','
  return Buffer.from(`${head}${comma}${bodyOf(message)}}\n`)
}

const strict = new TextDecoder('utf-8', { fatal: true })

function bodyOf(message: Buffer): string {
  let text
  try {
    text = strict.decode(message)
  } catch {
    return `"bodyBase64":"${message.toString('base64')}"`
  }
  return isJson(text) ? `"body":${oneLine(text)}` : `"body":${JSON.stringify(text)}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Line breaks of JSON stand between its tokens only: inside of a text they are escaped. */
function oneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ').trim()
}
