/**
 * Faults that are no power cuts, and what an updater makes of them: full disks, I/O errors, pulls
 * that break, kills.
 *
 * <p>It does not know mutants: an updater is handed in. The tests beside it break more.
 */
@NullMarked
package io.github.containersnap.harness.fault;

import org.jspecify.annotations.NullMarked;
