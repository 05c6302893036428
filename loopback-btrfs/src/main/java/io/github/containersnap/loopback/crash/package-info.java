/**
 * Crash states: disks as a power cut would have left them (DESIGN §8).
 *
 * <p>{@link io.github.containersnap.loopback.crash.CrashState} is the address of one, {@link
 * io.github.containersnap.loopback.crash.CrashStates} says which a log has, {@link
 * io.github.containersnap.loopback.crash.CrashImage} and {@link
 * io.github.containersnap.loopback.crash.EpochImage} make them, {@link
 * io.github.containersnap.loopback.crash.StateFingerprints} says which of them are the same disk.
 * All work on plain files: no privilege, no kernel. The modules below may use it.
 */
@NullMarked
package io.github.containersnap.loopback.crash;

import org.jspecify.annotations.NullMarked;
