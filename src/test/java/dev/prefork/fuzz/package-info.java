/** Runs the fuzz targets, the classes {@code *Fuzz} beside what they try: in each build briefly, and with {@code -Pfuzz} by Jazzer. */
package dev.prefork.fuzz;
