/** What an administrator sets in {@code /etc/container-snap.toml}. */
@NullMarked
package io.github.containersnap.engine.settings;

import org.jspecify.annotations.NullMarked;
