"""Whether an export still is what was exported, with nothing trusted that lies in it."""
