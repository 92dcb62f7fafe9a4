/** The verbs that ask and explain, run from the packaged jar beside, before and after a master. Test threads only. */
package dev.prefork.it.cli;
