"""The web page: it shows what the engine answers and decides nothing itself."""
