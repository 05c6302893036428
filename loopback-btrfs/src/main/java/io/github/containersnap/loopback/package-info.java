/** Loopback btrfs disks, their write logs and the crash states made from them. */
@NullMarked
package io.github.containersnap.loopback;

import org.jspecify.annotations.NullMarked;
