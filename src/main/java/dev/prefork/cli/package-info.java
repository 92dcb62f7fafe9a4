/** The command line: decides the role of this process before anything heavy starts. */
package dev.prefork.cli;
