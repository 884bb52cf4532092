/** What the operating system's error codes mean for a person. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder, check the path',
  ENOTDIR: 'a part of the path is not a folder, check the path',
  EISDIR: 'it is a folder, name a file',
  EACCES: 'permission denied, change its permissions or choose another path',
  EPERM: 'permission denied, change its permissions or choose another path',
  EROFS: 'the file system is read-only, choose another path',
  ENOSPC: 'the disk is full, make room or choose another path',
};

/** Why a file cannot be read or written, in words. The path is the caller's to name. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
