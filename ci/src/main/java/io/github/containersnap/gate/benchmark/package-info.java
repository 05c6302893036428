/** What {@code ci/gate benchmark} measured, as a file for machines and a page for people. */
@NullMarked
package io.github.containersnap.gate.benchmark;

import org.jspecify.annotations.NullMarked;
