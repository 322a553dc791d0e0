// Which sign a file gets: by its type, else by the end of its name.
import type { RemoteEntry } from '../ipc/host';

export type Kind = 'link' | 'image' | 'video' | 'audio' | 'archive' | 'text' | 'other';

const ENDINGS: Record<string, Kind> = {
  ...Object.fromEntries(['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'heic', 'tif', 'tiff'].map((e) => [e, 'image'])),
  ...Object.fromEntries(['mp4', 'mov', 'mkv', 'avi', 'webm'].map((e) => [e, 'video'])),
  ...Object.fromEntries(['mp3', 'wav', 'flac', 'ogg', 'm4a'].map((e) => [e, 'audio'])),
  ...Object.fromEntries(['zip', 'rar', '7z', 'gz', 'tar', 'xz'].map((e) => [e, 'archive'])),
  ...Object.fromEntries(['pdf', 'txt', 'md', 'doc', 'docx', 'odt', 'csv'].map((e) => [e, 'text'])),
};

export function kindOf(entry: RemoteEntry): Kind {
  if (entry.kind === 'link') return 'link';
  const type = entry.content_type ?? '';
  for (const kind of ['image', 'video', 'audio', 'text'] as const) if (type.startsWith(`${kind}/`)) return kind;
  if (/zip|compressed|tar|rar/.test(type)) return 'archive';
  if (type === 'application/pdf') return 'text';
  const ending = /\.([a-z0-9]+)$/i.exec(entry.name)?.[1]?.toLowerCase();
  return (ending === undefined ? undefined : ENDINGS[ending]) ?? 'other';
}
