"""Page cache for visitors who are not signed in, without sessions.

``anonymous``     detects such visitors, and starts no session unless a form needs it.
``public``        which responses may be cached, and the headers for them.
``memory``        the pages cached by a web process, limited in size.
``generation``    the key in Redis for which cached pages are valid; without it none are.
``invalidation``  renews it after every commit that changed the content of pages.
``middleware``    the WSGI middleware that responds from the cache.
"""
