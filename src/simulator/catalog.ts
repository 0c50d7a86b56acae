/** The people and things of the demo world: customers, products, places. All invented. */
import type { Zone } from './calendar.ts'

export type Company = 'servers' | 'storage' | 'networking'

export type Customer = {
  /** Group-wide customer number, five digits. */
  readonly number: string
  readonly name: string
  readonly street: string
  readonly city: City
  readonly tier: 'GOLD' | 'SILVER' | 'BRONZE'
}

export type City = {
  readonly name: string
  readonly region: string
  readonly country: string
  readonly postal: string
  readonly zone: Zone
}

export type Product = {
  readonly sku: string
  readonly description: string
  /** Price in minor units of the company's currency. */
  readonly cents: number
  readonly grams: number
  readonly serial: boolean
}

export type Site = { readonly code: string; readonly city: City }

const city = (name: string, region: string, country: string, postal: string, zone: Zone): City => ({
  name,
  region,
  country,
  postal,
  zone,
})

export const cities = {
  munich: city('München', 'BY', 'DE', '80331', 'Europe/Berlin'),
  frankfurt: city('Frankfurt', 'HE', 'DE', '60549', 'Europe/Berlin'),
  hamburg: city('Hamburg', 'HH', 'DE', '20457', 'Europe/Berlin'),
  cologne: city('Köln', 'NW', 'DE', '51147', 'Europe/Berlin'),
  zurich: city('Zürich', 'ZH', 'CH', '8058', 'Europe/Berlin'),
  vienna: city('Wien', '9', 'AT', '1300', 'Europe/Berlin'),
  malmo: city('Malmö', 'M', 'SE', '21120', 'Europe/Berlin'),
  singapore: city('Singapore', 'SG', 'SG', '819663', 'Asia/Singapore'),
  penang: city('Penang', '07', 'MY', '11900', 'Asia/Singapore'),
  chicago: city('Chicago', 'IL', 'US', '60666', 'America/Chicago'),
  dallas: city('Dallas', 'TX', 'US', '75261', 'America/Chicago'),
  memphis: city('Memphis', 'TN', 'US', '38118', 'America/Chicago'),
  newark: city('Newark', 'NJ', 'US', '07114', 'America/New_York'),
  atlanta: city('Atlanta', 'GA', 'US', '30320', 'America/New_York'),
  denver: city('Denver', 'CO', 'US', '80249', 'America/Denver'),
  oakland: city('Oakland', 'CA', 'US', '94621', 'America/Los_Angeles'),
} as const

const tiers = ['GOLD', 'SILVER', 'SILVER', 'BRONZE', 'BRONZE'] as const

const names: readonly (readonly [string, string, City])[] = [
  ['Müller Präzision GmbH', 'Industriestraße 14', cities.munich],
  ['Hafenwerk Löwe AG', 'Am Sandtorkai 5', cities.hamburg],
  ['Bergmann & Söhne KG', 'Deutzer Allee 88', cities.cologne],
  ['Alpenklinik Zürich', 'Spitalweg 2', cities.zurich],
  ['Donau Versicherung', 'Ringstraße 31', cities.vienna],
  ['Öresund Data AB', 'Kajgatan 7', cities.malmo],
  ['Taunus Bank', 'Bockenheimer Landstraße 60', cities.frankfurt],
  ['Isar Medien GmbH', 'Lindwurmstraße 120', cities.munich],
  ['Straits Clearing House', 'Raffles Quay 16', cities.singapore],
  ['Penang Photonics', 'Bayan Lepas FIZ 4', cities.penang],
  ['Merlion Health', 'Outram Road 31', cities.singapore],
  ['Jurong Polymers', 'Tuas Avenue 8', cities.singapore],
  ['Lakeshore Foods Inc', '400 N Wacker Dr', cities.chicago],
  ['Prairie Freight Systems', '210 S Canal St', cities.chicago],
  ['Lone Star Energy', '1800 Elm St', cities.dallas],
  ['Delta Ridge University', '77 Union Ave', cities.memphis],
  ['Ironbound Logistics', '12 Ferry St', cities.newark],
  ['Peachtree Insurance', '191 Peachtree St', cities.atlanta],
  ['Front Range Genomics', '16 Larimer Sq', cities.denver],
  ['Bayside Robotics', '501 Broadway', cities.oakland],
  ['Grünwald Optik', 'Schloßstraße 9', cities.munich],
  ['Elbe Reederei', 'Kehrwieder 12', cities.hamburg],
  ['Rhein Chemie Köln', 'Chempark 3', cities.cologne],
  ['Matterhorn Capital', 'Bahnhofstrasse 21', cities.zurich],
  ['Prater Studios', 'Hauptallee 1', cities.vienna],
  ['Skåne Energi', 'Västra Hamnen 3', cities.malmo],
  ['Main Verkehrsbetriebe', 'Zeil 40', cities.frankfurt],
  ['Changi Aerotech', 'Loyang Way 20', cities.singapore],
  ['Windy City Schools', '42 W Madison St', cities.chicago],
  ['Trinity River Hospital', '5323 Harry Hines Blvd', cities.dallas],
  ['Beale Street Media', '203 Beale St', cities.memphis],
  ['Passaic Pharma', '1 Raymond Plaza', cities.newark],
  ['Stone Mountain Credit', '3350 Riverwood Pkwy', cities.atlanta],
  ['Mile High Telecom', '1225 17th St', cities.denver],
  ['Golden Gate Bio', '1200 Harbor Bay Pkwy', cities.oakland],
  ['Blue Line Transit', '567 W Lake St', cities.chicago],
  ['Gulf Refining Partners', '909 Fannin St', cities.dallas],
  ['Hudson Title', '30 Montgomery St', cities.newark],
  ['Pacific Crest Outfitters', '2150 Webster St', cities.oakland],
  ['Rocky Mountain Dairy', '4500 Leetsdale Dr', cities.denver],
]

