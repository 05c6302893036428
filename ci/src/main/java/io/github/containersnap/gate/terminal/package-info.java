/** The terminal: progress, questions, interruptions. */
@NullMarked
package io.github.containersnap.gate.terminal;

import org.jspecify.annotations.NullMarked;
