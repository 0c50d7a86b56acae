/**
 * Which segments belong to which loop, per transaction set; after the X12 standard (004010), with what partners of later
 * releases add. Read: `N1(N2 N3)` is a loop that N1 begins, N2 and N3 stand in it; `+` behind the name: segments that the
 * whole table does not know stay in this loop. Names without a bracket at the top are the header and the summary.
 */
const party = 'N1(N2 N3 N4 NX2 REF PER SI FOB TD1 TD5 TD3 TD4 PKG N9 G61 L11)'
const parties = 'N1(N2 N3 N4 REF PER N9 G61 L11) NM1(N2 N3 N4 REF PER)'
const orderHead =
  'CUR REF PER TAX FOB CTP PAM CSH SAC ITD DIS INC DTM LIN SI PID MEA PWK PKG TD1 TD5 TD3 TD4 MAN PCT CTB TXI LDT AMT(REF DTM PCT) N9(DTM MSG MTX PWK EFI) LM(LQ) SPI(MSG) ADV(DTM MTX)'
const orderLine =
  'LIN SI CUR CN1 PO3 CTP(CUR) PAM MEA PID(MEA) PWK PO4 REF PER SAC(CUR) IT8 CSH ITD DIS INC TAX FOB SDQ IT3 DTM TC2 TD1 TD5 TD3 TD4 PCT MAN MSG SPI TXI CTB ' +
  `ACK(DTM) QTY(SI) SCH(TD1 TD5 TD3 TD4 REF) PKG(MEA) LDT(QTY MSG REF) N9(DTM MEA MSG MTX) ${party.replace('PKG N9', 'PKG QTY SCH(TD1 TD5 REF) N9')} ` +
  `SLN(MSG SI PID(MEA) CTP PO3 TC2 SAC DTM CTB QTY TD1 TD5 TD3 TD4 ADV N9(DTM MSG) N1(N2 N3 N4 REF PER)) AMT(REF PCT) LM(LQ)`
const summary = 'CTT(AMT)'

