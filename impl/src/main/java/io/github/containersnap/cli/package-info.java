/**
 * The command line: one picocli class a verb, which parses, calls the engine and prints.
 *
 * <p>Standard output carries only what was asked for (tukit reads it); progress, warnings and
 * errors go to standard error.
 */
@NullMarked
package io.github.containersnap.cli;

import org.jspecify.annotations.NullMarked;
