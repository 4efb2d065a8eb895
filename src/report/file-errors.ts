import { codeIn, messageOf } from '../errors.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'it may not be accessed',
  EPERM: 'it may not be written',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'its name is too long',
}

/** What went wrong with a file, in words. */
export function reason(error: unknown): string {
  return REASONS[codeIn(error) ?? ''] ?? messageOf(error)
}
