/**
 * The boot cache: an archive of parsed and verified classes from which JVM workers start in half the CPU time. A worker that
 * serves writes down the names of the classes that it loads; a process of the JDK makes the archive of them, which runs no
 * code of the application. Decisions are pure ({@link dev.prefork.bootcache.CacheState}); the thread {@code prefork-boot-cache}
 * makes the archive, and the master's thread asks for the options of each start.
 */
package dev.prefork.bootcache;
