/** The one loop that owns all mutable state: inbox, spawner, reaper. Turns decisions into system calls. */
package dev.prefork.master;
