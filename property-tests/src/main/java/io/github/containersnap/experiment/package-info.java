/**
 * The experiment on a loopback disk: install the old image, update to the new one while every block
 * write is recorded, and know what both systems must look like.
 *
 * <p>May use the disks and logs of {@code loopback} and the command line of {@code impl}; does not
 * judge (that is the oracle's).
 */
@NullMarked
package io.github.containersnap.experiment;

import org.jspecify.annotations.NullMarked;
