"""Assistants ask the catalogue: a server of the Model Context Protocol over its public API.

``catalogue``  the site, asked as any visitor may, read only
``quoted``     what a portal wrote, cleaned and marked as data
``answers``    the shape of what an assistant gets: with licence, origin, citation, address
``tools``      what an assistant can ask
``endpoints``  the same of the site's SPARQL endpoint and its feed of changes
``words``      how all of that is described, in every language of the core
``server``     the only module that needs the extra ``mcp``: the SDK, stdio and HTTP
"""
