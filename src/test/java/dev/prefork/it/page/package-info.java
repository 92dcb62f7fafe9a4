/** The status page of a packaged master, as scripts, browsers and attackers meet it. */
package dev.prefork.it.page;
