/** Tests of what the documents claim. */
package dev.prefork.docs;
