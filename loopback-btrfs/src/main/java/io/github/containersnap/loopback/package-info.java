/**
 * Loopback btrfs disks, their write logs and the crash states made from them.
 *
 * <p>{@code disk} makes and records disks, {@code log} reads what was recorded, {@code state} turns
 * a recording into disks after a power cut. {@code disk} and {@code state} may use {@code log};
 * {@code log} uses neither. The modules below this one (virtual machines, properties, the gate) may
 * use all three; the engine may use none of them.
 */
@NullMarked
package io.github.containersnap.loopback;

import org.jspecify.annotations.NullMarked;
