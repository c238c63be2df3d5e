"""Measurements that print tables; none is a test."""
