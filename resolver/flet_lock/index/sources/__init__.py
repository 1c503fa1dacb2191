"""Sdists, source trees and git checkouts: fetched, unpacked, built."""
