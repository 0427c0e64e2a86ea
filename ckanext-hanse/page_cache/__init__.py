"""Page cache for visitors who are not signed in, without sessions.

``anonymous``     detects such visitors, and starts no session unless a form needs it.
``public``        which responses may be cached, and the headers for them.
``memory``        the pages cached by a web process, limited in size.
``generation``    the value in Redis for which cached pages are valid; renewing it drops older ones.
``invalidation``  renews it after every commit that changed the content of pages.
``middleware``    the WSGI middleware that responds from the cache.
"""
