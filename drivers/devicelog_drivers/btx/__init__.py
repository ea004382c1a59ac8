"""The BTX Gemini X2 electroporator: the replies of its shell, and the run logs on its card."""
