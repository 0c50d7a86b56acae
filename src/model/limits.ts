/** Every limit of the hub in one place; the unit stands last in the name. */
export const limits = {
  /** One received unit: a POST body, or one chunk of a file. */
  receiptBytesMax: 16 * 1024 * 1024,
  /** A file is cut into receipts of about this size, at record borders. */
  receiptBytesAim: 512 * 1024,
  /** One record inside a receipt (a line, a transaction set, an IDoc). */
  recordBytesMax: 8 * 1024 * 1024,
  recordsPerReceiptMax: 200_000,
  eventsPerRecordMax: 10_000,
  identifiersPerEventMax: 32,
  identifierCharsMax: 128,
  factsPerEventMax: 64,
  textCharsMax: 2_000,
  nestingDepthMax: 128,
  /** One expression of the language: its text, its parsed tree, and the elements its macros may visit in one run. */
  expressionCharsMax: 4_000,
  expressionNodesMax: 1_000,
  expressionDepthMax: 48,
  expressionElementsMax: 1_000,
  expressionStepsMax: 100_000,
  /** A text a regular expression is tried on. */
  patternSubjectCharsMax: 500,
  columnsMax: 5_000,
  /** Documents above this size are parsed in a worker that can be killed. */
  inlineParseBytesMax: 1024 * 1024,
  parseMsMax: 5_000,
  parseWorkerHeapMbMax: 256,
  /** A batch is one transaction. */
  eventsPerBatchMax: 2_000,
  receiptsPerBatchMax: 1_000,
  batchesInFlightMax: 3,
  /** From so many waiting events on, a batch starts beside the one under way. */
  eventsWorthOverlapping: 300,
  batchRetriesMax: 8,
  reconnectsMax: 60,
  /** Bytes that wait for a batch; beyond it callers wait, HTTP answers 429. */
  poolConnectionsMax: 12,
  queueBytesMax: 64 * 1024 * 1024,
  identifierCacheMax: 200_000,
  orderCacheMax: 20_000,
  /** Orders with fewer links than this cannot have an identifier over its fan-out; the least limit of identity/guard.ts. */
  fanOutCheckFrom: 10,
  orderIdentifiersMax: 5_000,
  /** Event times outside of this window around the receipt are not believed. */
  eventAgeYearsMax: 30,
  eventAheadDaysMax: 400,
  eventAheadFlagMs: 5 * 60 * 1000,
  evidenceBytesMax: 256 * 1024,
  pageRowsMax: 200,
  pageRowsDefault: 50,
  searchRowsMax: 50,
  liveClientsMax: 500,
  idempotencyHoursMax: 24,
} as const
