"""What was said: reading, cleaning, dating, cutting and storing documents."""
