// Which sockets a process listens on, as the system's own tables say.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

/** The process and everything that descends from it. */
export function family(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

function inodes(pid) {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`);
    } catch {
      return '';
    }
  });
  return new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter(Boolean));
}

/** A process that closed itself to others is read by root alone: then its sockets are those of this user that nobody else has. */
function owner(pid) {
  try {
    const own = inodes(pid);
    return (inode) => own.has(inode);
  } catch {
    const others = new Set();
    for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(pid))) {
      try {
        for (const inode of inodes(name)) others.add(inode);
      } catch {
        // Another user's, or ended meanwhile.
      }
    }
    return (inode, uid) => uid === String(process.getuid()) && !others.has(inode);
  }
}

/** Ended, and only not yet asked for how: it has nothing open any more. */
function hasEnded(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].startsWith('Z');
  } catch {
    return true;
  }
}

/** The TCP sockets that `pid` listens on and the UDP sockets it has bound, as `protocol address`. */
export function listening(pid) {
  const owns = owner(pid);
  const found = [];
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6']) {
    let table;
    try {
      table = readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8');
    } catch (thrown) {
      if (hasEnded(pid)) return [];
      throw thrown;
    }
    for (const line of table.trim().split('\n').slice(1)) {
      const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/);
      const waits = protocol.startsWith('tcp') ? state === LISTENING : /^0+:0000$/.test(remote);
      if (waits && owns(inode, uid)) found.push(`${protocol} ${local}`);
    }
  }
  return found;
}
