/**
 * The experiment on a loopback disk: prepare a machine, record every block write of a transition,
 * and know what both systems must look like. It does not judge; that is the oracle's.
 */
@NullMarked
package io.github.containersnap.harness.experiment;

import org.jspecify.annotations.NullMarked;
