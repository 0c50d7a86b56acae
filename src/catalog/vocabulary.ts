/** What the definitions at hand say: the vocabulary that proposals for new sources are made with. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { catalogFolder } from '#flow/catalog-files.ts'
import { readSourceFolders } from '#flow/load-sources.ts'
import { vocabularyOf, type Learned, type Vocabulary } from '#onboarding/vocabulary.ts'

/** Terminologies that stand behind the own words of a draft, the nearest first. */
export const draftTerms = ['order-phrases', 'carrier-words'] as const

/** Reads all definitions of the catalog, its terminologies, and the definitions below `company`. */
export async function loadVocabulary(
  company: string | null,
  catalog: string = catalogFolder,
): Promise<Vocabulary> {
  const roots = company === null ? [catalog] : [company, catalog]
  const folders = (await Promise.all(roots.map((root) => readSourceFolders(root)))).flat()
  const learned = folders.map(({ folder, files }): Learned => {
    const [definition, terms] = [files['source.yaml'], files['terms.csv']]
    return {
      source: folder,
      ...(typeof definition === 'string' && { definition }),
      ...(typeof terms === 'string' && { terms }),
    }
  })
  return vocabularyOf([...learned, ...(await terminologies(catalog))])
}

async function terminologies(catalog: string): Promise<Learned[]> {
  const home = join(catalog, 'terms')
  const files = (await readdir(home)).filter((file) => file.endsWith('.csv')).toSorted()
  return Promise.all(
    files.map(async (file) => ({
      source: file.slice(0, -'.csv'.length),
      terms: await readFile(join(home, file), 'utf8'),
    })),
  )
}

/** The files of the catalog that a draft builds on, as the compiler wants them. */
export async function draftExtra(catalog: string = catalogFolder): Promise<Record<string, string>> {
  const texts = await Promise.all(
    draftTerms.map(async (name) => [
      `catalog/terms/${name}.csv`,
      await readFile(join(catalog, 'terms', `${name}.csv`), 'utf8'),
    ]),
  )
  return Object.fromEntries(texts) as Record<string, string>
}
