/** What a command's end tells a script. Printed by `orderhub --help`. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  notFound: 3,
  checkFailed: 4,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failed, stderr says why: "CODE: what happened. what to do"',
  2: 'the command line was not understood, or a setting is wrong',
  3: 'nothing was found, or what was named is ambiguous',
  4: 'a check found something (verify, config check, doctor, bench), or records were quarantined or rejected (ingest)',
  130: 'interrupted',
}
