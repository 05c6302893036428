/**
 * Tests of the gate: its parts by themselves, whole runs in this process, and runs in processes of
 * their own that are interrupted or killed.
 */
@NullMarked
package io.github.containersnap.gate;

import org.jspecify.annotations.NullMarked;
