/**
 * The command line: picocli classes that parse, call the engine and print. Standard output carries
 * only what was asked for (tukit reads it); progress, warnings and errors go to standard error.
 */
@NullMarked
package io.github.containersnap.cli;

import org.jspecify.annotations.NullMarked;
