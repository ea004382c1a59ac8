"""What is given to a person besides current: products, the syringes that they are mixed in, and where they went."""
