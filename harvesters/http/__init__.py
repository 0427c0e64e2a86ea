"""The one place that talks HTTP (design, "Rules towards the outside")."""
