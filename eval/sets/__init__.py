"""Our own question sets, and the script that puts gold places into them."""
