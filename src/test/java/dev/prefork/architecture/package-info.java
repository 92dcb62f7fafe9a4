/**
 * The rules of the house, as tests: which package may know which, and what a file may look like. Each rule is a function
 * of plain data, so that a test can also show that it finds what it forbids.
 */
package dev.prefork.architecture;
