"""Photos that people and machines send: told from what is none, written anew, kept.

``photo``: what is known of one, for a domain. ``ports``: what a use case asks for. ``pictures``,
``files`` and ``upload``: Pillow, GridFS and HTTP behind that.
"""
