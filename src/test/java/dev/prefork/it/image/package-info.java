/**
 * The container images without an engine that builds them: the commands of their build stages run on this machine, their files
 * are put on top of a small root file system that is made here instead of pulled, and runc runs the result.
 */
package dev.prefork.it.image;
