"""Stand-in portals: real HTTP servers on loopback, where a remote portal would be."""
