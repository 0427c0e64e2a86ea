"""Pages for visitors who are not signed in: without a session, kept for the next one.

``anonymous``     who such a visitor is, and that no session begins without a form that posts.
``public``        which answers may be kept, and the headers that say so.
``memory``        the pages a web process keeps, within bounds.
``generation``    the mark in Redis under which pages hold; renewed, none before it does.
``invalidation``  renews it after every commit that changed what pages show.
``middleware``    the layer around the application that answers from the memory.
"""
