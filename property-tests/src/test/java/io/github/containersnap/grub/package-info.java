@NullMarked
package io.github.containersnap.grub;

import org.jspecify.annotations.NullMarked;
