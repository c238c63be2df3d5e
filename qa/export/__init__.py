"""Answers and pinned quotes as files that others can use: documents, tables, reference lists, evidence packs."""
