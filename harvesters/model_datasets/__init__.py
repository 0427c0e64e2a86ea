"""Which model dataset of the Musterdatenkatalog a dataset is: said by it, or suggested."""
