/** The demonstration service: routes that show which worker answers. Runs on the event loops; only in this project's own build. */
package dev.prefork.demo;
