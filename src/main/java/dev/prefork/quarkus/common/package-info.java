/** What Quarkus needs in both roles: an exit that is warmed up. */
package dev.prefork.quarkus.common;
