/**
 * Two results of the gate side by side: what became violated, what became right, and what it cost.
 * A view of the two {@code result.json} and of nothing else.
 */
@NullMarked
package io.github.containersnap.gate.report.compare;

import org.jspecify.annotations.NullMarked;
