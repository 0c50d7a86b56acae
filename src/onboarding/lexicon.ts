/** What words in names of fields mean, in the languages of order systems, without accents. One concept a line. */

const written = {
  order:
    'order orders ord salesorder auftrag auftraege auftrags bestellung bestellungen bestell kundenauftrag kundenauftraege commande commandes cmd cde pedido pedidos ordine ordini bestelling bestellingen ordernr encomenda zamowienie zamowienia objednavka rendeles tilaus ordre siparis orden',
  purchase: 'purchase purchasing einkauf einkaufs achat compra compras acquisto inkoop po pono',
  customerOrder:
    'custpo custref kundenbestellnummer kundenbestellung kundenreferenz customerpo bstkd bstnk',
  number:
    'number numbers no nr num id ids nummer nummern numero numeros nro nummero numer cislo szam key identifier kennung kenn identification pk ref refno code codes codigo kod kode codice document documentno doc beleg belegnummer soldtoparty shiptoparty soldto',
  reference:
    'reference references ref refs referenz reference referencia riferimento referentie zeichen',
  date: 'date dates datum data fecha jour giorno dia dag tag day dt dato datetime pvm on termin frist deadline',
  clock: 'time uhrzeit zeit heure hora ora tijd godzina tm clock hhmm klokkeslet',
  stamp:
    'timestamp timestamps ts at zeitpunkt zeitstempel horodatage datetime moment when instant time dttm epoch utc occurred tst tms happened datetimes',
  status:
    'status statuses state stat zustand etat estado stato staat stan tila status_code lage stage phase situation situatie',
  event:
    'event events ereignis evenement evento gebeurtenis zdarzenie checkpoint scan scans activity activities movement milestone action vorgang step steps movements trackingevents history transition evt evnt evts occurrence significant',
  ship: 'ship shipping shipped shipment shipments shp versand versendet versendung sendung sendungen expedition expedie envio envios spedizione spediti verzending verzonden zending wysylka lahetys forsendelse dispatch dispatched despatch despatched send sent consignment consignments consig ausgeliefert goodsissue goodsmovement',
  delivery:
    'delivery deliveries delivered deliver dlv del liefer lieferung lieferungen geliefert zustellung zugestellt livraison livre entrega entregas entregado consegna consegnato levering geleverd bezorging dostawa doreczenia toimitus leverans delivr albaran ddt pakbon bolla dlvy',
  note: 'note notes schein bordereau bon albaran bolla ddt pakbon packslip slip avis',
  carrier:
    'carrier carriers frachtfuehrer spediteur spedition transporteur transportista corriere vervoerder przewoznik courier couriers shipper carriercode scac ship_via shipvia via forwarder zusteller logistics provider',
  track:
    'track tracking trackingno trackingnumber trackingnr sendungsnummer sendungsverfolgung suivi seguimiento tracciatura awb airwaybill waybill hawb mawb frachtbrief consignmentno consignmentnumber parcelnumber barcode connote con_no pro probill pin skybill skybillnumber piececode shipmentnumber sendung ordrack barcodeid itemcode licenceplate trackingid pinnumber trk trck',
  package:
    'package packages parcel parcels paket pakete packstueck colis bulto bultos paquete collo colli pakket paczka carton cartons karton box boxes sscc hu handlingunit nve licenseplate pallet palette crate piece mailpiece mailpieces tu',
  pieces:
    'pieces piececount piecequantity colli parcels packages cartons boxes bultos colis packstuecke pakete piecescount nbpieces',
  including: 'including incl inc inkl ttc tvac',
  window: 'window begin begins end ends earliest latest range timeframe slot',
  line: 'line lines position positionen pos posnr item items lineitem zeile ligne linea riga regel pozycja rivi artikelposition lineno lineitems orderline orderlines positions entries entry',
  product:
    'product products sku skus article articles artikel artikelnummer articulo articolo produit producto prodotto material matnr part partno mpn ean gtin upc item itemcode asin model style produkt tuote sachnummer stockcode merchandise variant',
  quantity:
    'quantity quantities qty qte quantite menge anzahl stueck stueckzahl cantidad quantita aantal hoeveelheid ilosc maara antal amountordered units count mng kwmeng qnty stk pcs bestellmenge mennge',
  unit: 'unit uom einheit mengeneinheit me unite unidad unita eenheid jednostka measure vrkme',
  price:
    'price prices preis einzelpreis stueckpreis prix precio prezzo prijs cena pris hinta unitprice rate netpr cost costs',
  amount:
    'amount amounts total totals sum value val betrag summe wert gesamtbetrag gesamt montant valeur importe valor importo valore bedrag waarde kwota suma subtotal net netto gross brutto netwr grand totalprice belop totaldue due cents',
  currency:
    'currency waehrung devise moneda valuta munt waluta curr cur ccy currencycode isocurrency waerk waers',
  customer:
    'customer customers cust client clients cliente clientes kunde kunden kund debitor klant klanten klient asiakas buyer kaeufer acheteur comprador account accounts besteller kunnr afnemer consumer soldto auftraggeber soldtoparty kundennummer sold buying buyingparty ordering',
  name: 'name names bezeichnung nom nombre nome naam nazwa nimi name1 fullname companyname company firma societe empresa azienda bedrijf title titel organization organisation',
  tier: 'tier sla servicelevel kundenklasse class segment classification',
  address:
    'address addresses addr adresse adresses strasse street str rue calle via straat ulica direccion indirizzo adres line1 line2 address1 address2 house hausnummer',
  city: 'city town ort stadt ville ciudad citta stad miasto plaats ort01 locality by kaupunki municipality',
  country: 'country countries land pays pais paese kraj maa countrycode iso2 land1 nation',
  region:
    'region province stateorprovince stateprovince bundesland departement provincia county stateorprovincecode provincecode',
  postal: 'postal postcode postalcode zip zipcode plz postleitzahl codepostal cap pstlz eircode',
  place:
    'location locations place facility site hub depot station warehouse wh lager standort lieu almacen magazzino magazijn terminal plant werk werks branch filiale office port store gate zone dock scanlocation unlocode locode',
  phone: 'phone tel telephone telefon mobile mobil fax telefax handy fono telf cell',
  email: 'email emailaddress correo courriel',
  invoice:
    'invoice invoices inv rechnung rechnungs facture factura fattura factuur faktura lasku bill billing billed fakturiert vf',
  payment:
    'payment payments paid zahlung zahlungs bezahlt paiement pago pagado pagamento betaling betaald platnosc pay financial transaction',
  quote:
    'quote quotes quotation angebot angebots devis cotizacion presupuesto preventivo offerte oferta tarjous proposal',
  opportunity:
    'opportunity opportunities oppty opp deal deals verkaufschance chance opportunite oportunidad',
  serial:
    'serial serials serialnumber serialno seriennummer seriennr sernr serie matricule snr sn equipment imei',
  return:
    'return returns rma retoure ruecksendung ruecklieferung retour devolucion reso returned returning refund',
  ticket: 'ticket tickets case cases incident vorgangsnummer fall issue request sysid',
  production:
    'production fertigung fertigungsauftrag produktions manufacturing workorder work job produccion produzione wo aufnr mo build built',
  bol: 'bol billoflading lading konnossement connaissement bl conocimiento mbl hbl',
  container: 'container containers cntr equipmentreference contenedor conteneur containerno',
  mac: 'mac macaddress wwn',
  device:
    'device devices geraet scanner terminalid sensor tracker gateway vehicle truck handheld dev imei unit_id',
  weight: 'weight gewicht poids peso waga vikt masse kg lbs kilos grams grossweight netweight wt',
  service:
    'service services servicetype servicecode servicelevel versandart shippingmethod method mode product_code modalite servicio servizio shipmethod',
  description:
    'description desc descr text texte beschreibung bezeichnung descripcion descrizione omschrijving opis message details arktx label longtext kurztext eventdescription statusdescription displayname info dscr',
  reason: 'reason grund motif motivo reden powod cause ursache reject exception reasoncode delay',
  comment:
    'comment comments remark remarks bemerkung bemerkungen kommentar hinweis notiz notizen commentaire observacion observaciones nota opmerking uwagi memo notes',
  type: 'type typ art kind tipo soort rodzaj category kategorie auart typecode',
  created:
    'created create creation angelegt erstellt erstellung erfasst cree creado creato aangemaakt utworzenia placed place_date ordered entered entry erdat submitted opened inserted eingang eingegangen processed',
  updated:
    'updated update modified changed change lastmodified geaendert aenderung modifie modificado modificato gewijzigd zmieniono last latest aedat lastupdated edited',
  requested:
    'requested request required desired wanted wish wunsch wunschlieferdatum gewuenscht souhaite demandee solicitada richiesta gewenst requestdate rdd need needby requireddate vdatu duedate due bereitstellung preferred rqst',
  promised:
    'promised promise committed commit confirmed confirm bestaetigt bestaetigter zugesagt zusage confirme confirmee confirmado confermata bevestigd potwierdzona planned plan scheduled schedule geplant prevu planificado pianificata gepland ack acknowledged pdd confirmation accepted',
  estimated:
    'estimated estimate expected expect eta etd edd voraussichtlich voraussichtliche erwartet estime estimee estimada prevista verwacht przewidywana predicted forecast projected est estim estimation exp proj anticipated',
  actual: 'actual ist reel real effective tatsaechlich',
  arrival: 'arrival arrive arrived ankunft arrivee llegada arrivo aankomst ata',
  departure: 'departure depart departed abfahrt depart salida partenza vertrek atd',
  pickup:
    'pickup picked_up collection collected abholung abgeholt enlevement recogida ritiro ophaling',
  picking: 'pick picked picking kommissioniert kommissionierung',
  packing: 'pack packed packing verpackt verpackung emballe',
  cancel:
    'cancel cancelled canceled cancellation storno storniert stornierung annule annulation cancelado annullato geannuleerd',
  finish:
    'closed close completed complete finished abgeschlossen erledigt termine cerrado chiuso fulfilled fulfilment fulfillment',
  allocate: 'allocated allocation reserved reserviert',
  backorder:
    'backorder backordered backorders short shortage rueckstand open offen outstanding reliquat qtyshort bo backlog',
  receive: 'received receive receipt receipted wareneingang recu recibido ricevuto',
  priority: 'priority prio prioritaet dringlichkeit priorite prioridad priorita urgency rush',
  channel:
    'channel kanal vertriebsweg salesorigin origin_system salesforce_channel vtweg marketplace',
  incoterms: 'incoterms incoterm lieferbedingung inco inco1',
  severity: 'severity schweregrad impact',
  subject: 'subject betreff sujet asunto oggetto onderwerp short_description shortdescription',
  owner:
    'owner salesperson salesrep rep verkaeufer vertreter sachbearbeiter vendeur vendedor agent accountmanager',
  signed:
    'signed signature signedby receivedby receivedbyname unterschrift empfangen signataire firmado pod signatory recipientname',
  recipient:
    'recipient consignee empfaenger shipto destinataire destinatario ontvanger odbiorca receiver warenempfaenger shiptoparty',
  from: 'from origin absender von ursprung de origen origine van source start sender pickup_address abgang shipfrom',
  to: 'to destination ziel nach destino destinazione bestemming dest final',
  temperature: 'temperature temp temperatur temperatura',
  sequence:
    'sequence seq version versionno revision rev lsn laufnummer counter revisionnumber sequencenumber offset',
  message:
    'message messageid control interchange docnum correlation requestid eventid uuid guid rowguid',
  supplier:
    'supplier suppliers vendor lieferant lieferanten fournisseur proveedor fornitore leverancier dostawca kreditor lifnr',
  person:
    'employee user users username mitarbeiter contact contacts person first last firstname lastname gender birth vorname nachname by_user createdby modifiedby operator agentname',
  money:
    'tax taxes taxamt vat mwst steuer discount rabatt freight fracht frais cost costs fee fees duty charge charges tip surcharge margin profit commission promo promotion coupon',
  stock:
    'stock bestand inventory bin shelf reorder onhand instock lot batch charge_nr availability leadtime standard bom',
  web: 'url link href image img avatar website homepage page ip agent browser session token password secret',
  latitude: 'lat latitude breite breitengrad',
  longitude: 'lon lng long longitude laenge laengengrad',
  altitude: 'alt altitude elevation ele hoehe',
  speed: 'speed velocity vel geschwindigkeit vitesse velocidad',
  course: 'course heading cog bearing azimuth kurs richtung',
  battery: 'battery batt batterylevel akku batterie',
  geo: 'geohash coordinates coordinate geo satellites hdop accuracy geofence',
  zone: 'timezone tz zeitzone utcoffset offsetminutes timezoneoffset gmtoffset',
  recorded:
    'recorded record recordtime logged import imported sync synced load loaded extract extracted export exported printed generated publish published received_at',
  stage: 'stagename',
  bag: 'info data payload body attributes properties value fields meta result results response output content details d root list array elements object objects documents tracktrace trackresponse trackresults completetrackresults envelope row rows detail sales sap sd party own main current last first latest summary text full iso local std header head general specific custom record entity message sys legacy seller notification',
} as const

export type Concept = keyof typeof written

/** Concepts of a word, the likelier first; several where a word has several meanings. */
export const concepts: ReadonlyMap<string, readonly Concept[]> = byWord()

function byWord(): Map<string, Concept[]> {
  const map = new Map<string, Concept[]>()
  for (const [concept, words] of Object.entries(written) as [Concept, string][]) {
    for (const word of words.split(' ')) {
      const found = map.get(word)
      if (found === undefined) map.set(word, [concept])
      else if (!found.includes(concept)) found.push(concept)
    }
  }
  return map
}
