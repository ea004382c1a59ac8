"""What a practitioner types: words, numbers and lines."""
