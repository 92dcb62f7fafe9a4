/** What a master would do with its options, in words: sizes, the course of a stop, and warnings. Pure; any thread. */
package dev.prefork.explain;
