/** Standard vocabularies of GS1 CBV 2.0 (and what 1.2 had besides), by their bare names. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

export const eventTypes = words(
  'ObjectEvent AggregationEvent TransactionEvent TransformationEvent AssociationEvent QuantityEvent',
)

export const actions = words('ADD OBSERVE DELETE')

/** CBV 2.0, 7.1. */
export const bizSteps = words(`accepting arriving assembling collecting commissioning consigning
  creating_class_instance cycle_counting decommissioning departing destroying disassembling dispensing
  encoding entering_exiting holding inspecting installing killing loading other packing picking receiving
  removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping
  staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping`)

/** CBV 2.0, 7.2, with the deprecated ones of 1.x. */
export const dispositions =
  words(`active available completeness_inferred completeness_verified conformant
  container_closed container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit
  inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match
  non_conformant non_sellable_damaged non_sellable_disposed non_sellable_expired
  non_sellable_no_pedigree_match non_sellable_other non_sellable_recalled partially_dispensed recalled
  reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown`)

/** CBV 2.0, 7.3. */
export const transactionTypes = words(
  'bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt',
)

/** CBV 2.0, 7.4. */
export const partyTypes = words('owning_party possessing_party location')

/** CBV 2.0, 7.5. */
export const errorReasons = words('did_not_occur incorrect_data')

export type Vocabulary = 'bizstep' | 'disp' | 'btt' | 'sdt' | 'er'

const standard: Readonly<Record<Vocabulary, ReadonlySet<string>>> = {
  bizstep: bizSteps,
  disp: dispositions,
  btt: transactionTypes,
  sdt: partyTypes,
  er: errorReasons,
}

const uri =
  /^(?:urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):|https?:\/\/(?:ref\.)?gs1\.org\/(?:cbv|voc)\/(?:BizStep|Disp|BTT|SDT|ER)-|cbv:(?:BizStep|Disp|BTT|SDT|ER)-)(.+)$/i

/** The bare name of a standard value in any of its spellings (URN, URI, CURIE, bare word); other values stay as they are. */
export function bareWord(value: string, vocabulary: Vocabulary): string {
  const name = uri.exec(value)?.[1] ?? value
  return standard[vocabulary].has(name) ? name : value
}

/** Whether a value is a standard word, or names its own vocabulary as a URI or CURIE. */
export function isAllowed(value: string, vocabulary: Vocabulary): boolean {
  return standard[vocabulary].has(value) || /^[A-Za-z][\w+.-]*:\S+$/.test(value)
}

/** For people: the standard words. */
export function allowedWords(vocabulary: Vocabulary): string {
  const all = [...standard[vocabulary]]
  return all.length > 14 ? `${all.slice(0, 6).join(', ')} ...` : all.join(', ')
}
