/** Writes the files of a plan, and never over what is there unless told. */
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeIn, TuneError } from '../errors.ts'
import { packageRoot } from '../package-root.ts'
import type { EmittedFile } from '../plan/emit/file.ts'
import { reason } from '../report/file-errors.ts'

/**
 * @param shown as errors call the folder
 * @throws TuneError USAGE for a folder that is not empty, STORAGE where it cannot be written
 */
export async function writeFiles(
  folder: string,
  shown: string,
  files: readonly EmittedFile[],
  force: boolean,
): Promise<void> {
  if (!force && (await namesIn(folder, shown)).length > 0) {
    throw new TuneError('USAGE', `--emit: ${shown} is not empty`, {
      hint: 'name another folder, or --force to write over the files of the same names',
    })
  }
  await writing(shown, async () => {
    for (const { path, text, executable } of files) {
      const target = join(folder, path)
      await makeFolder(dirname(target))
      await writeFile(target, text)
      if (executable) await chmod(target, 0o755)
    }
  })
}

/**
 * With its parents. Not by `recursive`: where a file system refuses a folder as if its parent were missing (/proc does),
 * Node 20 tries again for ever.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (codeIn(error) === 'EEXIST') return
    if (codeIn(error) !== 'ENOENT' || (await isThere(dirname(path)))) throw error
    await makeFolder(dirname(path))
    await mkdir(path)
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (codeIn(error) === 'ENOENT') return false
    throw error
  }
}

async function namesIn(folder: string, shown: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeIn(error) === 'ENOENT') return []
    throw cannotWrite(shown, error)
  }
}

/** @throws TuneError USAGE for a file that is there, STORAGE where it cannot be written */
export async function writeStarter(path: string, shown: string, force: boolean): Promise<void> {
  const starter = await readFile(join(packageRoot(), 'profiles/pipeline-starter.yaml'), 'utf8')
  await writing(shown, () => writeFile(path, starter, { flag: force ? 'w' : 'wx' }))
}

async function writing(shown: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (codeIn(error) === 'EEXIST') {
      throw new TuneError('USAGE', `${shown} is there already`, {
        hint: 'name another file, or --force to write over it',
      })
    }
    throw cannotWrite(shown, error)
  }
}

function cannotWrite(shown: string, cause: unknown): TuneError {
  return new TuneError('STORAGE', `cannot write ${shown}: ${reason(cause)}`, {
    hint: 'check the path, and who may write there',
    cause,
  })
}
