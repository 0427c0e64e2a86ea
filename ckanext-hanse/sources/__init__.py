"""Management of harvest sources, with checks and previews of portals."""
