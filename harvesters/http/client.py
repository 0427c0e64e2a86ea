"""placeholder to be replaced in minutes"""


class Client: ...