export const customers: readonly Customer[] = names.map(([name, street, place], index) => ({
  number: String(10_204 + index * 37),
  name,
  street,
  city: place,
  tier: tiers[index % tiers.length]!,
}))

const product = (
  sku: string,
  description: string,
  cents: number,
  grams: number,
  serial = true,
): Product => ({ sku, description, cents, grams, serial })

export const products: Readonly<Record<Company, readonly Product[]>> = {
  servers: [
    product('NW-R740-2S', 'Rack-Server R740, 2 Sockel', 849_000, 28_600),
    product('NW-R760-2S', 'Rack-Server R760, 2 Sockel', 1_129_000, 31_200),
    product('NW-B480-BL', 'Blade B480', 612_500, 7_900),
    product('NW-T350-1S', 'Tower T350', 219_900, 17_400),
    product('NW-RAM-64', 'DDR5-Modul 64 GB', 38_900, 60, false),
    product('NW-PSU-1400', 'Netzteil 1400 W', 31_500, 1_300, false),
    product('NW-RAIL-2U', 'Schienensatz 2 HE', 11_200, 3_400, false),
    product('NW-GPU-L40', 'Beschleuniger L40', 799_000, 1_050),
  ],
  storage: [
    product('KS-FA400', 'Flash array 400 TB', 4_890_000, 61_000),
    product('KS-FA120', 'Flash array 120 TB', 1_790_000, 44_000),
    product('KS-SSD-15T', 'NVMe SSD 15.36 TB', 189_000, 140, false),
    product('KS-SSD-7T', 'NVMe SSD 7.68 TB', 97_500, 130, false),
    product('KS-JBOD-60', 'Expansion shelf 60 bay', 749_000, 52_000),
    product('KS-CTL-2', 'Controller pair', 529_000, 9_800),
  ],
  networking: [
    product('PL-SW48-25G', 'Switch 48 x 25G', 1_245_000, 10_300),
    product('PL-SW32-100G', 'Switch 32 x 100G', 2_310_000, 11_900),
    product('PL-RTR-8K', 'Edge router 8K', 3_150_000, 21_700),
    product('PL-AP-635', 'Access point 635', 89_500, 1_200),
    product('PL-SFP-25', 'SFP28 25G SR', 14_900, 30, false),
    product('PL-DAC-3M', 'DAC cable 3 m', 6_900, 200, false),
  ],
}

/** Where each company ships from, and the codes its people use for these places. */
export const sites: Readonly<Record<Company, Site>> = {
  servers: { code: 'FRA1', city: cities.frankfurt },
  storage: { code: 'SIN2', city: cities.singapore },
  networking: { code: 'ORD3', city: cities.chicago },
}

export const hubs: readonly City[] = [cities.memphis, cities.cologne, cities.newark, cities.dallas]

export const owners = [
  'A. Berger',
  'L. Tan',
  'M. Rodriguez',
  'J. Whitfield',
  'S. Lindqvist',
  'P. Okafor',
] as const
