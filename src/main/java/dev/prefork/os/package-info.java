/**
 * Every system call Prefork makes, behind one interface and in one Linux class. Stateless; any thread may call it.
 */
package dev.prefork.os;