const tables: Readonly<Record<string, string>> = {
  '204': `B2 B2A L11 G62 MS3 AT5 PLD LH6 NTE ${parties} N7(N7A N7B MEA M7) S5+(L11 G62 AT8 LAD AT5 PLD NTE N1(N2 N3 N4 G61 PER) L5(AT8 G61(L11 LH6 LH1(LH2 LH3 LFH LEP LH4 LHT))) OID(G62 LAD L5(AT8 G61(L11 LH6))) G61 N7(N7A N7B MEA M7)) L3`,
  '210': `B3 C2 C3 ITD N9 G62 R3 H3 K1 ${parties} N7(M7) SPO(SDQ) S5+(N9 G62 H3 SPO(SDQ) N1(N2 N3 N4 N9) CD3(N9 H6 L9 POD G62)) LX+(N9 POD L5 H1 H2 L0 L1 L4 L7 K1 SPO(SDQ) N1(N2 N3 N4 N9) CD3(N9 H6 L9 POD G62)) L3`,
  '214': `B10 L11 MAN K1 MS3 AT5 ${parties} AT7(MS1 MS2 M7) LX+(AT7(MS1 MS2 M7) L11 MAN Q7 K1 AT5 AT8 CD3(L11 NM1(N3 N4) Q7 AT7(MS1 MS2)) PRF(N1(N2 N3 N4) CD3) SPO(SDQ) OID(L11) EFI)`,
  '315': `B4 N9 Q2 SG R4(DTM V9) V9 SG`,
  '810': `BIG NTE CUR REF YNQ PER ITD DTM FOB PID MEA PWK PKG L7 BAL INC PAM TXI SAC(TXI) ${parties} LM(LQ) N9(MSG) V1(R4 DTM) FA1(FA2) IT1+(CRC QTY CUR IT3 TXI CTP PAM MEA PID(MEA) PWK PKG PO4 ITD REF YNQ PER SDQ DTM CAD L7 SR SAC(TXI) SLN(DTM REF PID SAC TC2 TXI) N1(N2 N3 N4 REF PER DMG) LM(LQ) V1(R4 DTM) FA1(FA2)) TDS CAD AMT ISS(PID) CTT`,
  '820': `BPR BPS NTE TRN CUR REF DTM N1(N2 N3 N4 PER RDM REF) ENT+(NM1(N2 N3 N4 REF PER) ADX(NTE PER REF(DTM)) RMR+(NTE REF DTM IT1(REF PID SAC TXI SLN(REF)) ADX(NTE PER REF(DTM)))) RMR+(NTE REF DTM IT1(REF PID SAC TXI SLN(REF)) ADX(NTE PER REF(DTM))) ADX(NTE PER REF)`,
  '824': `BGN ${parties} OTI+(REF DTM PER AMT QTY NM1 TED(NTE RED) LM(LQ))`,
  '830': `BFR XPO CUR REF PER TAX FOB CTP SAC CSH ITD DTM PID MEA PWK PKG TD1 TD5 TD3 TD4 MAN N1(N2 N3 N4 REF PER FOB) LM(LQ) LIN+(UIT DTM CUR PO3 CTP PID(MEA) MEA PWK PKG PO4 PRS REF PER SAC ITD TAX FOB LDT QTY ATH TD1 TD5 TD3 TD4 MAN DD SLN(PID NM1 N1) N1(N2 N3 N4 REF PER FOB) LM(LQ) SDP(FST(QTY SDQ)) FST(QTY SDQ LM(LQ)) SHP(REF) TD5) CTT`,
  '832': `BCT CUR REF PER DTM CSH ITD FOB PID MEA PWK PKG TD5 TD4 SAC TAX CTB N9(MSG) LDT N1(N2 N3 N4 REF PER) LIN+(G53 DTM REF PER CTB PID(MEA) MEA PKG PO4 PWK SAC ITD FOB TD5 TD4 CUR G39 PCT LDT CTP(DTM CUR SAC) SLN(PID CTP) N1(N2 N3 N4 REF PER) N9(MSG) PO3 LM(LQ)) CTT`,
  '840': `BQT ${orderHead} ${party} PO1+(${orderLine}) ${summary}`,
  '850': `BEG ${orderHead} ${party} PO1+(${orderLine}) ${summary}`,
  '855': `BAK ${orderHead} ${party} PO1+(${orderLine}) ${summary}`,
  '856': `BSN DTM HL+(LIN SN1 SLN PRF PO4 PID MEA PWK PKG TD1 TD5 TD3 TD4 TSD REF PER DTM FOB PAL CUR SDQ ETD MAN GF YNQ AMT ITA CTT N1(N2 N3 N4 REF PER FOB) LM(LQ) SAC(CUR) V1(R4 DTM) LFH ADJ EFI CLD(REF DTP)) CTT`,
  '860': `BCH ${orderHead} ${party} POC+(${orderLine}) ${summary}`,
  '862': `BSS DTM N1(N2 N3 N4 REF PER FOB) LIN+(UIT PKG PO4 PRS REF PER QTY SDP(FST) FST(DTM SDQ JIT(REF)) SHP(REF) TD1 TD3 TD5 N1(N2 N3 N4 REF PER)) CTT`,
  '865': `BCA ${orderHead} ${party} POC+(${orderLine}) ${summary}`,
  '866': `BSS DTM N1(N2 N3 N4 REF PER) LIN+(REF QTY PID MEA TD1 TD3 TD5 DTM) CTT`,
  '940': `W05 N9 G62 NTE W09 W66 W6 SAC ${parties} LX+(MAN PAL W01(G69 N9 QTY MEA AMT NTE G66 W20 G62 SAC LM(LQ) N1(N2 N3 N4))) W01(G69 N9 QTY MEA AMT NTE G66 W20 G62 SAC LM(LQ)) W76`,
  '945': `W06 N9 G62 NTE W27 W28 W10 ${parties} LX+(MAN PAL N9 W12(G69 N9 QTY MEA AMT R4 W20 G62 NTE LM(LQ))) W12(G69 N9 QTY MEA AMT) W03`,
  '990': `B1 N9 L11 G62 V9 K1 N7 S5+(L11 G62)`,
  '997': 'AK1 AK2+(AK3(AK4) AK5) AK9',
  '999': 'AK1 AK2+(IK3(CTX IK4(CTX)) IK5) AK9',
  // Any other set: parties, hierarchical levels and numbered or lined detail, which nearly all of them have.
  '*': `${parties} HL+(N1(N2 N3 N4 REF PER) NM1(N2 N3 N4 REF PER)) LX+(N1(N2 N3 N4 REF PER)) PO1+(PID N1(N2 N3 N4)) IT1+(PID) LIN+(PID) R4(DTM) N7(M7)`,
}

/** A loop, or the set itself: which loops begin in it and which segments stand in it. */
export type Loop = {
  /** Tags that stand in it: with the loop they begin, or null. */
  readonly members: ReadonlyMap<string, Loop | null>
  /** Whether segments that the table does not know at all stay here. */
  readonly open: boolean
}

/** The table of a set: its root, and every tag that occurs anywhere in it. */
export type LoopTable = { readonly root: Loop; readonly known: ReadonlySet<string> }

const parsed = new Map<string, LoopTable>()

/** The loop table of a transaction set (ST01); the generic one for sets that have none. */
export function loopTable(set: string): LoopTable {
  const name = Object.hasOwn(tables, set) ? set : '*'
  let table = parsed.get(name)
  if (table === undefined) parsed.set(name, (table = parseTable(tables[name]!)))
  return table
}

function parseTable(text: string): LoopTable {
  const known = new Set<string>()
  const tokens = text.match(/[A-Z0-9]+\+?\(?|\)/g) ?? []
  let at = 0
  const parse = (open: boolean): Loop => {
    const members = new Map<string, Loop | null>()
    while (at < tokens.length && tokens[at] !== ')') {
      const token = tokens[at++]!
      const tag = token.replaceAll(/[+(]/g, '')
      known.add(tag)
      if (token.endsWith('(')) {
        members.set(tag, parse(token.includes('+')))
        at++
      } else members.set(tag, null)
    }
    return { members, open }
  }
  return { root: parse(true), known }
}
