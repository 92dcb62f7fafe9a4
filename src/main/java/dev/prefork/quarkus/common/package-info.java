/** What Quarkus needs in both roles: no cache directory where none can be written, and an exit that is warmed up. */
package dev.prefork.quarkus.common;
