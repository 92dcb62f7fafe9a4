/** JSON, RFC 8259: values of the JDK to text and back. Small, since what asks a master must start within milliseconds. */
package dev.prefork.json;
