import type { Concept } from './lexicon.ts'

/**
 * What a field is to the hub: `id:order`, `fact:customer`, `line:sku`, `line-key`, `term` (a status word), `words` (its text for
 * people), `reason`, `time` (of the event), `date:shipped:ACT` (a milestone's own date), `clock` (time of day beside a date),
 * `zone`, `place:city`, `sequence`, `none` (known, and nothing for the hub).
 */
export type Role = string

/** `all`: concepts that must be there; `own`: at least one of them in the field's own name; `not`: concepts that contradict. */
export type Pattern = {
  readonly role: Role
  readonly all: readonly Concept[]
  readonly not: readonly Concept[]
  readonly weight: number
}

/** `role: concepts concepts !not weight`, alternatives apart by `|`. More concepts beat fewer. */
const table: readonly (readonly [Role, string])[] = [
  [
    'id:order',
    'order number !line !date !customerOrder !purchase !type 0.95 | order !date !clock !stamp !line !amount !quantity !status !created !type !note !price !currency !purchase !finish !customer !place 0.75 | order reference !customer !purchase 0.7 | order name 0.65',
  ],
  [
    'id:purchase-order',
    'purchase order number 0.97 | purchase number 0.93 | purchase order !date !amount !status !line 0.9 | purchase !date !amount !line 0.8 | customerOrder 0.93 | customer reference 0.9 | customer order number 0.85 | customer order !number !date !status 0.75 | reference !date !ship !invoice !payment !carrier !order 0.45 | reference order 0.6',
  ],
  ['id:quote', 'quote number 0.9 | quote !date !amount 0.7'],
  ['id:opportunity', 'opportunity number 0.92 | opportunity !name !amount !date !status 0.6'],
  [
    'id:invoice',
    'invoice number !date !amount !address !line 0.92 | invoice !date !amount !status !address !name !city !country !region !postal !email !phone !line !type !currency !quantity !price !created !customer !stamp 0.65 | invoice reference 0.8',
  ],
  ['id:production', 'production number 0.85 | production order number 0.97 | production order 0.9'],
  [
    'id:delivery',
    'delivery number !date !track !package 0.85 | delivery note number 0.97 | delivery note !comment 0.93 | ship note 0.93 | ship note number 0.95 | note number 0.6 | delivery !date !status !address !city !country !name !stamp !place !estimated !promised !requested !type !signed !region !postal !quantity !service !clock !description !reason 0.5',
  ],
  [
    'id:shipment',
    'ship number !order !date !address !postal !service !track !package 0.85 | ship reference !customer 0.7',
  ],
  [
    'id:tracking',
    'track number !event !status 0.97 | track !event !date !status !description !web !stamp 0.9 | package track number 0.96 | ship track number 0.97',
  ],
  ['id:bol', 'bol number 0.93 | bol !date 0.85'],
  ['id:container', 'container number 0.95 | container !type !place 0.8'],
  [
    'id:package',
    'package number !quantity !line !pieces 0.85 | package !quantity !weight !type !event !line !status !date !amount 0.6',
  ],
  ['id:serial', 'serial number 0.95 | serial 0.9 | device serial number 0.95'],
  ['id:mac', 'mac 0.9'],
  ['id:device', 'device number 0.85'],
  ['id:ticket', 'ticket number 0.92 | ticket !status !date !type 0.6'],
  ['id:return', 'return number !date 0.9 | return !date !status !reason !quantity !amount 0.7'],
  ['id:message', 'message number 0.8 | event number !status 0.6'],
  [
    'fact:customer',
    'customer name !order !number 0.95 | customer !date !number !order !address !city !country !phone !email !type !reference !tier !person !region !postal !note !comment !status !stamp !line 0.7 | recipient name !signed 0.55',
  ],
  [
    'fact:customerNumber',
    'customer number !order !customerOrder !reference 0.92 | customer !name 0.4',
  ],
  ['fact:tier', 'customer tier 0.9 | tier !service 0.75'],
  ['fact:owner', 'owner name 0.9 | owner 0.8'],
  [
    'fact:value',
    'order amount !quantity !unit !weight 0.92 | amount including money 0.99 | amount including !line 0.9 | amount !unit !line !money !quantity !invoice !payment !weight !number !price !date 0.75 | amount price 0.7 | order price 0.6',
  ],
  ['fact:currency', 'currency 0.95 | currency number 0.95'],
  ['fact:incoterms', 'incoterms 0.95'],
  ['fact:priority', 'priority 0.92'],
  ['fact:channel', 'channel 0.85 | order from !address !city !country 0.55'],
  [
    'fact:shipTo',
    'ship to name 0.85 | ship city !event !place 0.6 | delivery city !event !place 0.6 | recipient city 0.6 | delivery address city 0.66 | ship address city 0.66 | recipient 0.5 | ship name !service !carrier !line 0.7 | delivery name 0.6',
  ],
  [
    'fact:shipToCountry',
    'ship country 0.9 | ship country number 0.93 | delivery country number 0.93 | ship address country 0.93 | delivery address country 0.93 | delivery address country number 0.95 | ship address country number 0.95 | delivery country 0.9 | recipient country 0.9 | to country 0.85 | ship to country 0.97 | customer country 0.4',
  ],
  ['fact:shipFrom', 'ship from 0.8 | place number !event 0.4 | place order 0.5'],
  ['fact:subject', 'subject 0.9 | ticket description 0.6'],
  ['fact:severity', 'severity 0.9 | ticket priority 0.95'],
  ['fact:orderType', 'order type 0.9'],
  ['fact:deal', 'opportunity name 0.93'],
  ['fact:ticketState', 'ticket status 0.9'],
  ['fact:invoiceAmount', 'invoice amount 0.9'],
  [
    'fact:carrier',
    'carrier name 0.93 | track name 0.78 | carrier !number !date !track !event !status !description !service 0.88 | carrier number 0.7 | ship carrier 0.93',
  ],
  [
    'fact:service',
    'service !status !zone 0.7 | service description 0.8 | ship service !status !description 0.9 | service name 0.85 | service type !event 0.85 | service number 0.75 | delivery service 0.8',
  ],
  ['fact:weight', 'weight !unit 0.93 | weight amount !unit 0.95 | weight !quantity 0.6'],
  [
    'fact:pieces',
    'pieces 0.8 | pieces quantity 0.95 | pieces number 0.9 | pieces amount 0.9 | pieces number amount 0.95 | package quantity 0.93 | package number quantity 0.93 | package pieces quantity 0.94',
  ],
  ['fact:signedBy', 'signed name 0.95 | signed 0.9 | delivery signed 0.95 | recipient signed 0.95'],
  ['fact:device', 'device 0.6 | device name 0.7'],
  ['fact:temperature', 'temperature 0.9'],
  ['fact:latitude', 'latitude 0.92'],
  ['fact:longitude', 'longitude 0.92'],
  ['fact:altitude', 'altitude 0.92'],
  ['fact:speed', 'speed 0.9'],
  ['fact:course', 'course 0.88'],
  ['fact:battery', 'battery 0.9'],
  ['fact:note', 'comment 0.6 | order comment 0.75'],
  [
    'line-key',
    'line number !product !order !purchase 0.9 | order line number 0.9 | line !amount !price !quantity !status !date !product !description !name !type !event 0.6',
  ],
  [
    'line:sku',
    'product number !name !customer 0.92 | supplier product number 0.97 | customer product number 0.93 | product !name !description !type !quantity !price !amount !date !line !money 0.8 | line product number 0.85 | line number product 0.8',
  ],
  [
    'line:description',
    'product name 0.9 | product description 0.92 | line name 0.8 | line description 0.85',
  ],
  [
    'line:quantity',
    'quantity amount 0.93 | quantity !money !package !ship !delivery !receive !backorder !promised !cancel !stock !return !unit !weight 0.88 | order quantity 0.93 | line quantity 0.93 | quantity product 0.85 | quantity unit 0.6 | requested quantity 0.8',
  ],
  [
    'line:quantityShipped',
    'ship quantity 0.93 | ship quantity amount 0.96 | delivery quantity 0.93 | finish quantity 0.85',
  ],
  ['line:quantityConfirmed', 'promised quantity 0.93 | promised quantity amount 0.96'],
  ['line:quantityBackordered', 'backorder quantity 0.93 | backorder !date !status 0.6'],
  ['line:unit', 'unit quantity 0.75 | unit !price !weight !amount 0.85 | quantity unit number 0.8'],
  [
    'line:price',
    'unit price 0.95 | line price amount 0.93 | line price 0.9 | price !amount !money 0.75 | product price 0.85',
  ],
  ['line:lineState', 'line status 0.88'],
  ['line:promised', 'line promised date 0.85'],
  ['line:requested', 'line requested date 0.85'],
  [
    'term',
    'status !line !region !payment !ticket !name !country !address 0.85 | status number 0.9 | event status 0.95 | order status 0.97 | ship status 0.97 | delivery status 0.95 | event number 0.8 | event type 0.92 | status type 0.85 | event !name !description !date !stamp !clock !place !number 0.6 | event name 0.75 | status name 0.8 | finish status 0.9 | payment status 0.7 | type 0.25 | stage status 0.9 | track status 0.95 | updated type 0.45',
  ],
  [
    'words',
    'status description 0.92 | event description 0.92 | event status description 0.95 | description !product !line !service !reason !name !subject 0.5 | event comment 0.5',
  ],
  [
    'reason',
    'reason !number 0.85 | reason note 0.95 | reason comment 0.95 | reason description 0.9 | status reason 0.93 | comment 0.63 | reason status number 0.8 | event reason 0.9',
  ],
  [
    'place:city',
    'city !customer !ship !recipient !invoice !person 0.88 | place city 0.95 | event city 0.95 | event place city 0.97',
  ],
  [
    'place:country',
    'country !customer !ship !recipient !invoice !to !from !person 0.8 | place country 0.93 | event country 0.93 | event place country 0.96',
  ],
  [
    'place:region',
    'event status !description !number !type !date 0.3 | region !customer !ship !recipient !invoice 0.75 | place region 0.93 | event region 0.93 | status place !event 0.5 | event place region 0.96',
  ],
  [
    'place:name',
    'place name 0.88 | place !number !date !type !city !country !region !postal !zone 0.65 | event place 0.75 | event place name 0.9',
  ],
  ['place:code', 'place number 0.75 | event place number 0.85 | place !number !date !type 0.6'],
  ['sequence', 'sequence !event !date !lot 0.8 | sequence number 0.85 | event sequence 0.8'],
  ['zone', 'zone 0.9'],
  ['clock', 'clock !date !stamp !zone 0.8 | clock date 0.3 | event clock 0.85 | status clock 0.85'],
  [
    'time',
    'event date 0.93 | event stamp 0.95 | status date 0.93 | status stamp 0.93 | stamp !created !ship !delivery !estimated !promised !requested !arrival !departure !recorded 0.85 | updated date 0.85 | updated stamp 0.85 | updated 0.6 | date 0.7 | event date stamp 0.96 | clock 0.45 | actual date 0.7 | updated status date 0.92 | event clock 0.5 | recorded date 0.45 | recorded stamp 0.4 | created stamp 0.65',
  ],
  [
    'date:ordered:ACT',
    'order date 0.92 | created date 0.75 | created stamp 0.7 | order stamp 0.85 | created 0.55 | order created date 0.95 | order created stamp 0.95 | purchase date 0.9 | order created 0.9 | purchase order date 0.93',
  ],
  [
    'date:shipped:ACT',
    'ship date !estimated !requested !promised 0.9 | ship stamp 0.9 | ship actual date 0.95 | ship 0.5 | finish stamp 0.5 | finish date 0.5',
  ],
  ['date:shipped:PLN', 'ship promised date 0.93 | ship estimated date 0.85'],
  [
    'date:delivered:ACT',
    'delivery date !estimated !requested !promised 0.82 | delivery stamp 0.85 | delivery actual date 0.95 | receive date 0.4 | actual delivery stamp 0.95',
  ],
  [
    'date:delivered:EST',
    'delivery estimated date 0.96 | estimated date 0.85 | delivery estimated 0.93 | delivery estimated stamp 0.96 | estimated 0.7 | arrival estimated 0.9 | estimated window 0.9 | estimated delivery window 0.95 | estimated stamp 0.8 | delivery estimated promised date 0.93',
  ],
  [
    'date:delivered:REQ',
    'requested date 0.9 | delivery requested date 0.96 | requested 0.6 | delivery requested 0.93',
  ],
  [
    'date:delivered:PLN',
    'promised date 0.85 | delivery promised date 0.96 | promised 0.5 | delivery promised 0.93',
  ],
  ['date:picked-up:ACT', 'pickup date 0.9 | pickup stamp 0.9'],
  ['date:departed:ACT', 'departure date 0.9 | departure stamp 0.9 | departure actual date 0.93'],
  ['date:arrived:ACT', 'arrival date 0.88 | arrival stamp 0.88 | arrival actual date 0.93'],
  ['date:invoiced:ACT', 'invoice date 0.92 | invoice stamp 0.9'],
  ['date:paid:ACT', 'payment date 0.92 | payment stamp 0.92 | payment 0.2'],
  ['date:cancelled:ACT', 'cancel date 0.93 | cancel stamp 0.93'],
  ['date:packed:ACT', 'packing date 0.9 | packing stamp 0.9'],
  ['date:picked:ACT', 'picking date 0.88 | picking stamp 0.88'],
  ['date:closed:ACT', 'finish order date 0.6'],
  ['date:received:ACT', 'receive order date 0.6'],
  [
    'none',
    'supplier 0.8 | supplier number 0.9 | supplier name 0.9 | person 0.7 | person name 0.95 | person number 0.8 | money 0.8 | money amount 0.95 | money number 0.7 | money price 0.9 | stock 0.8 | stock quantity 0.93 | web 0.85 | geo 0.9 | email 0.9 | email address 0.93 | phone 0.9 | phone number 0.93 | postal 0.9 | postal number 0.93 | postal customer 0.9 | postal ship 0.92 | address 0.75 | ship address 0.9 | customer address 0.9 | customer city 0.9 | ship region 0.9 | customer region 0.9 | invoice address 0.9 | invoice name 0.9 | invoice city 0.9 | invoice country 0.9 | payment type 0.9 | payment service 0.9 | payment number 0.85 | payment amount 0.8 | message 0.4 | product type 0.85 | customer type 0.8 | customer email 0.95 | customer phone 0.95 | weight unit 0.9 | package type 0.85',
  ],
]

/** All patterns, ready. */
export const patterns: readonly Pattern[] = table.flatMap(([role, text]) =>
  text.split('|').map((alternative) => {
    const words = alternative.trim().split(' ')
    const weight = Number(words.pop())
    const not = words.filter((word) => word.startsWith('!')).map((word) => word.slice(1) as Concept)
    const all = words.filter((word) => !word.startsWith('!')) as Concept[]
    return { role, all, not, weight }
  }),
)
