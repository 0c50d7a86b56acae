/** The encodings a source may name, and how bytes above 127 are read in those that no other part knows. */

/** Code pages of DOS, 128 to 255: what old ERP systems write (Unicode, mappings of vendors). */
const pages: Readonly<Record<string, string>> = {
  cp437:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp858:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  cp852:
    'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0',
}

/**
 * Encodings by the names of the Encoding Standard. ASCII stands for itself in all of them, and no byte of a longer
 * character is a comma, semicolon, tab, quote or line break.
 */
const labels = [
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-874',
  'koi8-r',
  'macintosh',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'big5',
] as const

/** `auto`: byte order mark or zero bytes, else UTF-8 value by value, else Windows-1252. */
export const encodings = [
  'auto',
  'utf-8',
  'latin1',
  'windows-1252',
  'utf-16le',
  'utf-16be',
  'utf-32le',
  'utf-32be',
  'cp437',
  'cp850',
  'cp852',
  'cp858',
  ...labels,
] as const
export type Encoding = (typeof encodings)[number]

const decoders = new Map<string, (bytes: Uint8Array) => string>()

/** Decodes bytes of a named encoding in which ASCII stands for itself; never fails. */
export function decoderOf(encoding: string): (bytes: Uint8Array) => string {
  let decode = decoders.get(encoding)
  if (decode === undefined) {
    const page = pages[encoding]
    decode = page === undefined ? byLabel(encoding) : byPage(page)
    decoders.set(encoding, decode)
  }
  return decode
}

function byLabel(label: string): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(label)
  return (bytes) => decoder.decode(bytes)
}

function byPage(page: string): (bytes: Uint8Array) => string {
  return (bytes) => {
    let text = ''
    for (const byte of bytes) text += byte < 128 ? String.fromCharCode(byte) : page[byte - 128]!
    return text
  }
}
