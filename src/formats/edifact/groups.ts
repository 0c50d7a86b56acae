import { loopTables } from '../loop-table.ts'

/*
 * Which segments belong to which segment group, per message type; after the directories D.93A to D.21B, taken together: a
 * group holds what any of them lets stand in it. How the tables are written: `loop-table.ts`.
 */
const contact = 'CTA(COM) COM'
const party = `NAD(LOC FII RFF(DTM) DOC(DTM) TSR ${contact})`
const charge = 'ALC(ALI DTM QTY(RNG) PCD(RNG) MOA(RNG) RTE(RNG) TAX(MOA) RFF)'
const transport = 'TDT(PCD RFF DTM TSR LOC(DTM))'
const packing = 'PAC(MEA QTY DTM RFF HAN(FTX) PCI(RFF DTM GIR GIN))'
const terms = `TAX(MOA LOC) CUX(PCD DTM) PAT(DTM PCD MOA PAI FII) ${transport} TOD(LOC FTX)`
const schedule = 'SCC(FTX DTM RFF QTY(DTM RFF))'
const hazard = 'DGS(FTX CTA(COM) MEA SGP)'
const product = 'PIA IMD MEA QTY PCD ALI DTM MOA GEI GIN GIR GIS QVR DOC PAI FTX DLM CCI(CAV MEA)'
const line =
  `LIN+(${product} AJT(FTX) PAT(DTM PCD MOA) PRI(APR RNG DTM CUX) RFF(DTM) ${packing} LOC(QTY DTM PCD) TAX(MOA LOC) ` +
  `${party} ${charge} ${transport} TOD(LOC) EQD(HAN MEA FTX) ${schedule} RCS(RFF DTM FTX) STG(QTY MOA) STS(RFF DTM FTX) CDI(INP) ${hazard})`
const order =
  `BGM DTM PAI ALI IMD FTX GIR GIS AJT(FTX) ERC(FTX) RFF(DTM) ${party} ${terms} ${packing} EQD(HAN MEA FTX) ${schedule} ` +
  `APR(DTM RNG) ${charge} RCS(RFF DTM FTX) ${hazard} CCI(CAV) ${line} UNS CNT MOA`
const scheduledLine = line.replace(
  product,
  `${product.replace(' QTY', '')} QTY(SCC DTM RFF(DTM)) GIS(QTY)`,
)
const lineIn = line.replace(
  'LOC(QTY DTM PCD)',
  'LOC(NAD DTM QTY) SGP(QTY) PCI(DTM MEA QTY GIN HAN) INP',
)
const despatch =
  `BGM DTM ALI MEA MOA CUX RFF(DTM) ${party} TOD(LOC FTX) ${transport} EQD(MEA SEL EQA HAN(FTX)) ` +
  `CPS+(FTX QVR ${packing} ${lineIn}) ${lineIn} UNS CNT`
const invoice =
  `BGM DTM PAI ALI IMD FTX GIR GIS RFF(DTM) ${party} ${terms} ${packing} EQD(SEL) ${charge} RCS(RFF DTM FTX) AJT(FTX) INP(FTX) ` +
  `${line} UNS CNT MOA(RFF(DTM)) TAX(MOA)`

const measures = 'MEA(EQN) DIM(EQN)'
const goods =
  `GID+(HAN(FTX) TMP RNG TMD LOC MOA PIA GIN FTX PCD NAD(DTM) GDS DTM ${measures} RFF(DTM) PCI(RFF DTM GIN) DOC(DTM) GOR(DTM LOC SEL FTX DOC(DTM)) ` +
  `TPL(MEA) SGP(MEA) TCC(PRI EQN PCD MOA QTY) CST PAC ${hazard})`
const equipment =
  `EQD+(EQN TMD MEA DIM TPL PCD SEL FTX TMP RNG LOC RFF HAN(FTX) TSR DTM GIN GOR PIA EQA(EQN) DAM(COD) COD TCC(EQN) ` +
  `NAD(DTM RFF) TDT(DTM RFF LOC(DTM)) ${hazard})`
