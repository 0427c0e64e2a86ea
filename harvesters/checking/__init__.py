"""What is wrong with a catalogue, and how good it is.

``closure``    what a document states about a node, as a validator needs it.
"""
