"""Which datasets are which model dataset of the Musterdatenkatalog.

``automatic``  reads what datasets say and lets the machine suggest, in the background.
``decisions``  a person's word, which no harvest changes, and what does not apply to a city.
``listing``    a city's datasets that wait for a person, in groups of like titles.
"""
