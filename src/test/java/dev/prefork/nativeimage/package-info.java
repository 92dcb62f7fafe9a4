/**
 * What a native executable is told about us at its build, compared with the classes: a name that is missing there is an error
 * that only shows when such an executable runs. Each check is also shown to find what it is for.
 */
package dev.prefork.nativeimage;
