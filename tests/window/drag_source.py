"""A window that files can be dragged from, in a process of its own: the other side of a real drag and drop.

usage: drag_source.py X Y URI...   prints `ready`, then `dropped` or `refused` when a drag has ended.
"""
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def say(word):
    print(word, flush=True)


def main():
    x, y, *uris = sys.argv[1:]
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.set_default_size(80, 60)
    window.move(int(x), int(y))
    window.add(Gtk.Label(label="drag me"))
    window.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    window.drag_source_add_uri_targets()
    failed = []
    window.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))
    window.connect("drag-failed", lambda *_: failed.append(True))
    window.connect("drag-end", lambda *_: say("refused" if failed else "dropped"))
    window.connect("map-event", lambda *_: GLib.idle_add(say, "ready") and False)
    window.show_all()
    Gtk.main()


main()
