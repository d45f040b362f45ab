"""The page that tells what is new on a card, phone or drive."""
