/**
 * The options: their one list, where their values come from, and what they mean together. Values are read once, before
 * anything is started, and are immutable from then on.
 */
package dev.prefork.config;
