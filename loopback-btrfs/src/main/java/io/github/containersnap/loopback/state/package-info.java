/**
 * Crash states: disks as a power cut would have left them (DESIGN §8).
 *
 * <p>{@link io.github.containersnap.loopback.state.CrashState} is the address of one, {@link
 * io.github.containersnap.loopback.state.CrashStates} says which a log has, {@link
 * io.github.containersnap.loopback.state.CrashImage} and {@link
 * io.github.containersnap.loopback.state.EpochImage} make them, {@link
 * io.github.containersnap.loopback.state.StateFingerprints} says which of them are the same disk.
 * All work on plain files: no privilege, no kernel. The modules below may use it.
 */
@NullMarked
package io.github.containersnap.loopback.state;

import org.jspecify.annotations.NullMarked;
