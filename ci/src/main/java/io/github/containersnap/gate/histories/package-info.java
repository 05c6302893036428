/** Histories from the command line: played, shrunk, compared, with mutants or without. */
@NullMarked
package io.github.containersnap.gate.histories;

import org.jspecify.annotations.NullMarked;
