/** What a packaged master and its workers write. Each test has processes of its own. */
package dev.prefork.it.log;
