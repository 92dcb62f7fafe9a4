"""Tests of the bench itself: no network, no JVM, a few seconds."""
