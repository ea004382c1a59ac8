"""What people see of a session: one fold of its entries, and its forms."""