const consignment =
  `CTA(COM) COM DTM TSR CUX PCD MOA FTX CNT DOC(DTM) GDS LOC(DTM) TOD(LOC) RFF(DTM) GOR(DTM LOC SEL FTX DOC(DTM)) CPI(RFF CUX LOC MOA) ` +
  `TCC(PRI EQN PCD MOA QTY) ${transport} NAD(LOC MOA RFF(DTM) DOC(DTM) CPI(RFF CUX LOC MOA) TSR TCC(PRI) ${contact}) ${goods} ${equipment}`
const status =
  `STS+(RFF DTM DOC FTX NAD(${contact}) LOC PCI(GIN) TDT(DTM RFF LOC(DTM)) EQD(MEA DIM SEL RFF TPL TMD EQA) ` +
  `GID(HAN SGP(MEA) DGS FTX MEA DIM PCI(GIN) GDS))`
const instruction = `BGM ${consignment} CNI+(SGP ${consignment}) UNS`
const container = `BGM TMD TSR FTX CNT DTM RFF(DTM) TDT(RFF LOC(DTM) DTM FTX) LOC(DTM) NAD(RFF ${contact}) GID(HAN FTX PIA NAD GDS MEA DIM DOC SGP(MEA) ${hazard} PCI(GIN) SGP) ${equipment}`
const customs =
  `BGM DTM LOC(DTM) FTX GIS(RFF) GEI RFF(DTM) NAD(RFF ${contact}) ${transport} ${equipment} CNI+(CNT RFF(DTM) LOC(DTM) DTM FTX GIS TSR TOD MOA MEA ` +
  `GEI NAD(${contact}) ${transport} ${equipment} GID+(PAC HAN FTX MEA SGP(MEA) PCI(GIN) CST ${hazard})) ${goods} UNS CNT AUT`

const all = (types: string, table: string): Readonly<Record<string, string>> =>
  Object.fromEntries(types.split(' ').map((type) => [type, table]))

const tables: Readonly<Record<string, string>> = {
  ...all('ORDERS ORDRSP ORDCHG QUOTES REQOTE OSTENQ OSTRPT PRICAT SLSRPT INVRPT', order),
  ...all('DELFOR DELJIT', order.replace(line, scheduledLine)),
  ...all('DESADV RECADV RETANN RETINS', despatch),
  INVOIC: invoice,
  ...all(
    'IFTMIN IFTMBF IFTMBP IFTMBC IFTMAN IFTMCS IFTMCA IFTDGN IFCSUM IFTSAI IFTRIN',
    instruction,
  ),
  IFTSTA: `BGM DTM TSR FTX CNT LOC(DTM) RFF(DTM) NAD(${contact}) TDT(DTM RFF LOC(DTM)) CNI+(LOC CNT RFF(DTM) DTM NAD(${contact}) ${status}) ${status} UNS`,
  ...all('COPARN CODECO COARRI COPINO COREOR COPRAR COHAOR COEDOR COSTOR COSTCO', container),
  ...all('CUSCAR CUSREP CUSRES CUSDEC', customs),
  APERAK: `BGM DTM FTX CNT DOC(DTM) RFF(DTM) ${party} ERC(FTX RFF(FTX))`,
  CONTRL: 'UCI UCF(UCM(UCS(UCD))) UCM(UCS(UCD))',
  REMADV: `BGM DTM RFF(DTM) ${party} CUX(DTM) DOC(MOA DTM RFF NAD CUX AJT(MOA RFF FTX) DLI(MOA)) UNS MOA`,
  // Any other message: what most of them have.
  '*': `BGM DTM RFF(DTM) ${party} ${transport} CNI+(RFF(DTM) ${status}) ${status} CPS+(${packing} ${line}) ${line} ${goods} ${equipment} DOC(DTM MOA RFF) UNS CNT`,
}

/** The segment groups of a message type (UNH 0065); generic ones for types that have none. */
export const groupTable = loopTables(tables)

/** Message types that begin with BGM, which names the document: without it nobody knows what is meant. */
export function beginsWithDocument(type: string): boolean {
  return type !== 'CONTRL' && Object.hasOwn(tables, type)
}
